import type { EvalContext } from '../../bson/context.ts'
import type { Value } from '../../bson/value.ts'
import type { Ordering, Partition } from './window.ts'

/** Computes one output for every document of a partition. */
export type WindowFunction = (partition: Partition) => (Value | undefined)[]

export interface WindowScope {
  readonly context: EvalContext
  readonly ordering: Ordering
  readonly window: Value | undefined
}

export type CompileWindowFunction = (operand: Value, scope: WindowScope, name: string) => WindowFunction
