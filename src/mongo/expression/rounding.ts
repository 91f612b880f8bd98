import { roundDecimal } from '../bson/decimal-arithmetic.ts'
import type { Rounding } from '../bson/decimal-arithmetic.ts'
import { fromBigInt, fromDoubleExactly, makeDecimal, parseDecimal, toNumber } from '../bson/decimal.ts'
import { fail } from '../bson/errors.ts'
import { asNumber, fitsInt64 } from '../bson/numeric.ts'
import { Decimal128, isInt32, isNumber, toDouble, toInteger } from '../bson/value.ts'
import type { Numeric, Value } from '../bson/value.ts'
import { ofNumber } from './arithmetic.ts'
import { isNullish, typeOf } from './missing.ts'
import { int32Of } from './number.ts'
import { between } from './operands.ts'
import type { CompileOperator, OperatorTable } from './types.ts'

const LEAST_PLACES = -20
const MOST_PLACES = 100

/** `$round` and `$trunc`: to a number of places, negative ones left of the point. */
function roundingTo(rounding: Rounding): CompileOperator {
  return between(1, 2, (values, _scope, name) => {
    const [value] = values
    const places = values.length === 2 ? values[1] : 0
    if (isNullish(value) || isNullish(places)) return null
    if (!isNumber(value)) return fail(51081, `${name} only supports numeric types, not ${typeOf(value)}`)
    const count = int32Of(places)
    if (count === undefined) {
      return fail(51082, `precision argument to  ${name} must be a integral value`)
    }
    if (count < LEAST_PLACES || count > MOST_PLACES) {
      const range = `value must be in [${LEAST_PLACES}, ${MOST_PLACES}]`
      fail(51083, `cannot apply ${name} with precision value ${count} ${range}`)
    }
    return roundNumber(value, count, rounding, name)
  })
}

function roundNumber(value: Numeric, places: number, rounding: Rounding, name: string): Value {
  if (value instanceof Decimal128) {
    const parts = parseDecimal(value)
    const rounded = roundDecimal(parts, places, rounding)
    // Places that the value has not are filled with zeros, as far as 34 digits go.
    if (rounded.kind !== 'finite' || -rounded.exponent >= places) return makeDecimal(rounded)
    const room = rounded.coefficient === 0n ? Infinity : 34 - rounded.coefficient.toString().length
    const padding = Math.min(places + rounded.exponent, room)
    const coefficient = rounded.coefficient * 10n ** BigInt(rounded.coefficient === 0n ? 0 : padding)
    return makeDecimal({ ...rounded, coefficient, exponent: rounded.exponent - padding })
  }
  const number = asNumber(value)
  if (typeof value === 'bigint' || (typeof value === 'number' && isInt32(value))) {
    if (places >= 0) return value
    const rounded = roundDecimal(fromBigInt(BigInt(value)), places, rounding)
    const whole = rounded.coefficient * 10n ** BigInt(Math.max(rounded.exponent, 0))
    const signed = rounded.negative ? -whole : whole
    if (!fitsInt64(signed)) {
      fail(
        51080,
        `invalid conversion from Decimal128 result in ${name} resulting from arguments: [${value}, ${places}]`,
      )
    }
    return typeof value === 'bigint' ? signed : toInteger(signed)
  }
  if (!Number.isFinite(number)) return value
  return toDouble(toNumber(roundDecimal(fromDoubleExactly(number), places, rounding)))
}

function toWhole(rounding: 'ceil' | 'floor'): CompileOperator {
  const round = rounding === 'ceil' ? Math.ceil : Math.floor
  return ofNumber((value) => {
    if (value instanceof Decimal128) return makeDecimal(roundDecimal(parseDecimal(value), 0, rounding))
    if (typeof value === 'bigint' || (typeof value === 'number' && isInt32(value))) return value
    return toDouble(round(asNumber(value)))
  })
}

export const roundingOperators: OperatorTable = {
  $round: roundingTo('even'),
  $trunc: roundingTo('trunc'),
  $ceil: toWhole('ceil'),
  $floor: toWhole('floor'),
}
