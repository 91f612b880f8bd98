import { statfsSync, statSync } from 'node:fs'
import { open, type RootDatabase } from 'lmdb'
import type { Entry } from './engine.ts'
import { storeError } from './errors.ts'
import { keyOf } from './keys.ts'
import { noteState, unmark } from './lmdb-state.ts'
import type { Chunk, Overlay } from './overlay.ts'

const CHUNKS = 20
const PAGE = 4096
const MARGIN = 256 * 1024

/** The file of a store: what the overlays have moved into it, read and written through LMDB. */
export class LmdbStore {
  private readonly folder: string
  private readonly path: string
  private readonly database: RootDatabase<Buffer, string>

  /** Opens a file that was checked: LMDB trusts what it finds. */
  constructor(folder: string, path: string) {
    this.folder = folder
    this.path = path
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

  /** Takes over what an overlay holds; resolves once it is on the disk. */
  async take(overlay: Overlay): Promise<void> {
    let group: Chunk[] = []
    let need = 0
    for (const chunk of overlay.chunks()) {
      const more = spaceFor(chunk)
      // A whole group in one commit while there is room for it, block by block when it gets tight.
      if (group.length >= CHUNKS || (group.length > 0 && need + more > this.free())) {
        await this.takeGroup(group, need)
        group = []
        need = 0
      }
      group.push(chunk)
      need += more
    }
    if (group.length > 0) await this.takeGroup(group, need)
    await this.database.flushed
    noteState(this.folder, this.path)
  }

  size(): number {
    return statSync(this.path).size
  }

  /** @param whole whether everything that was acknowledged is in the file */
  async close(whole: boolean): Promise<void> {
    await this.database.close()
    if (whole) unmark(this.folder)
  }

  /** One commit, awaited before the next begins: LMDB's binding must not be given more once a commit has failed. */
  private async takeGroup(group: readonly Chunk[], need: number): Promise<void> {
    // Running out of space inside LMDB has been seen to end the process, so it never gets there.
    if (need > this.free()) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
    const written: Promise<unknown>[] = []
    for (const { keys, values } of group) {
      const puts = keys.map((key, at) => {
        const value = values[at]
        return value ? this.database.put(key, value) : this.database.remove(key)
      })
      const chunk = Promise.all(puts)
      // Awaited below; a failure in between must not count as nobody's. Nor must the cause it carries as a promise.
      chunk.catch((error: { commitError?: Promise<unknown> }) => error.commitError?.catch(() => undefined))
      written.push(chunk)
      await new Promise((resolve) => setImmediate(resolve))
    }
    await Promise.all(written)
  }

  private free(): number {
    const { bavail, bsize } = statfsSync(this.folder)
    return bavail * bsize
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

/** What storing a chunk may take at most: its bytes, and a copy of a page or two for each of its keys. */
function spaceFor({ keys, values }: Chunk): number {
  const bytes = values.reduce((sum, value) => sum + (value?.length ?? 0), 0)
  return MARGIN + 2 * bytes + 2 * PAGE * keys.length
}
