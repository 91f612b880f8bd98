import { join } from 'node:path'
import { CheckpointTimer } from './checkpoint-timer.ts'
import type { Engine, Entry, ScanOptions } from './engine.ts'
import { diskFull, isFull, StoreError, storeError } from './errors.ts'
import { checkLmdbFile, firstLog, mark } from './lmdb-state.ts'
import { LmdbStore } from './lmdb-store.ts'
import { createLog, numberFrame, removeLogs, replayLogs, type Log, type Recovered } from './log.ts'
import { Overlay } from './overlay.ts'
import { freeBytes } from './move-into-lmdb.ts'
import { Slabs } from './slabs.ts'
import { scanThrough } from './scan-through.ts'
import { forgetSynced, readSynced, SyncedNote } from './synced-note.ts'

const SYNC_MS = 50
const CHECKPOINT_BYTES = 16 * 1024 * 1024
const PRESSURE_BYTES = 2 * CHECKPOINT_BYTES

export interface LmdbEngine extends Engine {
  /** Copies of logs that were damaged, kept for a look; empty as a rule. */
  readonly damaged: readonly string[]
  /** What is missing of the last log, in one sentence. */
  readonly cut: string | undefined
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
    const path = join(folder, 'store.mdb')
    checkLmdbFile(folder, path)
    mark(folder)
    const slabs = new Slabs()
    const overlay = new Overlay(slabs)
    const visit = (key: string, value: Buffer | null): void => {
      if (value) overlay.put(key, value)
      else overlay.remove(key)
    }
    const recovered = replayLogs(folder, firstLog(folder), visit, readSynced(folder))
    forgetSynced(folder)
    overlay.commit()
    return new LogAndLmdb(folder, new LmdbStore(folder, path), slabs, overlay, recovered)
  } catch (error) {
    throw storeError(folder, error)
  }
}

class LogAndLmdb implements LmdbEngine {
  failure: Error | undefined
  readonly damaged: readonly string[]
  readonly cut: string | undefined
  private readonly folder: string
  private readonly store: LmdbStore
  private readonly slabs: Slabs
  private readonly checkpoints = new CheckpointTimer(() => this.checkpoint())
  private active: Overlay
  /** What is on its way into the file, with the logs that hold it until it is there. */
  private frozen:
    | {
        readonly overlay: Overlay
        readonly log: Log | undefined
        readonly logs: string[]
        readonly nextLog: number
      }
    | undefined
  /** The free bytes that were too few when it was last tried. */
  private stuck: number | undefined
  private log: Log | undefined
  private logNumber: number
  /** Logs of the overlay in `active`, the current one last. */
  private logs: string[]
  private syncTimer: NodeJS.Timeout | undefined
  private closed = false
  private readonly synced: SyncedNote

  constructor(
    folder: string,
    store: LmdbStore,
    slabs: Slabs,
    overlay: Overlay,
    { paths, next, damaged, cut }: Recovered,
  ) {
    this.folder = folder
    this.store = store
    this.slabs = slabs
    this.active = overlay
    this.logs = paths
    this.logNumber = next
    this.damaged = damaged
    this.cut = cut
    this.synced = new SyncedNote(folder)
    if (paths.length > 0) this.checkpoints.now()
  }

  get(key: string): Buffer | undefined {
    const pending = this.active.get(key)
    if (pending !== undefined) return pending ?? undefined
    const frozen = this.frozen?.overlay.get(key)
    if (frozen !== undefined) return frozen ?? undefined
    return this.store.get(key)
  }

  scan(from: string, to: string, { limit, reverse = false }: ScanOptions): Entry[] {
    const overlays = [this.active, ...(this.frozen ? [this.frozen.overlay] : [])].filter(
      ({ size }) => size > 0,
    )
    if (overlays.length === 0) return this.store.scan(from, to, limit, reverse)
    return scanThrough(
      overlays,
      (low, high, count) => this.store.scan(low, high, count, reverse),
      from,
      to,
      limit,
      reverse,
    )
  }

  put(key: string, value: Buffer, checksum?: number): void {
    this.active.put(key, value, checksum)
  }

  remove(key: string): void {
    this.active.remove(key)
  }

  commit(): void {
    if (this.active.settled) return
    if (this.failure) {
      this.rollback()
      throw this.failure
    }
    try {
      // What cannot leave memory for the file must not fill it.
      if (this.stuck !== undefined && this.active.bytes > CHECKPOINT_BYTES) throw diskFull(this.folder)
      this.log ??= this.nextLog()
      const frame = this.active.frame()
      this.log.append(this.log.length === 0 ? [numberFrame(this.log.path), ...frame] : frame)
    } catch (error) {
      this.rollback()
      throw this.failed(error)
    }
    this.active.commit()
    this.syncTimer ??= setTimeout(() => void this.syncQuietly(), SYNC_MS).unref()
    if (this.closed) return
    this.checkpoints.committed()
    if (this.active.bytes > CHECKPOINT_BYTES) this.checkpoints.now()
  }

  rollback(): void {
    this.active.rollback()
  }

  async sync(): Promise<void> {
    clearTimeout(this.syncTimer)
    this.syncTimer = undefined
    const { log } = this
    if (!log) return
    const { number, length } = log
    try {
      // Of what is read in order no later part may be on the disk alone.
      await this.frozen?.log?.sync()
      await log.sync()
      this.synced.note(number, length)
    } catch (error) {
      // Whatever the reason: what the system failed to write it may have thrown away.
      this.failure = storeError(this.folder, error)
      throw this.failure
    }
  }

  ready(): Promise<void> | undefined {
    return this.active.bytes > PRESSURE_BYTES ? this.checkpoints.running : undefined
  }

  size(): number {
    return this.store.size() + this.active.bytes
  }

  async close(): Promise<void> {
    if (this.closed) return
    this.closed = true
    clearTimeout(this.syncTimer)
    this.checkpoints.stop()
    await this.checkpoints.running
    await this.checkpoint()
    // What had been stuck went first.
    if (!this.frozen) await this.checkpoint()
    this.log?.close()
    const isWhole = !this.failure && !this.frozen && this.active.size === 0
    await this.store.close(isWhole ? this.logNumber : undefined)
    this.synced.close(isWhole)
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
    this.synced.close(false)
    this.checkpoints.stop()
  }

  /** A full disk fails a write and no more: the next may find room. Anything else ends writing until the store is opened anew. */
  private failed(error: unknown): StoreError {
    const told = storeError(this.folder, error)
    if (!isFull(told)) this.failure = told
    return told
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

  /** Moves the overlay into the file and drops its logs; on failure both stay, and so do the data. */
  private async checkpoint(): Promise<void> {
    if (this.failure) return
    // Half of it may be in the file already: without more room another attempt only writes that again.
    if (this.stuck !== undefined && freeBytes(this.folder) <= this.stuck) return this.again()
    this.frozen ??= this.freeze()
    if (!this.frozen) return
    const { overlay, log, logs, nextLog } = this.frozen
    try {
      // The old log reaches the disk before the new one can: recovery reads them in that order.
      await log?.sync()
    } catch (error) {
      this.failure = storeError(this.folder, error)
      return
    }
    try {
      log?.close()
      await this.store.take(overlay, nextLog)
      removeLogs(logs)
      this.frozen = undefined
      this.stuck = undefined
    } catch (error) {
      // The frozen overlay goes on answering reads, its logs will be replayed at the next start.
      this.failed(error)
      this.stuck = freeBytes(this.folder)
      this.again()
    }
  }

  private again(): void {
    if (!this.closed && !this.failure) this.checkpoints.later()
  }

  private freeze(): LogAndLmdb['frozen'] {
    // What is not committed yet has no frame in the log: it must not be in the file before it.
    if (this.active.size === 0 || !this.active.settled) return undefined
    const { active: overlay, log, logs } = this
    this.active = new Overlay(this.slabs)
    this.log = undefined
    this.logs = []
    return { overlay, log, logs, nextLog: this.logNumber }
  }
}
