import { fail } from '../bson/errors.ts'
import { isDoc } from '../bson/value.ts'
import type { Doc, Value } from '../bson/value.ts'
import { fold } from './constant.ts'
import { typeOf } from './missing.ts'
import type { CompileOperator, Expression, Scope } from './types.ts'

/** An array holds the arguments; anything else is the one argument. */
export function compileArguments(operand: Value, scope: Scope): Expression[] {
  return Array.isArray(operand) ? operand.map((each) => scope.compile(each)) : [scope.compile(operand)]
}

/** An operator of exactly `count` arguments, all evaluated before `evaluate` sees them. */
export function exactly(
  count: number,
  evaluate: (values: (Value | undefined)[], scope: Scope, name: string) => Value | undefined,
): CompileOperator {
  return (operand, scope, name) => {
    const operands = compileArguments(operand, scope)
    if (operands.length !== count) {
      const words = `exactly ${count} arguments. ${operands.length} were passed in.`
      fail(16020, `Expression ${name} takes ${words}`)
    }
    return apply(operands, (values) => evaluate(values, scope, name))
  }
}

/** An operator of `least` to `most` arguments. */
export function between(
  least: number,
  most: number,
  evaluate: (values: (Value | undefined)[], scope: Scope, name: string) => Value | undefined,
): CompileOperator {
  return (operand, scope, name) => {
    const operands = compileArguments(operand, scope)
    if (operands.length < least || operands.length > most) {
      const words = `at least ${least} arguments, and at most ${most}, but ${operands.length} were passed in.`
      fail(28667, `Expression ${name} takes ${words}`)
    }
    return apply(operands, (values) => evaluate(values, scope, name))
  }
}

/** An operator of any number of arguments. */
export function variadic(
  evaluate: (values: (Value | undefined)[], scope: Scope, name: string) => Value | undefined,
): CompileOperator {
  return (operand, scope, name) =>
    apply(compileArguments(operand, scope), (values) => evaluate(values, scope, name))
}

/** Evaluates all operands, then the operator; at compile time when all are constant. */
export function apply(
  operands: readonly Expression[],
  evaluate: (values: (Value | undefined)[]) => Value | undefined,
): Expression {
  const [first, second] = operands
  // The two common shapes avoid an array callback for each document.
  if (operands.length === 1 && first)
    return fold((doc, variables) => evaluate([first(doc, variables)]), operands)
  if (operands.length === 2 && first && second) {
    return fold((doc, variables) => evaluate([first(doc, variables), second(doc, variables)]), operands)
  }
  return fold((doc, variables) => evaluate(operands.map((operand) => operand(doc, variables))), operands)
}

/** The codes and names of an operator that takes an object of named arguments. */
export interface NamedArguments {
  readonly required: Readonly<Record<string, number>>
  readonly optional?: readonly string[]
  /** Code and words for an operand that is not an object. */
  readonly notObject: readonly [code: number, words?: (name: string, type: string) => string]
  readonly unknown: readonly [code: number, words?: (name: string, argument: string) => string]
  readonly missing?: (name: string, argument: string) => string
}

/** Checks an object of named arguments and hands out what it holds, not yet compiled. */
export function readNamed(operand: Value, name: string, spec: NamedArguments): Doc {
  if (!isDoc(operand)) {
    const [code, words = (op): string => `${op} only supports an object as its argument`] = spec.notObject
    return fail(code, words(name, typeOf(operand)))
  }
  for (const argument of operand.keys()) {
    if (Object.hasOwn(spec.required, argument) || spec.optional?.includes(argument)) continue
    const [code, words = (op, what): string => `Unrecognized argument to ${op}: ${what}`] = spec.unknown
    fail(code, words(name, argument))
  }
  const missing = spec.missing ?? ((op, argument): string => `Missing '${argument}' parameter to ${op}`)
  for (const [argument, code] of Object.entries(spec.required)) {
    if (!operand.has(argument)) fail(code, missing(name, argument))
  }
  return operand
}

/** Compiles each named argument that is present. */
export function compileNamed(
  operand: Value,
  scope: Scope,
  name: string,
  spec: NamedArguments,
): Record<string, Expression | undefined> {
  const named: Record<string, Expression | undefined> = {}
  for (const [argument, value] of readNamed(operand, name, spec)) named[argument] = scope.compile(value)
  return named
}

/** The expressions among named arguments that are present, for folding. */
export function present(named: Record<string, Expression | undefined>): Expression[] {
  return Object.values(named).filter((expression) => expression !== undefined)
}
