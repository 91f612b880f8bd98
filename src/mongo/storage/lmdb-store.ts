import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { open, type RootDatabase } from 'lmdb'
import type { Entry } from './engine.ts'
import { storeError } from './errors.ts'
import { keyOf } from './keys.ts'
import { noteClosed, noteState } from './lmdb-state.ts'
import { moveIntoLmdb } from './move-into-lmdb.ts'
import type { Overlay } from './overlay.ts'

/** More than LMDB asks for its readers. */
const LOCK_BYTES = 16 * 1024

/** The file of a store: what the overlays have moved into it, read and written through LMDB. */
export class LmdbStore {
  private readonly folder: string
  private readonly path: string
  private readonly database: RootDatabase<Buffer, string>

  /** Opens a file that was checked: LMDB trusts what it finds. */
  constructor(folder: string, path: string) {
    this.folder = folder
    this.path = path
    makeLockFile(path)
    this.database = open<Buffer, string>({
      path,
      noSubdir: true,
      keyEncoder: { writeKey, readKey },
      encoding: 'binary',
      overlappingSync: false,
      // Batches end with a write of LMDB's own, whose failure nobody could catch: it would end the process.
      eventTurnBatching: false,
      cache: false,
      maxDbs: 1,
    })
  }

  get(key: string): Buffer | undefined {
    try {
      return this.database.getBinary(key)
    } catch (error) {
      throw this.broken(error)
    }
  }

  scan(from: string, to: string, limit: number, reverse: boolean): Entry[] {
    const range = reverse
      ? { start: to, end: from, reverse, limit, exclusiveStart: true, inclusiveEnd: true }
      : { start: from, end: to, limit }
    const entries: Entry[] = []
    try {
      for (const { key, value } of this.database.getRange(range)) entries.push({ key, value })
    } catch (error) {
      throw this.broken(error)
    }
    return entries
  }

  /** Takes over what an overlay holds; resolves once it is on the disk. @param nextLog the first log it leaves out */
  async take(overlay: Overlay, nextLog: number): Promise<void> {
    await moveIntoLmdb(this.database, this.folder, overlay.chunks())
    await this.database.flushed
    noteState(this.folder, this.path, nextLog)
  }

  size(): number {
    return statSync(this.path).size
  }

  /** @param nextLog the first log yet to come when everything that was acknowledged is in the file */
  async close(nextLog: number | undefined): Promise<void> {
    await this.database.close()
    if (nextLog === undefined) return
    try {
      noteClosed(this.folder, this.path, nextLog)
    } catch {
      // No room for a note: the next start looks at every page.
    }
  }

  /** A failed read leaves LMDB's transaction unusable: the next one begins a new one. */
  private broken(error: unknown): Error {
    this.database.resetReadTxn()
    return storeError(this.folder, error)
  }
}

function writeKey(key: string, target: Uint8Array, start: number): number {
  let at = start
  for (let i = 0; i < key.length; i++) target[at++] = key.charCodeAt(i)
  return at
}

function readKey(source: Uint8Array, start: number, end: number): string {
  return keyOf(source.subarray(start, end))
}

/** LMDB makes this file without giving it blocks and writes to it through memory: on a full disk that ends the process. */
function makeLockFile(path: string): void {
  const lock = `${path}-lock`
  if (existsSync(lock)) return
  try {
    writeFileSync(lock, Buffer.alloc(LOCK_BYTES), { mode: 0o600 })
  } catch (error) {
    rmSync(lock, { force: true })
    throw error
  }
}
