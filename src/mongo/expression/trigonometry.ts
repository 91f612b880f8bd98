import { makeDecimal as makeBson, fromDouble, parseDecimal as parseBson } from '../bson/decimal.ts'
import { divideDecimals, multiplyDecimals } from '../bson/decimal-arithmetic.ts'
import { fail } from '../bson/errors.ts'
import { asNumber, isNotANumber } from '../bson/numeric.ts'
import { Decimal128, isNumber, toDouble } from '../bson/value.ts'
import type { Numeric, Value } from '../bson/value.ts'
import { ofDoubleOr, ofNumber } from './arithmetic.ts'
import * as functions from './decimal-functions.ts'
import { parseDecimal } from './decimal.ts'
import type { Exact } from './decimal.ts'
import { isNullish, typeOf } from './missing.ts'
import { toDecimal } from './number.ts'
import { exactly } from './operands.ts'
import { finiteOr } from './power.ts'
import { printDouble } from './print.ts'
import type { CompileOperator, OperatorTable } from './types.ts'

/** A function of one angle or ratio, with the range it is defined on. */
function bounded(
  double: (value: number) => number,
  exact: (value: Exact) => Decimal128,
  fits: (value: number) => boolean = () => true,
  range = '',
): CompileOperator {
  const compute = ofDoubleOr(double, finiteOr(exact, double))
  return ofNumber((value, name) => {
    const number = asNumber(value)
    if (!isNotANumber(value) && !fits(number)) {
      fail(50989, `cannot apply ${name} to ${printDouble(number)}, value must be in ${range}`)
    }
    return compute(value)
  })
}

function arcTangent(y: Numeric, x: Numeric): Value {
  if (!(y instanceof Decimal128) && !(x instanceof Decimal128)) {
    return toDouble(Math.atan2(asNumber(y), asNumber(x)))
  }
  const up = parseDecimal(toDecimal(y))
  const along = parseDecimal(toDecimal(x))
  if (typeof up === 'object' && typeof along === 'object') return functions.atan2(up, along)
  return makeBson(fromDouble(Math.atan2(asNumber(y), asNumber(x))))
}

/** Multiplies by one constant and divides by another, in the operand's own arithmetic. */
function scaled(times: Decimal128, over: Decimal128, factor: number): CompileOperator {
  return ofNumber((value) => {
    if (!(value instanceof Decimal128)) return toDouble(asNumber(value) * factor)
    const product = parseBson(makeBson(multiplyDecimals(parseBson(value), parseBson(times))))
    return makeBson(divideDecimals(product, parseBson(over)))
  })
}

const HALF_TURN = Decimal128.fromString('180')
const finite = (value: number): boolean => Number.isFinite(value)
const ratio = (value: number): boolean => Math.abs(value) <= 1

export const trigonometryOperators: OperatorTable = {
  $sin: bounded(Math.sin, functions.sin, finite, '(-inf,inf)'),
  $cos: bounded(Math.cos, functions.cos, finite, '(-inf,inf)'),
  $tan: bounded(Math.tan, functions.tan, finite, '(-inf,inf)'),
  $asin: bounded(Math.asin, functions.asin, ratio, '[-1,1]'),
  $acos: bounded(Math.acos, functions.acos, ratio, '[-1,1]'),
  $atan: bounded(Math.atan, functions.atan),
  $sinh: bounded(Math.sinh, functions.sinh),
  $cosh: bounded(Math.cosh, functions.cosh),
  $tanh: bounded(Math.tanh, functions.tanh),
  $asinh: bounded(Math.asinh, functions.asinh),
  $acosh: bounded(Math.acosh, functions.acosh, (value) => value >= 1, '[1,inf]'),
  $atanh: bounded(Math.atanh, atanh, ratio, '[-1,1]'),
  $atan2: exactly(2, ([y, x]) => {
    if (isNullish(y) || isNullish(x)) return null
    if (!isNumber(y)) return fail(51044, `$atan2 only supports numeric types, not ${typeOf(y)}`)
    if (!isNumber(x)) return fail(51045, `$atan2 only supports numeric types, not ${typeOf(x)}`)
    return arcTangent(y, x)
  }),
  $degreesToRadians: scaled(functions.PI_DECIMAL, HALF_TURN, Math.PI / 180),
  $radiansToDegrees: scaled(HALF_TURN, functions.PI_DECIMAL, 180 / Math.PI),
}

function atanh(value: Exact): Decimal128 {
  const whole = Number(`${value.coefficient}e${value.exponent}`)
  return Math.abs(whole) === 1
    ? Decimal128.fromString(whole > 0 ? 'Infinity' : '-Infinity')
    : functions.atanh(value)
}
