import type { EvalContext } from '../bson/context.ts'
import type { Doc, Value } from '../bson/value.ts'

/** What `$$name` reads while an expression runs; a name that is present with `undefined` is a missing value. */
export type Variables = ReadonlyMap<string, Value | undefined>

/**
 * A compiled expression. `doc` is `$$ROOT`; the answer `undefined` means "missing".
 * `constant` marks an expression that ignores both arguments, so a caller may evaluate it once.
 */
export interface Expression {
  (doc: Doc, variables: Variables): Value | undefined
  readonly constant?: true
}

/** Where an expression is compiled: which names it may use, and how to compile what stands below it. */
export interface Scope {
  readonly context: EvalContext
  /** Names bound by `$let`, `$map` and the like, or announced by the caller. */
  readonly names: ReadonlySet<string>
  readonly compile: (operand: Value) => Expression
  /** The same scope with more names; binding `CURRENT` makes `$a` read from it instead of the root. */
  readonly bind: (names: Iterable<string>) => Scope
}

export type CompileOperator = (operand: Value, scope: Scope, name: string) => Expression
export type OperatorTable = Readonly<Record<string, CompileOperator>>
