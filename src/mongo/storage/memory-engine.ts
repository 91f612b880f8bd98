import type { Engine, Entry, ScanOptions } from './engine.ts'
import { SortedSpaces } from './sorted-spaces.ts'

/** An engine without a file: for tests, and for data that may go with its process. */
export function openMemoryEngine(): Engine {
  const blocks = new SortedSpaces<Buffer>()
  let undo: { key: string; value: Buffer | undefined }[] = []
  let bytes = 0

  const set = (key: string, value: Buffer | undefined): Buffer | undefined => {
    const before = blocks.get(key)
    if (value) blocks.set(key, value)
    else blocks.delete(key)
    bytes += (value ? value.length + (before ? 0 : key.length) : 0) - (before ? before.length : 0)
    return before
  }

  return {
    failure: undefined,
    get: (key) => blocks.get(key),
    scan(from: string, to: string, { limit, reverse = false }: ScanOptions): Entry[] {
      const found: Entry[] = []
      blocks.walk(from, to, reverse, (key, value) => {
        found.push({ key, value })
        return found.length < limit
      })
      return found
    },
    put(key, value, checksum) {
      undo.push({ key, value: set(key, copied(value, checksum)) })
    },
    remove(key) {
      undo.push({ key, value: set(key, undefined) })
    },
    commit() {
      undo = []
    },
    rollback() {
      for (const { key, value } of undo.toReversed()) set(key, value)
      undo = []
    },
    sync: () => Promise.resolve(),
    ready: () => undefined,
    size: () => bytes,
    close: () => Promise.resolve(),
    abandon: () => undefined,
  }
}

function copied(value: Buffer, checksum: number | undefined): Buffer {
  const copy = Buffer.allocUnsafe(value.length + (checksum === undefined ? 0 : 4))
  copy.set(value)
  if (checksum !== undefined) copy.writeUInt32LE(checksum, value.length)
  return copy
}
