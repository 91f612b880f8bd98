import { asBigInt, asDecimal, fitsInt64 } from '../bson/numeric.ts'
import { makeDecimal } from '../bson/decimal.ts'
import { Decimal128, isInt32, isNumber } from '../bson/value.ts'
import type { Numeric, Value } from '../bson/value.ts'

/** The value as a decimal; a double keeps 15 digits. */
export function toDecimal(value: Numeric): Decimal128 {
  return value instanceof Decimal128 ? value : makeDecimal(asDecimal(value))
}

/** The whole number of 64 bits a value stands for, whatever its type; undefined when it is none. */
export function integerOf(value: Value | undefined): bigint | undefined {
  if (!isNumber(value)) return undefined
  const whole = asBigInt(value)
  return whole !== undefined && fitsInt64(whole) ? whole : undefined
}

/** The whole number of 32 bits a value stands for, whatever its type. */
export function int32Of(value: Value | undefined): number | undefined {
  if (typeof value === 'number' && isInt32(value)) return value
  const whole = integerOf(value)
  return whole !== undefined && whole >= -2147483648n && whole <= 2147483647n ? Number(whole) : undefined
}
