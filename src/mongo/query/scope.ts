import type { EvalContext } from '../bson/context.ts'
import type { Doc, Value } from '../bson/value.ts'
import type { Condition, Predicate } from './predicate.ts'

/** Where a part of a filter is compiled. */
export interface Scope {
  readonly context: EvalContext
  /** Within a document of an array ($elemMatch), where what speaks of the whole document has no meaning. */
  readonly nested: boolean
  /** $expr and $jsonSchema are refused: array filters and $pull. */
  readonly plain: boolean
  /** Compiles `{ field: condition, ... }`. */
  compile(filter: Doc, nested?: boolean): Condition
  /** Compiles `{ $gt: 1, $lt: 5 }` on a path. */
  compileOperators(path: string, operators: Doc): Predicate[]
}

/** Compiles one operator on a path; `siblings` are all the operators beside it. Undefined: nothing to ask. */
export type FieldOperator = (
  path: string,
  operand: Value,
  scope: Scope,
  siblings: Doc,
) => Predicate | undefined

/** Compiles one operator that stands where a field name would. Undefined: nothing to ask. */
export type TopOperator = (operand: Value, scope: Scope) => Condition | undefined
