import { fail } from '../bson/errors.ts'
import { encodeKey } from '../bson/key.ts'
import type { Doc } from '../bson/value.ts'
import { shortenBound } from '../index/entries.ts'
import type { Index } from '../index/index-state.ts'
import { indexPrefix } from '../storage/keys.ts'
import type { Range } from './bounds.ts'

/** Cuts a stretch to `min <= key < max` of a find. */
export function limitRange(index: Index, range: Range, min: Doc | undefined, max: Doc | undefined): Range[] {
  const low = min && edge(index, min, 'min')
  const high = max && edge(index, max, 'max')
  const from = low && low.compare(range.from) > 0 ? low : range.from
  const to = high && high.compare(range.to) < 0 ? high : range.to
  return from.compare(to) < 0 ? [{ from, to }] : []
}

function edge(index: Index, doc: Doc, which: string): Buffer {
  const { fields, collation } = index.spec
  const paths = [...doc.keys()]
  if (paths.length !== fields.length || fields.some(({ path }, at) => paths[at] !== path)) {
    fail(51174, `The index specified by the hint does not match the fields of ${which}()`)
  }
  const bound = shortenBound(encodeKey([...doc.values()], index.directions, collation))
  return Buffer.concat([indexPrefix(index.ident), bound])
}
