import { decode } from '../bson/codec.ts'
import type { EvalContext } from '../bson/context.ts'
import { fail } from '../bson/errors.ts'
import type { Doc } from '../bson/value.ts'
import type { Collection, Stored } from '../collection/collection.ts'
import { unseal } from '../collection/sealed.ts'
import type { Index } from '../index/index-state.ts'
import type { Filter } from '../query/compile-filter.ts'
import type { Entry } from '../storage/engine.ts'
import { after, keyOf, recordIn, recordKey, recordOf, recordRange } from '../storage/keys.ts'
import { PAUSE, type Pause } from '../turn/pause.ts'
import type { Range } from './bounds.ts'
import type { IdLookup, IndexScan, Plan } from './plan.ts'

/** A document found: its bytes as stored, decoded once somebody asks. */
export class Found implements Stored {
  readonly record: number
  readonly bytes: Buffer
  private decoded: Doc | undefined

  constructor(record: number, bytes: Buffer, decoded?: Doc) {
    this.record = record
    this.bytes = bytes
    this.decoded = decoded
  }

  get doc(): Doc {
    return (this.decoded ??= decode(this.bytes))
  }

  /** Drops what was decoded, for who keeps many. */
  forget(): void {
    this.decoded = undefined
  }
}

/** What reading took, for explain. */
export interface Effort {
  keys: number
  docs: number
}

/** Documents between two looks at the clock. */
const LOOK = 16
const FIRST_CHUNK = 24
const MAX_CHUNK = 1000
const CHUNK_BYTES = 2 * 1024 * 1024

/**
 * Reads a plan and gives what its filter accepts, and pauses where its turn is over. The reader may go on after other
 * commands have written: each chunk is looked up anew behind the last key.
 *
 * @throws MongoError 175 when the collection was dropped in a pause
 */
export function* runPlan(
  collection: Collection,
  plan: Plan,
  filter: Filter,
  { deadline, isOver }: Pick<EvalContext, 'deadline' | 'isOver'> = {},
  effort: Effort = { keys: 0, docs: 0 },
): Generator<Found | Pause, void> {
  const exact = plan.kind === 'id' || (plan.kind === 'index' && plan.exact)
  let looked = 0
  for (const found of readPlan(collection, plan, effort)) {
    effort.docs++
    if (exact || filter.matches(found.doc)) yield found
    if (++looked % LOOK !== 0) continue
    deadline?.()
    if (!isOver?.()) continue
    yield PAUSE
    if (collection.dropped) fail(175, `collection dropped. UUID ${collection.uuid.toUUID().toHexString()}`)
  }
}

export function readById(
  collection: Collection,
  plan: IdLookup,
  effort: Effort | undefined,
): Found | undefined {
  const stored = collection.findById(plan.id)
  plan.index.uses++
  if (!stored) return undefined
  if (effort) effort.keys++
  return new Found(stored.record, stored.bytes)
}

function* readPlan(collection: Collection, plan: Plan, effort: Effort): Generator<Found, void> {
  switch (plan.kind) {
    case 'nothing':
      return
    case 'scan':
      yield* scanRecords(collection, plan.reverse)
      return
    case 'id': {
      const found = readById(collection, plan, effort)
      if (found) yield found
      return
    }
    case 'index':
      yield* scanIndex(collection, plan, effort)
      return
    case 'or': {
      const seen = new Set<number>()
      for (const branch of plan.plans) {
        for (const found of readPlan(collection, branch, effort)) {
          if (seen.has(found.record)) continue
          seen.add(found.record)
          yield found
        }
      }
    }
  }
}

/**
 * All documents in the order they came, or the reverse.
 * @throws MongoError 301 when fewer are found than there are: a damaged file can hide what it held
 */
export function* scanRecords(
  collection: Collection,
  reverse: boolean,
  behind?: number,
): Generator<Found, void> {
  let [from, to] = recordRange(collection.ident)
  if (behind !== undefined) from = recordKey(collection.ident, behind + 1)
  const { changes } = collection
  let seen = 0
  for (const { key, value } of scanChunks(collection, from, to, reverse)) {
    seen++
    yield new Found(recordOf(key), unseal(value))
  }
  const expected = collection.counters.count
  if (behind === undefined && !collection.dropped && changes === collection.changes && seen !== expected) {
    fail(
      301,
      `${collection.namespace} holds ${expected} documents and ${seen} were found: the data are damaged. Restore the data folder from a backup.`,
    )
  }
}

function* scanIndex(collection: Collection, plan: IndexScan, effort: Effort): Generator<Found, void> {
  const { index, ranges, reverse } = plan
  index.uses++
  const seen = index.multikey.includes(true) ? new Set<number>() : undefined
  for (const range of reverse ? ranges.toReversed() : ranges) {
    for (const record of scanEntries(collection, index, range, reverse)) {
      effort.keys++
      if (seen?.has(record)) continue
      seen?.add(record)
      const bytes = collection.read(record)
      // A pause may have let the document go since its entry was read.
      if (bytes) yield new Found(record, bytes)
    }
  }
}

/** The records a stretch of an index names, in its order. */
export function* scanEntries(
  collection: Collection,
  index: Index,
  range: Range,
  reverse: boolean,
): Generator<number, void> {
  const { unique } = index.spec
  for (const { key, value } of scanChunks(collection, keyOf(range.from), keyOf(range.to), reverse))
    yield unique ? recordIn(value) : recordOf(key)
}

function* scanChunks(
  collection: Collection,
  low: string,
  high: string,
  reverse: boolean,
): Generator<Entry, void> {
  const { engine } = collection.data
  let [from, to] = [low, high]
  let limit = FIRST_CHUNK
  while (!collection.dropped) {
    const chunk = engine.scan(from, to, { limit, reverse })
    yield* chunk
    const last = chunk.at(-1)
    if (!last || chunk.length < limit) return
    if (reverse) to = last.key
    else from = after(last.key)
    const average = chunk.reduce((sum, { value }) => sum + value.length, 0) / chunk.length
    limit = Math.max(8, Math.min(limit * 2, MAX_CHUNK, Math.floor(CHUNK_BYTES / (average + 1))))
  }
}
