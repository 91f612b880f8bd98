import { createHash } from 'node:crypto'
import { encodeKeyBriefly, type BriefKey } from '../bson/key.ts'
import type { Doc, Value } from '../bson/value.ts'
import { indexKey, MAX_INDEX_KEY, recordBytes } from '../storage/keys.ts'
import { docKeys, hasAnyField, type KeyTuple } from './doc-keys.ts'
import type { Index } from './index-state.ts'

const ASCENDING = [1] as const
const HASH = 32
const NOTHING: Buffer = Buffer.alloc(0)

export interface IndexEntries {
  /** Storage keys, each with its tuple; entries of one document are never equal. */
  readonly keys: ReadonlyMap<string, KeyTuple>
  readonly value: Buffer
  readonly multikey: readonly boolean[] | undefined
  /** Whether a key was too long to be kept whole. */
  readonly long: boolean
}

const NONE: IndexEntries = { keys: new Map(), value: NOTHING, multikey: undefined, long: false }

/**
 * What an index keeps for a document. In a unique index the key stands alone and its value names the record, so that a
 * second one finds the place taken; in others the record is the end of the key.
 */
export function entriesOf(index: Index, doc: Doc, record: number): IndexEntries {
  if (index.partial && !index.partial.matches(doc)) return NONE
  const found = docKeys(doc, index.spec.fields)
  if (index.spec.sparse && !hasAnyField(found)) return NONE
  const { unique } = index.spec
  const keys = new Map<string, KeyTuple>()
  let long = false
  for (const tuple of found.tuples) {
    const encoded = encodeKeyBriefly(tuple, index.directions, index.spec.collation)
    if (encoded.end - encoded.start > MAX_INDEX_KEY) long = true
    keys.set(indexKey(index.ident, shorten(encoded), unique ? undefined : record), tuple)
  }
  return { keys, value: unique ? recordBytes(record) : NOTHING, multikey: found.multikey, long }
}

/** The key of an entry in the index of `_id`. */
export function idKey({ ident, spec }: Index, id: Value): string {
  return indexKey(ident, shorten(encodeKeyBriefly([id], ASCENDING, spec.collation)))
}

/** A key beyond what storage takes: its beginning and a hash, equal exactly when the keys are. */
function shorten(encoded: BriefKey): BriefKey {
  const { buffer, start, end } = encoded
  if (end - start <= MAX_INDEX_KEY) return encoded
  const cut = start + MAX_INDEX_KEY - HASH
  createHash('sha256').update(buffer.subarray(start, end)).digest().copy(buffer, cut)
  return { buffer, start, end: cut + HASH }
}

/** A bound of a scan, cut where long keys are: such a scan finds more than it must, never less. */
export function shortenBound(encoded: Buffer): Buffer {
  return encoded.length <= MAX_INDEX_KEY - HASH ? encoded : encoded.subarray(0, MAX_INDEX_KEY - HASH)
}
