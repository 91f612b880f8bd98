import { fail } from '../../bson/errors.ts'
import type { Doc } from '../../bson/value.ts'
import { isDoc } from '../../bson/value.ts'
import { compileSortPattern, sortBy } from '../../expression/sort-pattern.ts'
import type { SortKey, SortPattern } from '../../expression/sort-pattern.ts'
import { integerOf } from '../../expression/number.ts'
import type { CompileStage } from '../types.ts'

/** A name the optimiser gives a `$sort` of which only the first documents are wanted. */
export const TOP = '$_top'

/** `$sort`: stable; each document's key is taken once. */
export const compileSort: CompileStage = (spec, context) => {
  if (!isDoc(spec)) return fail(15973, 'the $sort key specification must be an object')
  const pattern = compileSortPattern(spec, context.collation)
  return function* sort(source) {
    yield* sortBy(source, pattern, (doc) => doc)
  }
}

/** `$sort` and `$limit` together: `{sort, limit}`, in memory for the limit only. */
export const compileTop: CompileStage = (spec, context) => {
  const sort = isDoc(spec) ? spec.get('sort') : undefined
  const limit = isDoc(spec) ? integerOf(spec.get('limit')) : undefined
  if (!isDoc(sort) || limit === undefined) return fail(40324, `Unrecognized pipeline stage name: '${TOP}'`)
  const pattern = compileSortPattern(sort, context.collation)
  return function* top(source) {
    yield* takeFirst(source, pattern, Number(limit))
  }
}

interface Keyed {
  readonly doc: Doc
  readonly key: SortKey
}

/** Gathers twice as many as are wanted, then sorts and cuts: few comparisons a document, little memory. */
function takeFirst(source: Iterable<Doc>, pattern: SortPattern, most: number): Doc[] {
  const order = (left: Keyed, right: Keyed): number => pattern.compareKeys(left.key, right.key)
  let kept: Keyed[] = []
  let worst: Keyed | undefined
  for (const doc of source) {
    const item = { doc, key: pattern.keyOf(doc) }
    if (worst && order(item, worst) >= 0) continue
    kept.push(item)
    if (kept.length < 2 * most + 32) continue
    kept = kept.sort(order).slice(0, most)
    worst = kept.at(-1)
  }
  return kept
    .sort(order)
    .slice(0, most)
    .map(({ doc }) => doc)
}
