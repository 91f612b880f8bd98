import { squareRoot } from '../bson/decimal-arithmetic.ts'
import * as bsonDecimal from '../bson/decimal.ts'
import { fail } from '../bson/errors.ts'
import { asNumber, fitsInt64, isZero } from '../bson/numeric.ts'
import { Decimal128, Double, isInt32, isNumber, toDouble, toInteger } from '../bson/value.ts'
import type { Numeric, Value } from '../bson/value.ts'
import { ofDoubleOr, ofNumber } from './arithmetic.ts'
import * as functions from './decimal-functions.ts'
import * as decimal from './decimal.ts'
import type { Exact } from './decimal.ts'
import { isNullish, typeOf } from './missing.ts'
import { toDecimal } from './number.ts'
import { exactly } from './operands.ts'
import { printDouble } from './print.ts'
import type { OperatorTable } from './types.ts'

/** Applies to a finite decimal; an infinity or NaN answers as its double does. */
export function finiteOr(
  exact: (value: Exact) => Decimal128,
  double: (value: number) => number,
): (value: Decimal128) => Decimal128 {
  return (value) => {
    const parsed = decimal.parseDecimal(value)
    if (typeof parsed === 'object') return exact(parsed)
    return bsonDecimal.makeDecimal(bsonDecimal.fromDouble(double(Number(parsed))))
  }
}

function power(base: Numeric, exponent: Numeric): Value {
  const x = asNumber(base)
  const y = asNumber(exponent)
  if (isZero(base) && y < 0) fail(28764, '$pow cannot take a base of 0 and a negative exponent')
  if (base instanceof Decimal128 || exponent instanceof Decimal128) {
    const b = decimal.parseDecimal(toDecimal(base))
    const e = decimal.parseDecimal(toDecimal(exponent))
    if (typeof b === 'object' && typeof e === 'object') return functions.pow(b, e)
    return bsonDecimal.makeDecimal(bsonDecimal.fromDouble(raise(x, y)))
  }
  if (base instanceof Double || exponent instanceof Double) return toDouble(raise(x, y))
  if (isFraction(base) || isFraction(exponent)) return toDouble(raise(x, y))
  const long = typeof base === 'bigint' || typeof exponent === 'bigint'
  // Only 0, 1 and -1 have larger or negative powers that are whole numbers.
  if (y < 0 || y > 63) {
    if (Math.abs(x) > 1) return toDouble(x ** y)
    const small = x === -1 && BigInt(exponent) % 2n === 0n ? 1n : BigInt(base)
    return long ? small : toInteger(small)
  }
  const whole = BigInt(base) ** BigInt(exponent)
  if (!fitsInt64(whole)) return toDouble(x ** y)
  return long ? whole : toInteger(whole)
}

/** C's pow: 1 to any power is 1, NaN too, which JavaScript does not say. */
function raise(base: number, exponent: number): number {
  if (base === 1 || (base === -1 && Math.abs(exponent) === Infinity)) return 1
  return base ** exponent
}

/** A double that no int32 equals. */
function isFraction(value: number | bigint): boolean {
  return typeof value === 'number' && !isInt32(value)
}

function logarithm(value: Numeric, base: Numeric): Value {
  const x = asNumber(value)
  const b = asNumber(base)
  if (value instanceof Decimal128 || base instanceof Decimal128) {
    const exact = decimal.parseDecimal(toDecimal(value))
    const exactBase = decimal.parseDecimal(toDecimal(base))
    const fine = x > 0 && b > 0 && b !== 1
    if (fine && typeof exact === 'object' && typeof exactBase === 'object') {
      return functions.log(exact, exactBase)
    }
    if (fine) return toDecimal(toDouble(Math.log(x) / Math.log(b)))
  }
  if (!(x > 0) && !Number.isNaN(x)) {
    fail(28758, `$log's argument must be a positive number, but is ${printDouble(x)}`)
  }
  if (!((b > 0 && b !== 1) || Number.isNaN(b))) {
    fail(28759, `$log's base must be a positive number not equal to 1, but is ${printDouble(b)}`)
  }
  // NaN of decimals, too, is a double.
  return toDouble(Math.log(x) / Math.log(b))
}

const TEN: Exact = { coefficient: 10n, exponent: 0 }

export const powerOperators: OperatorTable = {
  $pow: exactly(2, ([base, exponent]) => {
    if (isNullish(base) || isNullish(exponent)) return null
    if (!isNumber(base)) return fail(28762, `$pow's base must be numeric, not ${typeOf(base)}`)
    if (!isNumber(exponent)) {
      return fail(28763, `$pow's exponent must be numeric, not ${typeOf(exponent)}`)
    }
    return power(base, exponent)
  }),
  $sqrt: ofNumber((value) => {
    if (asNumber(value) < 0) fail(28714, "$sqrt's argument must be greater than or equal to 0")
    return ofDoubleOr(Math.sqrt, (each) =>
      bsonDecimal.makeDecimal(squareRoot(bsonDecimal.parseDecimal(each))),
    )(value)
  }),
  $exp: ofNumber(ofDoubleOr(Math.exp, finiteOr(functions.exp, Math.exp))),
  $ln: ofNumber((value) => {
    const number = asNumber(value)
    if (!(number > 0) && !Number.isNaN(number)) {
      fail(28766, `$ln's argument must be a positive number, but is ${printDouble(number)}`)
    }
    // A decimal NaN gives a double one, as mongod has it.
    if (Number.isNaN(number)) return Number.NaN
    return ofDoubleOr(Math.log, finiteOr(functions.ln, Math.log))(value)
  }),
  $log10: ofNumber((value) => {
    const number = asNumber(value)
    if (!(number > 0) && !Number.isNaN(number)) {
      fail(28761, `$log10's argument must be a positive number, but is ${printDouble(number)}`)
    }
    if (Number.isNaN(number)) return Number.NaN
    return ofDoubleOr(
      Math.log10,
      finiteOr((each) => functions.log(each, TEN), Math.log10),
    )(value)
  }),
  $log: exactly(2, ([value, base]) => {
    if (isNullish(value) || isNullish(base)) return null
    if (!isNumber(value)) return fail(28756, `$log's argument must be numeric, not ${typeOf(value)}`)
    if (!isNumber(base)) return fail(28757, `$log's base must be numeric, not ${typeOf(base)}`)
    return logarithm(value, base)
  }),
}
