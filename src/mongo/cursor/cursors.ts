import { randomInt } from 'node:crypto'
import { fail } from '../bson/errors.ts'
import type { Collection } from '../collection/collection.ts'
import { MAX_DOCUMENT_BYTES } from '../wire/limits.ts'

const IDLE_MS = 10 * 60 * 1000
const FIRST_BATCH = 101

/** What a client reads batch by batch. */
export interface Cursor {
  readonly id: bigint
  readonly namespace: string
  readonly source: Iterator<Uint8Array>
  readonly session: string | undefined
  /** Whose drop ends the cursor. */
  readonly collection: Collection | undefined
  /** The maxTimeMS of the command that opened it counts for the getMores too. */
  readonly budget: { restart(): void; pause(): void } | undefined
  readonly tailable: boolean
  readonly awaitData: boolean
  readonly timeout: boolean
  /** Read already, but too big for the last batch. */
  waiting: Uint8Array | undefined
  used: number
}

export interface Batch {
  readonly documents: Uint8Array[]
  readonly done: boolean
}

/**
 * Takes a batch off a source: `size` documents or 16 MiB, whichever comes first, at least one.
 * `waiting` is a document that was read before.
 */
export function takeBatch(
  source: Iterator<Uint8Array>,
  size: number,
  waiting?: Uint8Array,
): Batch & { readonly waiting: Uint8Array | undefined } {
  const documents: Uint8Array[] = []
  let bytes = 0
  let next = waiting
  while (documents.length < size) {
    if (!next) {
      const step = source.next()
      if (step.done) return { documents, done: true, waiting: undefined }
      next = step.value
    }
    if (documents.length > 0 && bytes + next.length > MAX_DOCUMENT_BYTES)
      return { documents, done: false, waiting: next }
    documents.push(next)
    bytes += next.length
    next = undefined
  }
  return { documents, done: false, waiting: undefined }
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

  add(cursor: Omit<Cursor, 'id' | 'used'>): Cursor {
    let id: bigint
    do id = (BigInt(randomInt(2 ** 31)) << 31n) | BigInt(randomInt(1, 2 ** 31))
    while (this.open.has(id))
    const added = { ...cursor, id, used: Date.now() }
    this.open.set(id, added)
    return added
  }

  /** @throws MongoError 43 when there is none of this number, 175 when its collection was dropped */
  get(id: bigint): Cursor {
    const cursor = this.open.get(id) ?? fail(43, `cursor id ${id} not found`)
    if (cursor.collection?.dropped) {
      this.remove(id)
      fail(175, `collection dropped. UUID ${cursor.collection.uuid.toUUID().toHexString()}`)
    }
    cursor.used = Date.now()
    return cursor
  }

  remove(id: bigint): boolean {
    const cursor = this.open.get(id)
    this.open.delete(id)
    cursor?.source.return?.()
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
    for (const cursor of this.open.values()) if (cursor.timeout && cursor.used < limit) this.remove(cursor.id)
  }
}
