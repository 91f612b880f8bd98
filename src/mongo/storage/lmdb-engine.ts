import { statfsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { open, type RootDatabase } from 'lmdb'
import type { Engine, Entry, ScanOptions } from './engine.ts'
import { StoreError, storeError } from './errors.ts'
import { FrameWriter } from './frames.ts'
import { checkLmdbFile, mark, noteState, unmark } from './lmdb-state.ts'
import { createLog, removeLogs, replayLogs, type Log } from './log.ts'
import { latin1, scanThrough, type Overlay, type Source } from './overlay.ts'
import { SortedBlocks } from './sorted-blocks.ts'

const SYNC_MS = 50
const CHECKPOINT_MS = 1000
const CHECKPOINT_BYTES = 16 * 1024 * 1024
/** A checkpoint waits for a pause between commits this long, but not longer than that. */
const PAUSE_MS = 200
const PATIENCE_MS = 5000
const PRESSURE_BYTES = 2 * CHECKPOINT_BYTES
const CHUNKS = 20
const PAGE = 4096
const MARGIN = 256 * 1024

export interface LmdbEngine extends Engine {
  /** Copies of logs that were damaged, kept for a look; empty as a rule. */
  readonly damaged: readonly string[]
}

/**
 * An engine over LMDB with a log in front of it.
 *
 * LMDB commits safely but waits for the disk each time (about 0.4 ms); a `write` to a log takes a few
 * microseconds and survives the process as well. So a commit goes to the log and to an overlay in memory that
 * reads look through; the log is synced every 50 ms; about once a second the overlay moves into LMDB as one
 * fully synced transaction and the log is thrown away. A process killed in between replays the log.
 *
 * @throws StoreError when the folder cannot be used or its data are damaged
 */
export function openLmdbEngine(folder: string): LmdbEngine {
  try {
    return start(folder)
  } catch (error) {
    throw storeError(folder, error)
  }
}

function start(folder: string): LmdbEngine {
  const path = join(folder, 'store.mdb')
  checkLmdbFile(folder, path)
  mark(folder)
  const overlay: Overlay = new SortedBlocks()
  let bytes = 0
  const recovered = replayLogs(folder, (key, value) => {
    overlay.set(latin1(key), value)
    bytes += key.length + (value?.length ?? 0)
  })
  const database = open<Buffer, Buffer>({
    path,
    noSubdir: true,
    keyEncoding: 'binary',
    encoding: 'binary',
    overlappingSync: false,
    // Batches end with a write of LMDB's own, whose failure nobody could catch: it would end the process.
    eventTurnBatching: false,
    cache: false,
    maxDbs: 1,
  })
  return new LogAndLmdb(folder, path, database, overlay, bytes, recovered)
}

class LogAndLmdb implements LmdbEngine {
  failure: Error | undefined
  readonly damaged: readonly string[]
  private readonly folder: string
  private readonly path: string
  private readonly database: RootDatabase<Buffer, Buffer>
  private readonly frame = new FrameWriter()
  private active: Overlay
  private frozen: Overlay | undefined
  private activeBytes: number
  private undo: { key: string; before: Buffer | null | undefined }[] = []
  private log: Log | undefined
  private logNumber: number
  /** Logs of the overlay in `active`, the current one last. */
  private logs: string[]
  private syncTimer: NodeJS.Timeout | undefined
  private checkpointTimer: NodeJS.Timeout | undefined
  private checkpointing: Promise<void> | undefined
  private lastCommit = 0
  private lastCheckpoint = performance.now()
  private closed = false

  constructor(
    folder: string,
    path: string,
    database: RootDatabase<Buffer, Buffer>,
    overlay: Overlay,
    bytes: number,
    recovered: { paths: string[]; next: number; damaged: string[] },
  ) {
    this.folder = folder
    this.path = path
    this.database = database
    this.active = overlay
    this.activeBytes = bytes
    this.logs = recovered.paths
    this.logNumber = recovered.next
    this.damaged = recovered.damaged
    if (recovered.paths.length > 0) this.planCheckpoint(0)
  }

  get(key: Uint8Array): Buffer | undefined {
    if (this.active.size > 0 || this.frozen) {
      const name = latin1(key)
      const pending = this.active.get(name)
      if (pending !== undefined) return pending ?? undefined
      const frozen = this.frozen?.get(name)
      if (frozen !== undefined) return frozen ?? undefined
    }
    try {
      return this.database.getBinary(key as Buffer)
    } catch (error) {
      throw this.broken(error)
    }
  }

  scan(from: Uint8Array, to: Uint8Array, options: ScanOptions): Entry[] {
    const { limit, reverse = false } = options
    const overlays = [this.active, ...(this.frozen ? [this.frozen] : [])].filter(({ size }) => size > 0)
    const stored: Source = (low, high, count) => this.stored(low, high, count, reverse)
    return overlays.length === 0
      ? this.stored(from, to, limit, reverse)
      : scanThrough(overlays, stored, from, to, limit, reverse)
  }

  put(key: Buffer, value: Buffer): void {
    this.frame.put(key, value)
    this.apply(latin1(key), value)
  }

  remove(key: Buffer): void {
    this.frame.remove(key)
    this.apply(latin1(key), null)
  }

  commit(): void {
    if (this.frame.empty) return
    if (this.failure) {
      this.rollback()
      throw this.failure
    }
    try {
      this.log ??= this.nextLog()
      this.log.append(this.frame.finish())
    } catch (error) {
      this.rollback()
      this.failure = storeError(this.folder, error)
      throw this.failure
    }
    this.activeBytes += this.frame.length
    this.lastCommit = performance.now()
    this.frame.clear()
    this.undo = []
    this.syncTimer ??= setTimeout(() => void this.syncQuietly(), SYNC_MS).unref()
    this.planCheckpoint(this.activeBytes > CHECKPOINT_BYTES ? 0 : CHECKPOINT_MS)
  }

  rollback(): void {
    for (const { key, before } of this.undo.toReversed()) {
      if (before === undefined) this.active.delete(key)
      else this.active.set(key, before)
    }
    this.undo = []
    this.frame.clear()
  }

  async sync(): Promise<void> {
    clearTimeout(this.syncTimer)
    this.syncTimer = undefined
    try {
      await this.log?.sync()
    } catch (error) {
      this.failure = storeError(this.folder, error)
      throw this.failure
    }
  }

  ready(): Promise<void> | undefined {
    return this.activeBytes > PRESSURE_BYTES ? this.checkpointing : undefined
  }

  size(): number {
    return statSync(this.path).size + this.activeBytes
  }

  async close(): Promise<void> {
    if (this.closed) return
    this.closed = true
    clearTimeout(this.syncTimer)
    clearTimeout(this.checkpointTimer)
    await this.checkpointing
    if (!this.failure) await this.checkpoint()
    this.log?.close()
    await this.database.close()
    if (!this.failure) unmark(this.folder)
    // A command that is still at work must not begin another log.
    this.failure ??= new StoreError('STORE_UNUSABLE', `The store in ${this.folder} is closed.`)
  }

  abandon(): void {
    this.closed = true
    this.failure = new StoreError(
      'STORE_HELD',
      `The data folder ${this.folder} was taken over by another process.`,
    )
    clearTimeout(this.syncTimer)
    clearTimeout(this.checkpointTimer)
  }

  private apply(key: string, value: Buffer | null): void {
    this.undo.push({ key, before: this.active.get(key) })
    this.active.set(key, value)
  }

  /** A failed read leaves LMDB's transaction unusable: the next one begins a new one. */
  private broken(error: unknown): Error {
    this.database.resetReadTxn()
    return storeError(this.folder, error)
  }

  private nextLog(): Log {
    const log = createLog(this.folder, this.logNumber++)
    this.logs.push(log.path)
    return log
  }

  private async syncQuietly(): Promise<void> {
    try {
      await this.sync()
    } catch {
      // Kept in `failure`: every later write is refused with it.
    }
  }

  private planCheckpoint(delay: number): void {
    if (this.checkpointing || this.closed) return
    if (delay > 0 && this.checkpointTimer) return
    clearTimeout(this.checkpointTimer)
    const begin = (): void => {
      this.checkpointTimer = undefined
      this.checkpointing ??= this.checkpoint().finally(() => {
        this.checkpointing = undefined
        if (this.active.size > 0 && !this.failure) {
          this.planCheckpoint(this.activeBytes > CHECKPOINT_BYTES ? 0 : CHECKPOINT_MS)
        }
      })
    }
    if (delay === 0) begin()
    else this.checkpointTimer = setTimeout(() => this.beginInPause(begin), delay).unref()
  }

  /** What moves now is what others wait for: while commits follow one another it can wait, for a while. */
  private beginInPause(begin: () => void): void {
    const now = performance.now()
    if (now - this.lastCommit > PAUSE_MS || now - this.lastCheckpoint > PATIENCE_MS) begin()
    else this.checkpointTimer = setTimeout(() => this.beginInPause(begin), PAUSE_MS).unref()
  }

  /** Moves the overlay into the file and drops its logs; on failure both stay, and so do the data. */
  private async checkpoint(): Promise<void> {
    if (this.active.size === 0) return
    const { log, logs } = this
    this.lastCheckpoint = performance.now()
    this.frozen = this.active
    this.active = new SortedBlocks()
    this.activeBytes = 0
    this.log = undefined
    this.logs = []
    try {
      // The old log reaches the disk before the new one can: recovery reads them in that order.
      await log?.sync()
      log?.close()
      await this.store(this.frozen)
      await this.database.flushed
      noteState(this.folder, this.path)
      removeLogs(logs)
      this.frozen = undefined
    } catch (error) {
      // The frozen overlay goes on answering reads, its logs will be replayed at the next start.
      this.failure = storeError(this.folder, error)
    }
  }

  private async store(overlay: Overlay): Promise<void> {
    let group: [readonly string[], readonly (Buffer | null)[]][] = []
    let need = 0
    for (const [keys, values] of overlay.chunks()) {
      const more = spaceFor(keys, values)
      // A whole group in one commit while there is room for it, block by block when it gets tight.
      if (group.length >= CHUNKS || (group.length > 0 && need + more > this.free())) {
        await this.storeGroup(group, need)
        group = []
        need = 0
      }
      group.push([keys, values])
      need += more
    }
    if (group.length > 0) await this.storeGroup(group, need)
  }

  /** One commit, awaited before the next begins: LMDB's binding must not be given more once a commit has failed. */
  private async storeGroup(
    group: readonly [readonly string[], readonly (Buffer | null)[]][],
    need: number,
  ): Promise<void> {
    // Running out of space inside LMDB has been seen to end the process, so it never gets there.
    if (need > this.free()) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
    const written: Promise<unknown>[] = []
    for (const [keys, values] of group) {
      const puts = keys.map((key, at) => {
        const value = values[at]
        const bytes = Buffer.from(key, 'latin1')
        return value ? this.database.put(bytes, value) : this.database.remove(bytes)
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

  private stored(from: Uint8Array, to: Uint8Array, limit: number, reverse: boolean): Entry[] {
    const range = reverse
      ? { start: to as Buffer, end: from as Buffer, reverse, limit, exclusiveStart: true, inclusiveEnd: true }
      : { start: from as Buffer, end: to as Buffer, limit }
    const entries: Entry[] = []
    try {
      for (const { key, value } of this.database.getRange(range)) entries.push({ key, value })
    } catch (error) {
      throw this.broken(error)
    }
    return entries
  }
}

/** What storing a block may take at most: its bytes, and a copy of a page or two for each of its keys. */
function spaceFor(keys: readonly string[], values: readonly (Buffer | null)[]): number {
  const bytes = values.reduce((sum, value) => sum + (value?.length ?? 0), 0)
  return MARGIN + 2 * bytes + 2 * PAGE * keys.length
}
