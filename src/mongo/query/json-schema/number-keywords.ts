import { compareNumbers } from '../../bson/compare-numbers.ts'
import { fail } from '../../bson/errors.ts'
import { asDecimal, isNotANumber, remainder, isZero, isFiniteNumber } from '../../bson/numeric.ts'
import { makeDecimal } from '../../bson/decimal.ts'
import { Decimal128, isNumber, type Doc, type Numeric, type Value } from '../../bson/value.ts'
import { booleanOperand, numberOperand } from './operands.ts'
import { type Keyword, simpleRule } from './rule.ts'

export const minimum: Keyword = (operand, { siblings }, name) =>
  bound(name, 'exclusiveMinimum', operand, siblings, (order, exclusive) =>
    exclusive ? order > 0 : order >= 0,
  )

export const maximum: Keyword = (operand, { siblings }, name) =>
  bound(name, 'exclusiveMaximum', operand, siblings, (order, exclusive) =>
    exclusive ? order < 0 : order <= 0,
  )

/** `exclusiveMinimum` and `exclusiveMaximum`: flags on their bound, as in draft 4. */
export const exclusive: Keyword = (operand, { siblings }, name) => {
  booleanOperand(name, operand)
  const other = name === 'exclusiveMinimum' ? 'minimum' : 'maximum'
  if (!siblings.has(other)) fail(9, `$jsonSchema keyword '${other}' must be a present if ${name} is present`)
  return undefined
}

function bound(
  name: string,
  flag: string,
  operand: Value,
  siblings: Doc,
  holds: (order: number, exclusive: boolean) => boolean,
): ReturnType<Keyword> {
  const limit = numberOperand(name, operand)
  const given = siblings.get(flag)
  const isExclusive = given === true
  const specified: Doc = new Map([[name, operand]])
  if (given !== undefined) specified.set(flag, given)
  return simpleRule(
    name,
    operand,
    'comparison failed',
    (value) => {
      if (!isNumber(value)) return true
      if (isNotANumber(value) || isNotANumber(limit)) {
        return !isExclusive && isNotANumber(value) && isNotANumber(limit)
      }
      return holds(compareNumbers(value, limit), isExclusive)
    },
    specified,
  )
}

export const multipleOf: Keyword = (operand, _, name) => {
  const divisor = numberOperand(name, operand)
  if (isNotANumber(divisor) || compareNumbers(divisor, 0) <= 0) {
    fail(9, `$jsonSchema keyword '${name}' must have a positive value`)
  }
  const by = exactDecimal(divisor)
  return simpleRule(name, operand, 'considered value is not a multiple of the specified value', (value) => {
    if (!isNumber(value)) return true
    return isFiniteNumber(value) && isZero(remainder(exactDecimal(value), by))
  })
}

function exactDecimal(n: Numeric): Decimal128 {
  return n instanceof Decimal128 ? n : makeDecimal(asDecimal(n))
}
