import type { EvalContext } from '../../bson/context.ts'
import type { Doc } from '../../bson/value.ts'
import type { Collection } from '../../collection/collection.ts'
import { choosePlan } from '../../plan/choose.ts'
import { runPlan, type Found } from '../../plan/run.ts'
import type { Filter } from '../../query/compile-filter.ts'
import { sortFound } from '../read/sort-found.ts'

export interface Selection {
  readonly filter: Filter
  readonly context: EvalContext
  readonly hint?: string | Doc | undefined
  readonly sort?: Doc | undefined
}

/** The first document a write concerns. */
export function firstMatch(
  collection: Collection,
  { filter, context, hint, sort }: Selection,
): Found | undefined {
  const plan = choosePlan(collection, { filter, hint, sort, collation: context.collation })
  const found = runPlan(collection, plan, filter, context.deadline)
  const sorted = !sort || sort.size === 0 || sort.has('$natural') || (plan.kind === 'index' && plan.sorted)
  const first = sorted ? found.next().value : sortFound(found, sort, context, 1)[0]
  return first ?? undefined
}

/** Every document a write concerns, looked up before the first is changed: none is met twice. */
export function allMatches(collection: Collection, { filter, context, hint }: Selection): number[] {
  const plan = choosePlan(collection, { filter, hint, collation: context.collation })
  const records: number[] = []
  for (const { record } of runPlan(collection, plan, filter, context.deadline)) records.push(record)
  return records
}
