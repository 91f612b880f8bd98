import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'

const SIZE = 16

/** How much of a log is on the disk for certain. */
export interface Synced {
  readonly number: number
  readonly length: number
}

/**
 * Keeps in `store.synced` how long the log was when it was last synced: a log that is shorter at the next start was cut,
 * which it cannot show by itself. One small write into the system's memory for each sync.
 */
export class SyncedNote {
  private readonly path: string
  private file: number | undefined
  private last: Synced = { number: -1, length: 0 }

  constructor(folder: string) {
    this.path = pathOf(folder)
  }

  /** Notes what has been synced. That it cannot be noted, as on a full disk, takes nothing from the data. */
  note(number: number, length: number): void {
    const { last } = this
    if (number < last.number || (number === last.number && length <= last.length)) return
    this.last = { number, length }
    const bytes = Buffer.alloc(SIZE)
    bytes.writeUInt32LE(number, 0)
    bytes.writeDoubleLE(length, 4)
    bytes.writeUInt32LE(crc32(bytes.subarray(0, 12)), 12)
    try {
      this.file ??= openSync(this.path, 'w', 0o600)
      writeSync(this.file, bytes, 0, SIZE, 0)
    } catch {
      // The one before it stays, or none.
    }
  }

  /** @param forget whether the logs are gone, as all of them is in the file */
  close(forget: boolean): void {
    if (this.file !== undefined) closeSync(this.file)
    this.file = undefined
    if (forget) rmSync(this.path, { force: true })
  }
}

/** What was noted last; undefined where nothing was, or a power cut has left none that can be read. */
export function readSynced(folder: string): Synced | undefined {
  try {
    const bytes = readFileSync(pathOf(folder))
    if (bytes.length !== SIZE || crc32(bytes.subarray(0, 12)) !== bytes.readUInt32LE(12)) return undefined
    return { number: bytes.readUInt32LE(0), length: bytes.readDoubleLE(4) }
  } catch {
    return undefined
  }
}

/** The logs of another run begin anew. */
export function forgetSynced(folder: string): void {
  rmSync(pathOf(folder), { force: true })
}

function pathOf(folder: string): string {
  return join(folder, 'store.synced')
}
