import { fail } from '../bson/errors.ts'
import { asNumber, fitsInt64, isFiniteNumber, truncateToBigInt } from '../bson/numeric.ts'
import { printBson } from '../bson/print.ts'
import { type Doc, isDoc, isInt32, isNumber, type Value } from '../bson/value.ts'
import { compileExpression } from '../expression/compile.ts'
import { isTrue } from '../expression/truth.ts'
import { compileSchema } from './json-schema/compile-schema.ts'
import type { Condition } from './predicate.ts'
import { leaf, type Match } from './predicate.ts'
import type { FieldOperator, TopOperator } from './scope.ts'

/** $expr: an aggregation expression over the whole document. */
export const expr: TopOperator = (operand, scope) => {
  if (scope.nested) fail(2, '$expr can only be applied to the top-level document')
  if (scope.plain) fail(224, '$expr is not allowed in this context')
  const { variables } = scope.context
  const evaluate = compileExpression(operand, scope.context)
  const given = variables ?? new Map<string, Value>()
  return {
    node: { op: 'expr', operator: '$expr', operand },
    match: (doc) => isTrue(evaluate(doc, given)),
  }
}

/** $jsonSchema: the document meets the schema. */
export const jsonSchema: TopOperator = (operand, scope) => {
  if (scope.plain) fail(224, '$jsonSchema is not allowed in this context')
  if (!isDoc(operand)) fail(14, '$jsonSchema must be an object')
  const schema = compileSchema(operand)
  return other('$jsonSchema', operand, (doc) => schema.accepts(doc))
}

/** $sampleRate: each document by chance. */
export const sampleRate: TopOperator = (operand) => {
  if (!isNumber(operand)) fail(2, 'argument to $sampleRate must be a numeric type')
  const rate = asNumber(operand)
  if (!(rate >= 0 && rate <= 1)) fail(2, 'numeric argument to $sampleRate must be in [0, 1]')
  return other('$sampleRate', operand, () => Math.random() < rate)
}

export const alwaysTrue: TopOperator = (operand) => always('$alwaysTrue', operand, true)
export const alwaysFalse: TopOperator = (operand) => always('$alwaysFalse', operand, false)

/** $comment asks nothing. */
export const comment: TopOperator = () => undefined

export const where: TopOperator = (_, scope) => {
  if (scope.plain) fail(2, '$where is not allowed in this context')
  return fail(115, '$where is not supported by the embedded store; use a MongoDB server')
}

export const text: TopOperator = (_, scope) => {
  if (scope.nested) fail(2, '$text can only be applied to the top-level document')
  if (scope.plain) fail(2, '$text is not allowed in this context')
  return fail(27, '$text is not supported by the embedded store; use a MongoDB server')
}

/** Geography, refused by name. */
export function refusedOperator(name: string): FieldOperator {
  return () => fail(115, `${name} is not supported by the embedded store; use a MongoDB server`)
}

/** $mod: the whole part of a number leaves this remainder. */
export const mod: FieldOperator = (path, operand) => {
  if (!Array.isArray(operand)) fail(2, 'malformed mod, needs to be an array')
  if (operand.length < 2) fail(2, 'malformed mod, not enough elements')
  if (operand.length > 2) fail(2, 'malformed mod, too many elements')
  const divisor = modOperand('divisor', operand[0]!)
  const remainder = modOperand('remainder', operand[1]!)
  if (divisor === 0n) fail(2, 'divisor cannot be 0')
  const small = isInt32(Number(divisor)) && isInt32(Number(remainder))
  const by = Number(divisor)
  const left = Number(remainder)
  return leaf(path, '$mod', operand, (value) => {
    if (small && typeof value === 'number' && isInt32(value)) return (value % by) + 0 === left
    if (!isNumber(value)) return false
    const whole = truncateToBigInt(value)
    return whole !== undefined && fitsInt64(whole) && whole % divisor === remainder
  })
}

function modOperand(role: string, operand: Value): bigint {
  if (!isNumber(operand)) fail(2, `malformed mod, ${role} not a number`)
  if (!isFiniteNumber(operand)) {
    fail(
      2,
      `malformed mod, ${role} value is invalid :: caused by :: Unable to coerce NaN/Inf to integral type`,
    )
  }
  const whole = truncateToBigInt(operand)!
  if (!fitsInt64(whole)) {
    fail(
      2,
      `malformed mod, ${role} value is invalid :: caused by :: Out of bounds coercing to integral value`,
    )
  }
  return whole
}

function always(name: string, operand: Value, outcome: boolean): Condition {
  if (!isNumber(operand) || asNumber(operand) !== 1) {
    fail(
      9,
      isNumber(operand)
        ? `${name} must be an integer value of 1`
        : `Expected a number in: ${name}: ${printBson(operand)}`,
    )
  }
  return other(name, operand, () => outcome)
}

function other(operator: string, operand: Value | Doc, match: Match): Condition {
  return { node: { op: 'other', operator, operand }, match }
}
