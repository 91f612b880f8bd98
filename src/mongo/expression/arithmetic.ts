import { roundDecimal } from '../bson/decimal-arithmetic.ts'
import { makeDecimal, parseDecimal } from '../bson/decimal.ts'
import { fail } from '../bson/errors.ts'
import * as numeric from '../bson/numeric.ts'
import { dateMillis, Decimal128, isNumber, makeDate, toDouble } from '../bson/value.ts'
import type { Numeric, Value } from '../bson/value.ts'
import { isNullish, typeOf } from './missing.ts'
import { exactly, variadic } from './operands.ts'
import type { CompileOperator, OperatorTable } from './types.ts'

const TYPE_MISMATCH = 14
const OVERFLOW = 15

function add(values: readonly (Value | undefined)[]): Value {
  let total: Numeric = 0
  let date: bigint | undefined
  for (const value of values) {
    if (isNullish(value)) return null
    if (value instanceof Date) {
      if (date !== undefined) fail(16612, 'only one date allowed in an $add expression')
      date = moveDate(BigInt(dateMillis(value)), total)
    } else if (!isNumber(value)) {
      return fail(TYPE_MISMATCH, `$add only supports numeric or date types, not ${typeOf(value)}`)
    } else if (date === undefined) total = numeric.addNumbers(total, value)
    else date = moveDate(date, value)
  }
  return date === undefined ? total : makeDate(date)
}

/** Moves a date by a number of milliseconds, a fraction rounded. */
function moveDate(date: bigint, by: Numeric, sign = 1n): bigint {
  const amount = roundToLong(by)
  const moved = amount === undefined ? undefined : date + sign * amount
  if (moved === undefined || !numeric.fitsInt64(moved)) return fail(OVERFLOW, 'date overflow')
  return moved
}

function roundToLong(value: Numeric): bigint | undefined {
  if (typeof value === 'bigint') return value
  if (value instanceof Decimal128) {
    const rounded = roundDecimal(parseDecimal(value), 0, 'even')
    return numeric.truncateToBigInt(makeDecimal(rounded))
  }
  const number = numeric.asNumber(value)
  if (!Number.isFinite(number)) return undefined
  return BigInt(Math.sign(number) * Math.round(Math.abs(number)))
}

function multiply(values: readonly (Value | undefined)[]): Value {
  let product: Numeric = 1
  for (const value of values) {
    if (isNullish(value)) return null
    if (!isNumber(value)) {
      return fail(TYPE_MISMATCH, `$multiply only supports numeric types, not ${typeOf(value)}`)
    }
    product = numeric.multiplyNumbers(product, value)
  }
  return product
}

function subtract(left: Value | undefined, right: Value | undefined): Value {
  if (isNumber(left) && isNumber(right)) return numeric.subtractNumbers(left, right)
  if (isNullish(left) || isNullish(right)) return null
  if (!(left instanceof Date)) {
    return fail(TYPE_MISMATCH, `can't $subtract ${typeOf(right)} from ${typeOf(left)}`)
  }
  if (right instanceof Date) return BigInt(dateMillis(left)) - BigInt(dateMillis(right))
  if (!isNumber(right)) return fail(TYPE_MISMATCH, `can't $subtract ${typeOf(right)} from Date`)
  return makeDate(moveDate(BigInt(dateMillis(left)), right, -1n))
}

function divide(left: Value | undefined, right: Value | undefined): Value {
  if (isNumber(left) && isNumber(right)) {
    if (numeric.isZero(right)) fail(2, "can't $divide by zero")
    return numeric.divideNumbers(left, right)
  }
  if (isNullish(left) || isNullish(right)) return null
  const types = `${typeOf(left)} and ${typeOf(right)}`
  return fail(TYPE_MISMATCH, `$divide only supports numeric types, not ${types}`)
}

function modulo(left: Value | undefined, right: Value | undefined): Value {
  if (isNumber(left) && isNumber(right)) {
    const decimal = left instanceof Decimal128 || right instanceof Decimal128
    if (numeric.isZero(right)) fail(decimal ? 5733415 : 16610, "can't $mod by zero")
    return numeric.remainder(left, right)
  }
  if (isNullish(left) || isNullish(right)) return null
  return fail(16611, `$mod only supports numeric types, not ${typeOf(left)} and ${typeOf(right)}`)
}

function absolute(value: Numeric): Value {
  if (typeof value === 'bigint') {
    if (value === -(2n ** 63n)) fail(28680, "can't take $abs of long long min")
    return value < 0n ? -value : value
  }
  if (value instanceof Decimal128) return value.toString().startsWith('-') ? numeric.negate(value) : value
  const number = numeric.asNumber(value)
  return number < 0 || Object.is(number, -0) ? numeric.negate(value) : value
}

/** An operator of one number: null of null, 28765 of anything that is no number. */
export function ofNumber(evaluate: (value: Numeric, name: string) => Value): CompileOperator {
  return exactly(1, ([value], _scope, name) => {
    if (isNullish(value)) return null
    if (isNumber(value)) return evaluate(value, name)
    return fail(28765, `${name} only supports numeric types, not ${typeOf(value)}`)
  })
}

/** Applies a function of doubles, or its decimal twin. */
export function ofDoubleOr(
  double: (value: number) => number,
  decimal: (value: Decimal128) => Decimal128,
): (value: Numeric) => Value {
  return (value) => (value instanceof Decimal128 ? decimal(value) : toDouble(double(numeric.asNumber(value))))
}

export const arithmeticOperators: OperatorTable = {
  $add: variadic(add),
  $multiply: variadic(multiply),
  $subtract: exactly(2, ([left, right]) => subtract(left, right)),
  $divide: exactly(2, ([left, right]) => divide(left, right)),
  $mod: exactly(2, ([left, right]) => modulo(left, right)),
  $abs: ofNumber(absolute),
}
