import type { EvalContext } from '../../bson/context.ts'
import type { Doc } from '../../bson/value.ts'
import type { Collection } from '../../collection/collection.ts'
import { choosePlan } from '../../plan/choose.ts'
import { runPlan, type Found } from '../../plan/run.ts'
import type { Filter } from '../../query/compile-filter.ts'
import { drain, whenDone } from '../../turn/drain.ts'
import type { Turn } from '../../turn/turn.ts'
import { sortFound } from '../read/sort-found.ts'

export interface Selection {
  readonly filter: Filter
  readonly context: EvalContext
  readonly hint?: string | Doc | undefined
  readonly sort?: Doc | undefined
  readonly turn: Turn
}

/** The first document a write concerns; a promise where the search had to let others in. */
export function firstMatch(collection: Collection, selection: Selection): Match | Promise<Match> {
  const { filter, context, hint, sort, turn } = selection
  const plan = choosePlan(collection, { filter, hint, sort, collation: context.collation })
  const found = runPlan(collection, plan, filter, context)
  const sorted = !sort || sort.size === 0 || sort.has('$natural') || (plan.kind === 'index' && plan.sorted)
  const source = sorted ? found : sortFound(found, sort, context, 1)
  let first: Match
  const take = (one: Found): boolean => {
    first = one
    return false
  }
  const done = drain(source, turn, take)
  if (!(done instanceof Promise)) return first
  // What earlier statements have written must not wait, uncommitted, among the writes of others.
  collection.data.commit()
  return done.then(() => stillThere(collection, selection, first))
}

export type Match = Found | undefined

/** Others may have changed in the meantime what was found: then the search begins anew. */
function stillThere(collection: Collection, selection: Selection, found: Match): Match | Promise<Match> {
  if (!found) return undefined
  const now = collection.dropped ? undefined : collection.read(found.record)
  return now?.equals(found.bytes) ? found : firstMatch(collection, selection)
}

/** Every document a write concerns, looked up before the first is changed: none is met twice. */
export function allMatches(
  collection: Collection,
  { filter, context, hint, turn }: Selection,
): number[] | Promise<number[]> {
  const plan = choosePlan(collection, { filter, hint, collation: context.collation })
  const records: number[] = []
  const done = drain(
    runPlan(collection, plan, filter, context),
    turn,
    ({ record }) => records.push(record) > 0,
  )
  if (done instanceof Promise) collection.data.commit()
  return whenDone(done, () => records)
}
