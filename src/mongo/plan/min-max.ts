import { fail } from '../bson/errors.ts'
import { encodeKey } from '../bson/key.ts'
import type { Doc } from '../bson/value.ts'
import { shortenBound } from '../index/entries.ts'
import type { Index } from '../index/index-state.ts'
import { indexPrefix } from '../storage/keys.ts'
import type { Range } from './bounds.ts'
import type { Query } from './plan.ts'

/** @throws MongoError 51176 when the two have other fields */
export function checkMinMax({ min, max }: Pick<Query, 'min' | 'max'>): void {
  if (!min || !max) return
  const [low, high] = [[...min.keys()], [...max.keys()]]
  if (low.length !== high.length || low.some((path, at) => path !== high[at])) {
    fail(51176, 'min and max must have the same field names')
  }
}

/** Cuts a stretch to `min <= key < max` of a find. */
export function limitRange(index: Index, range: Range, min: Doc | undefined, max: Doc | undefined): Range[] {
  const low = min && edge(index, min)
  const high = max && edge(index, max)
  if (low && high && low.compare(high) >= 0) {
    fail(
      51175,
      'The value provided for min() does not come before the value provided for max() in the hinted index',
    )
  }
  const from = low && low.compare(range.from) > 0 ? low : range.from
  const to = high && high.compare(range.to) < 0 ? high : range.to
  return from.compare(to) < 0 ? [{ from, to }] : []
}

function edge(index: Index, doc: Doc): Buffer {
  const { fields, collation } = index.spec
  const paths = [...doc.keys()]
  if (paths.length !== fields.length || fields.some(({ path }, at) => paths[at] !== path)) {
    fail(51174, 'The index chosen is not compatible with min/max')
  }
  const bound = shortenBound(encodeKey([...doc.values()], index.directions, collation))
  return Buffer.concat([indexPrefix(index.ident), bound])
}
