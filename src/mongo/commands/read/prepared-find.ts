import type { EvalContext } from '../../bson/context.ts'
import type { Doc } from '../../bson/value.ts'
import type { Plan } from '../../plan/plan.ts'
import type { Found } from '../../plan/run.ts'
import type { Filter } from '../../query/compile-filter.ts'

/** A find, checked and compiled. */
export interface PreparedFind {
  readonly filter: Filter
  readonly plan: Plan
  readonly context: EvalContext
  readonly sort: Doc | undefined
  readonly skip: number
  readonly limit: number
  readonly show: (found: Found) => Uint8Array
}
