import {
  compareDecimals,
  type Decimal,
  fromBigInt,
  fromDoubleExactly,
  parseDecimal,
  toNumber,
} from './decimal.ts'
import { Decimal128, Double, type Numeric } from './value.ts'

/** Order of two BSON numbers of any types as exact points of one line; NaN is the least and equals itself. */
export function compareNumbers(a: Numeric, b: Numeric): number {
  if (a instanceof Double) a = a.value
  if (b instanceof Double) b = b.value
  if (!(a instanceof Decimal128) && !(b instanceof Decimal128)) return comparePlain(a, b)
  if (a instanceof Decimal128 && b instanceof Decimal128)
    return compareDecimals(parseDecimal(a), parseDecimal(b))
  return a instanceof Decimal128
    ? compareMixed(parseDecimal(a), b as number | bigint)
    : -compareMixed(parseDecimal(b as Decimal128), a)
}

// JavaScript compares a bigint with a number exactly; only NaN needs care.
function comparePlain(a: number | bigint, b: number | bigint): number {
  if (a < b) return -1
  if (a > b) return 1
  // eslint-disable-next-line eqeqeq -- 7n and 7 are the same point
  if (a == b) return 0
  return Number(Number.isNaN(b)) - Number(Number.isNaN(a))
}

function compareMixed(decimal: Decimal, n: number | bigint): number {
  if (typeof n === 'bigint') return compareDecimals(decimal, fromBigInt(n))
  if (Number.isNaN(n)) return decimal.kind === 'nan' ? 0 : 1
  if (decimal.kind === 'nan') return -1
  const near = toNumber(decimal)
  if (!Number.isFinite(n)) {
    if (decimal.kind === 'infinite') return comparePlain(near, n)
    return n > 0 ? -1 : 1
  }
  // Rounding to the nearest double keeps order, so only a tie needs the exact digits.
  if (near !== n) return near < n ? -1 : 1
  return compareDecimals(decimal, fromDoubleExactly(n))
}
