import { randomInt } from 'node:crypto'
import { fail, MongoError } from '../bson/errors.ts'
import type { Collection } from '../collection/collection.ts'
import { drain, whenDone } from '../turn/drain.ts'
import type { Pause } from '../turn/pause.ts'
import type { Turn } from '../turn/turn.ts'
import { MAX_DOCUMENT_BYTES } from '../bson/limits.ts'

const IDLE_MS = 10 * 60 * 1000
const FIRST_BATCH = 101

/** What a client reads batch by batch. */
export interface Cursor {
  readonly id: bigint
  readonly namespace: string
  readonly source: Iterator<Uint8Array | Pause>
  readonly session: string | undefined
  /** Whose drop ends the cursor. */
  readonly collection: Collection | undefined
  /** The maxTimeMS of the command that opened it counts for the getMores too. */
  readonly turn: Turn
  readonly tailable: boolean
  readonly awaitData: boolean
  readonly timeout: boolean
  /** Whether a full batch is followed by a look for more. */
  readonly looksAhead: boolean
  /** How many documents there can be yet. */
  left: number
  /** Read already, for the next batch. */
  waiting: Uint8Array | undefined
  used: number
  /** A getMore is at work on it. */
  busy: boolean
}

export interface Batch {
  readonly documents: readonly Uint8Array[]
  readonly done: boolean
  /** Read already, for the next batch. */
  readonly waiting: Uint8Array | undefined
}

export type BatchSource = Pick<Cursor, 'source' | 'turn' | 'looksAhead' | 'left' | 'waiting'>

/**
 * Takes a batch off a source: `size` documents or 16 MiB, whichever comes first, at least one.
 *
 * A full batch may well have been everything. A server knows that of what it holds (sorted documents, names of
 * collections) and of a limit that is reached; a scan it leaves open, for a batch that turns out empty. So does this.
 *
 * @param cursor.waiting a document that was read before
 */
export function takeBatch(cursor: BatchSource, size: number): Batch | Promise<Batch> {
  const { source, turn, looksAhead, left, waiting } = cursor
  const documents: Uint8Array[] = []
  let bytes = 0
  let next: Uint8Array | undefined
  const take = (document: Uint8Array): boolean => {
    const full = documents.length > 0 && bytes + document.length > MAX_DOCUMENT_BYTES
    if (full || documents.length >= size) next = document
    else documents.push(document)
    bytes += document.length
    if (documents.length >= left) return false
    return next === undefined && (looksAhead || documents.length < size)
  }
  const batch = (done: boolean): Batch => {
    cursor.left -= documents.length
    return { documents, done: done || cursor.left <= 0, waiting: next }
  }
  if (size === 0) return { documents, done: false, waiting }
  if (waiting && !take(waiting)) return batch(false)
  return whenDone(drain(source, turn, take), batch)
}

/** The size of a first batch: 101 unless told; 0 opens the cursor without reading. */
export function firstBatchSize(batchSize: number | undefined): number {
  return batchSize ?? FIRST_BATCH
}

/** The open cursors of a store. */
export class Cursors {
  private readonly open = new Map<bigint, Cursor>()
  private readonly timer: NodeJS.Timeout

  constructor() {
    this.timer = setInterval(() => this.expire(), 60_000).unref()
  }

  get size(): number {
    return this.open.size
  }

  add(cursor: Omit<Cursor, 'id' | 'used' | 'busy'>): Cursor {
    let id: bigint
    do id = (BigInt(randomInt(2 ** 31)) << 31n) | BigInt(randomInt(1, 2 ** 31))
    while (this.open.has(id))
    const added = { ...cursor, id, used: Date.now(), busy: false }
    this.open.set(id, added)
    return added
  }

  /** @throws MongoError 43 when there is none of this number, 175 when its collection was dropped, 12051 while a getMore is at work on it */
  get(id: bigint): Cursor {
    const cursor = this.open.get(id) ?? fail(43, `cursor id ${id} not found`)
    if (cursor.collection?.dropped) {
      this.remove(id)
      fail(175, `collection dropped. UUID ${cursor.collection.uuid.toUUID().toHexString()}`)
    }
    if (cursor.busy) fail(12051, `cursor id ${id} is already in use`)
    cursor.used = Date.now()
    return cursor
  }

  remove(id: bigint): boolean {
    const cursor = this.open.get(id)
    this.open.delete(id)
    if (cursor?.busy) cursor.turn.kill(new MongoError(237, `cursor id ${id} was killed`))
    else cursor?.source.return?.()
    return cursor !== undefined
  }

  /** Ends what a session left open. */
  removeSession(session: string): void {
    for (const cursor of this.open.values()) if (cursor.session === session) this.remove(cursor.id)
  }

  close(): void {
    clearInterval(this.timer)
    for (const id of this.open.keys()) this.remove(id)
  }

  private expire(): void {
    const limit = Date.now() - IDLE_MS
    for (const cursor of this.open.values())
      if (cursor.timeout && !cursor.busy && cursor.used < limit) this.remove(cursor.id)
  }
}
