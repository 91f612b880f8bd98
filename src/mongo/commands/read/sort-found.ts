import type { EvalContext } from '../../bson/context.ts'
import type { Doc } from '../../bson/value.ts'
import type { Found } from '../../plan/run.ts'
import { compileSortKeys, type SortKeys } from '../../sort/compile-sort.ts'

/** Sorts what was found; with a limit only as many are held as can still be wanted. */
export function sortFound(
  source: Iterable<Found>,
  sort: Doc,
  context: EvalContext,
  limit: number = Infinity,
): Found[] {
  const { keyOf, compareKeys } = compileSortKeys(sort, context)
  type Keyed = { readonly key: ReturnType<SortKeys['keyOf']>; readonly found: Found; readonly at: number }
  const order = (a: Keyed, b: Keyed): number => compareKeys(a.key, b.key) || a.at - b.at
  let kept: Keyed[] = []
  let worst: Keyed | undefined
  let at = 0
  for (const found of source) {
    const one: Keyed = { key: keyOf(found.doc), found, at: at++ }
    if (worst && order(one, worst) > 0) continue
    kept.push(one)
    if (kept.length >= 2 * limit + 100) {
      kept = kept.sort(order).slice(0, limit)
      worst = kept.at(-1)
    }
  }
  const sorted = kept.sort(order)
  return (limit < sorted.length ? sorted.slice(0, limit) : sorted).map(({ found }) => found)
}
