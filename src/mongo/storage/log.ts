import {
  closeSync,
  copyFileSync,
  existsSync,
  fdatasync,
  ftruncateSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { firstFrame, FRAME_HEADER, PUT, readFrames, sealFrame, type Visit } from './frames.ts'
import { settingKey } from './keys.ts'
import type { Synced } from './synced-note.ts'

const NAME = /^log-(\d{6,})$/
const fdatasyncAsync = promisify(fdatasync)

/** An append-only file of frames; what is appended survives the process, what is synced the machine. */
export interface Log {
  readonly path: string
  readonly number: number
  readonly length: number
  /** Appends a frame, which may come in several pieces: all of them or, when it throws, none. */
  append(frame: readonly Buffer[]): void
  sync(): Promise<void>
  close(): void
}

/** Creates log number `number` in `folder`; its name is on the disk with its first sync. */
export function createLog(folder: string, number: number): Log {
  const path = join(folder, `log-${String(number).padStart(6, '0')}`)
  const file = openSync(path, 'wx', 0o600)
  let length = 0
  let named = false
  let open = true
  let syncing: Promise<void> = Promise.resolve()
  return {
    path,
    number,
    get length() {
      return length
    },
    append(frame) {
      let end = length
      try {
        for (const piece of frame) {
          for (let written = 0; written < piece.length;) {
            const count = writeSync(file, piece, written, piece.length - written, end)
            written += count
            end += count
          }
        }
      } catch (error) {
        // Half a frame would hide the frames a later attempt puts behind it.
        if (end > length) ftruncateSync(file, length)
        throw error
      }
      length = end
    },
    sync() {
      syncing = syncing.then(async () => {
        if (!open) return
        if (!named) syncFolder(folder)
        named = true
        await fdatasyncAsync(file)
      })
      return syncing
    },
    close() {
      if (open) closeSync(file)
      open = false
    },
  }
}

/** A new name is only safe once its folder is synced too; Windows knows no such thing. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

export interface Recovered {
  readonly paths: string[]
  readonly next: number
  /** Logs that held more than an unfinished write; a copy was kept under this name. */
  readonly damaged: string[]
  /** What is missing of a log that was longer, in one sentence. */
  readonly cut: string | undefined
}

/** What the first frame of a log puts under this key is the log's number: an older log may lie in its place. */
const LOG_NUMBER = settingKey('log')

/** The first frame of a log. */
export function numberFrame(path: string): Buffer {
  const key = Buffer.from(LOG_NUMBER, 'latin1')
  const frame = Buffer.alloc(FRAME_HEADER + 3 + key.length + 4 + 4)
  frame[FRAME_HEADER] = PUT
  frame.writeUInt16LE(key.length, FRAME_HEADER + 1)
  key.copy(frame, FRAME_HEADER + 3)
  frame.writeUInt32LE(4, frame.length - 8)
  numberOf(path).copy(frame, frame.length - 4)
  sealFrame([frame])
  return frame
}

function numberOf(path: string): Buffer {
  const number = Buffer.alloc(4)
  number.writeUInt32LE(Number(NAME.exec(basename(path))?.[1]))
  return number
}

/**
 * Replays what the logs of a folder hold, oldest first, from log `first` on: what lies before it is in the file.
 *
 * Reading ends at the first frame that is not whole: what was written after it never reached the disk
 * as a unit, and applying it without its past could tear a document from its index. It is cut off, so that what is
 * logged from now on is read behind it should the process be killed before all of it is in the file.
 *
 * @param synced how much of the last log there must be
 */
export function replayLogs(folder: string, first: number, visit: Visit, synced?: Synced): Recovered {
  const logs = readdirSync(folder)
    .map((name) => ({ name, number: Number(NAME.exec(name)?.[1] ?? -1) }))
    .filter(({ number }) => number >= 0)
    .sort((a, b) => a.number - b.number)
  const damaged: string[] = []
  const torn: { path: string; good: number }[] = []
  let missing = synced !== undefined && synced.number >= first ? synced.length : 0
  const apply: Visit = (key, value) => {
    if (key !== LOG_NUMBER) visit(key, value)
  }
  for (const { name, number } of logs) {
    if (number < first) continue
    const path = join(folder, name)
    const bytes = readFileSync(path)
    const result =
      torn.length === 0 && isOwn(path, bytes)
        ? readFrames(bytes, apply)
        : { good: 0, damaged: bytes.length > 0 }
    if (result.damaged && !existsSync(`${path}.damaged`)) {
      copyFileSync(path, `${path}.damaged`)
      damaged.push(`${path}.damaged`)
    }
    if (result.good < bytes.length) torn.push({ path, good: result.good })
    if (number === synced?.number) missing -= result.good
  }
  // What is written from now on stands behind what was read: the last first, so that none is read without its past.
  for (const { path, good } of torn.toReversed()) cutLog(path, good)
  const next = Math.max(first, (logs.at(-1)?.number ?? 0) + 1)
  const cut =
    missing > 0 && damaged.length === 0
      ? `The last log in ${folder} is shorter than it was by ${missing} bytes: the last writes are missing.`
      : undefined
  return { paths: logs.map(({ name }) => join(folder, name)), next, damaged, cut }
}

/** Ends a log where the frames end that were read: another reader shall go on behind it. */
function cutLog(path: string, length: number): void {
  const file = openSync(path, 'r+')
  try {
    ftruncateSync(file, length)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Whether a log is the one its name says. */
function isOwn(path: string, bytes: Buffer): boolean {
  let found: Buffer | undefined
  readFrames(firstFrame(bytes), (key, value) => {
    if (key === LOG_NUMBER && value) found = value
  })
  return !found || found.equals(numberOf(path))
}

export function removeLogs(paths: readonly string[]): void {
  for (const path of paths) rmSync(path, { force: true })
}
