import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { fail } from '../bson/errors.ts'

/** What a sort or a group may hold in memory where the disk may not be used, in bytes of BSON: a server's limit. */
export const MEMORY_LIMIT: number = 100 * 1024 * 1024
/** Above this it goes to a file where that is allowed: decoded documents take several times their bytes. */
export const SPILL_AT: number = 24 * 1024 * 1024

const BUFFER = 256 * 1024

/** A file for what does not fit in memory: written, then read once, gone with the command or the process. */
export interface SpillFile {
  write(bytes: Uint8Array): void
  /** Everything written, in order. */
  read(): Generator<Buffer, void>
  close(): void
}

export type OpenSpill = () => SpillFile

/** @throws MongoError 14031 when the disk is full, from its methods too */
export function openSpillFile(folder: string, name: string): SpillFile {
  const path = `${folder}/${name}`
  const file = attempt(folder, () => openSync(path, 'wx+', 0o600))
  // Without a name the system frees the file with the process, however that ends. Windows keeps the name.
  if (process.platform !== 'win32') rmSync(path)
  let pending: Uint8Array[] = []
  let size = 0
  let end = 0
  const flush = (): void => {
    const bytes = Buffer.concat(pending)
    pending = []
    size = 0
    attempt(folder, () => {
      for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at, bytes.length - at, end + at)
    })
    end += bytes.length
  }
  return {
    write(bytes) {
      const length = Buffer.allocUnsafe(4)
      length.writeUInt32LE(bytes.length, 0)
      pending.push(length, bytes)
      size += 4 + bytes.length
      if (size >= BUFFER) flush()
    },
    *read() {
      flush()
      let buffer: Buffer = Buffer.alloc(0)
      let at = 0
      let from = 0
      let left = end
      const need = (count: number): void => {
        if (buffer.length - at >= count) return
        const next = Buffer.allocUnsafe(Math.max(BUFFER, count))
        const kept = buffer.copy(next, 0, at)
        const got = attempt(folder, () => readSync(file, next, kept, next.length - kept, from))
        from += got
        buffer = next.subarray(0, kept + got)
        at = 0
      }
      while (left > 0) {
        need(4)
        const length = buffer.readUInt32LE(at)
        at += 4
        need(length)
        yield buffer.subarray(at, at + length)
        at += length
        left -= 4 + length
      }
    },
    close() {
      closeSync(file)
      if (process.platform === 'win32') rmSync(path, { force: true })
    },
  }
}

function attempt<T>(folder: string, act: () => T): T {
  try {
    return act()
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const full = code === 'ENOSPC' || code === 'EDQUOT'
    const why = full
      ? 'the disk is full. Free some space, or let an index give the order, or a $limit the size'
      : message
    return fail(full ? 14031 : 8, `A sort or group that does not fit in memory cannot use ${folder}: ${why}.`)
  }
}
