import type { Decimal128 } from '../bson/value.ts'
import * as decimal from './decimal.ts'
import type { Exact } from './decimal.ts'

/**
 * Functions of decimals by series in fixed point: `SCALE` digits behind the point, more than the 34 that are kept.
 * Each takes and gives integers that stand for value * 10^SCALE.
 */
const SCALE = 60
const ONE = 10n ** BigInt(SCALE)
/** e^x leaves the range of decimals beyond this. */
const LARGEST_POWER = 14_300
/** Angles beyond this are reduced with too few digits to mean anything. */
const LARGEST_ANGLE_DIGITS = 400

type Fixed = bigint

function multiply(a: Fixed, b: Fixed): Fixed {
  return (a * b) / ONE
}
function divide(a: Fixed, b: Fixed): Fixed {
  return (a * ONE) / b
}

function toFixed(value: Exact): Fixed {
  const shift = value.exponent + SCALE
  return shift >= 0 ? value.coefficient * 10n ** BigInt(shift) : decimal.shiftRight(value.coefficient, -shift)
}

function fromFixed(value: Fixed, exponent = 0): Decimal128 {
  return decimal.makeDecimal(value, exponent - SCALE)
}

/** The sum of a series whose terms come from the one before. */
function series(first: Fixed, next: (term: Fixed, index: number) => Fixed): Fixed {
  let sum = 0n
  let term = first
  for (let index = 1; term !== 0n; index++) {
    sum += term
    term = next(term, index)
  }
  return sum
}

function expFixed(x: Fixed): Fixed {
  // Halved eight times the series is short; squared eight times it is back.
  const small = x / 256n
  let result = series(ONE, (term, index) => multiply(term, small) / BigInt(index))
  for (let times = 0; times < 8; times++) result = multiply(result, result)
  return result
}

/** Natural logarithm of a value between 0.1 and 10, by atanh. */
function lnFixed(x: Fixed): Fixed {
  let reduced = x
  let doublings = 1n
  while (abs(reduced - ONE) > ONE / 10n) {
    reduced = sqrtFixed(reduced)
    doublings *= 2n
  }
  const ratio = divide(reduced - ONE, reduced + ONE)
  return 2n * doublings * oddSeries(ratio, 1n)
}

/** x + sign x^3/3 + x^5/5 ... */
function oddSeries(x: Fixed, sign: bigint): Fixed {
  const square = multiply(x, x) * sign
  let power = x
  let sum = 0n
  for (let odd = 1n; power !== 0n; odd += 2n) {
    sum += power / odd
    power = multiply(power, square)
  }
  return sum
}

function sqrtFixed(x: Fixed): Fixed {
  return integerRoot(x * ONE)
}

function integerRoot(value: bigint): bigint {
  if (value < 2n) return value
  let guess = 10n ** BigInt(Math.ceil(decimal.countDigits(value) / 2))
  for (;;) {
    const better = (guess + value / guess) / 2n
    if (better >= guess) return guess
    guess = better
  }
}

function atanFixed(x: Fixed): Fixed {
  if (x < 0n) return -atanFixed(-x)
  if (x > ONE) return PI / 2n - atanFixed(divide(ONE, x))
  let reduced = x
  let factor = 1n
  while (reduced > ONE / 10n) {
    reduced = divide(reduced, ONE + sqrtFixed(ONE + multiply(reduced, reduced)))
    factor *= 2n
  }
  return factor * oddSeries(reduced, -1n)
}

/** Sine and cosine of an angle within one turn. */
function sinCos(x: Fixed): [sin: Fixed, cos: Fixed] {
  const square = multiply(x, x)
  const sin = series(x, (term, index) => -multiply(term, square) / BigInt(2 * index * (2 * index + 1)))
  const cos = series(ONE, (term, index) => -multiply(term, square) / BigInt(2 * index * (2 * index - 1)))
  return [sin, cos]
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value
}

/** Machin's formula. */
function makePi(unit: bigint): bigint {
  const inverseTangent = (of: bigint): bigint => {
    let sum = 0n
    let term = unit / of
    for (let odd = 1n; term !== 0n; odd += 2n) {
      sum += (odd % 4n === 1n ? term : -term) / odd
      term /= of * of
    }
    return sum
  }
  return 4n * (4n * inverseTangent(5n) - inverseTangent(239n))
}

const PI: Fixed = makePi(ONE * 10_000_000_000n) / 10_000_000_000n
const LN_10: Fixed = lnFixed(10n * ONE)

export const PI_DECIMAL: Decimal128 = fromFixed(PI)

export function exp(value: Exact): Decimal128 {
  if (Math.abs(approximate(value)) > LARGEST_POWER) {
    return value.coefficient > 0n ? decimal.infinity(false) : decimal.makeDecimal(0n, -6176)
  }
  if (value.coefficient === 0n) return decimal.makeDecimal(1n, 0)
  return expOf(toFixed(value))
}

function expOf(x: Fixed): Decimal128 {
  const tens = x / LN_10
  return fromFixed(expFixed(x - tens * LN_10), Number(tens))
}

/** The natural logarithm in fixed point of any positive value. */
function lnOf(value: Exact): Fixed {
  const digits = decimal.countDigits(value.coefficient)
  const mantissa = toFixed({ coefficient: value.coefficient, exponent: 1 - digits })
  return lnFixed(mantissa) + BigInt(value.exponent + digits - 1) * LN_10
}

export function ln(value: Exact): Decimal128 {
  return fromFixed(lnOf(value))
}

export function log(value: Exact, base: Exact): Decimal128 {
  const quotient = divide(lnOf(value), lnOf(base))
  const nearest = (quotient + (quotient < 0n ? -ONE / 2n : ONE / 2n)) / ONE
  // A whole logarithm (of 1000 to base 10) must not come out as 2.999...
  if (abs(quotient - nearest * ONE) < 10n ** BigInt(SCALE - 45))
    return nearest < 0n ? padded(nearest, 0) : decimal.makeDecimal(nearest, 0)
  return fromFixed(quotient)
}

/** The value with all 34 digits, the form in which the library behind mongod gives such results. */
function padded(coefficient: bigint, exponent: number): Decimal128 {
  const missing = 34 - decimal.countDigits(coefficient)
  if (coefficient === 0n || missing <= 0) return decimal.makeDecimal(coefficient, exponent)
  return decimal.makeDecimal(coefficient * 10n ** BigInt(missing), exponent - missing)
}

export function pow(base: Exact, power: Exact): Decimal128 {
  if (power.coefficient === 0n) return decimal.makeDecimal(1n, 0)
  if (base.coefficient === 0n) return decimal.makeDecimal(0n, 0)
  const whole = decimal.wholeOf(power)
  if (whole !== undefined && abs(whole) <= 1000n) {
    const raised = base.coefficient ** abs(whole)
    const exponent = base.exponent * Number(abs(whole))
    if (whole > 0n) return padded(raised, exponent)
    const digits = decimal.countDigits(raised) + 40
    const inverse = 10n ** BigInt(digits) / raised
    const exactly = inverse * raised === 10n ** BigInt(digits)
    const plain = decimal.stripZeros({ coefficient: inverse, exponent: -digits - exponent })
    return exactly
      ? decimal.makeDecimal(plain.coefficient, plain.exponent)
      : decimal.makeDecimal(inverse, -digits - exponent)
  }
  if (base.coefficient < 0n && whole === undefined) return decimal.NAN
  const magnitude = { coefficient: abs(base.coefficient), exponent: base.exponent }
  if (Math.abs(approximate(power)) > 1e30) {
    const grows = Math.abs(approximate(base)) > 1 === power.coefficient > 0n
    return grows ? decimal.infinity(false) : decimal.makeDecimal(0n, 0)
  }
  const scaled = multiply(lnOf(magnitude), toFixed(power))
  if (abs(scaled) > BigInt(LARGEST_POWER) * ONE) {
    return scaled > 0n ? decimal.infinity(false) : decimal.makeDecimal(0n, 0)
  }
  const result = expOf(scaled)
  const negative = base.coefficient < 0n && whole !== undefined && whole % 2n !== 0n
  if (!negative) return result
  const parsed = decimal.parseDecimal(result) as Exact
  return decimal.makeDecimal(-parsed.coefficient, parsed.exponent)
}

/** An angle reduced to one turn, with as many digits of pi as its size asks for. */
function reduceAngle(value: Exact): Fixed | undefined {
  const digits = decimal.countDigits(value.coefficient) + value.exponent
  if (digits > LARGEST_ANGLE_DIGITS) return undefined
  if (digits <= 1) return toFixed(value)
  const more = 10n ** BigInt(digits + 5)
  const turn = 2n * makePi(ONE * more)
  return ((toFixed(value) * more) % turn) / more
}

function circular(value: Exact, pick: (sin: Fixed, cos: Fixed) => Fixed | undefined): Decimal128 {
  const angle = reduceAngle(value)
  if (angle === undefined) return decimal.NAN
  const result = pick(...sinCos(angle))
  return result === undefined ? decimal.NAN : fromFixed(result)
}

export function sin(value: Exact): Decimal128 {
  return circular(value, (s) => s)
}
export function cos(value: Exact): Decimal128 {
  return circular(value, (_s, c) => c)
}
export function tan(value: Exact): Decimal128 {
  return circular(value, (s, c) => (c === 0n ? undefined : divide(s, c)))
}
export function atan(value: Exact): Decimal128 {
  // Beyond fixed point's reach the answer is a quarter turn to 34 digits.
  const digits = decimal.countDigits(value.coefficient) + value.exponent
  if (digits > SCALE) return fromFixed((value.coefficient < 0n ? -PI : PI) / 2n)
  return fromFixed(atanFixed(toFixed(value)))
}
function asinFixed(x: Fixed): Fixed {
  if (abs(x) === ONE) return (x < 0n ? -PI : PI) / 2n
  return atanFixed(divide(x, sqrtFixed(ONE - multiply(x, x))))
}
export function asin(value: Exact): Decimal128 {
  return fromFixed(asinFixed(toFixed(value)))
}
export function acos(value: Exact): Decimal128 {
  return fromFixed(PI / 2n - asinFixed(toFixed(value)))
}
export function atan2(y: Exact, x: Exact): Decimal128 {
  if (x.coefficient === 0n && y.coefficient === 0n) return decimal.makeDecimal(0n, 0)
  // Only the ratio matters: both are brought near 1 first.
  const digits = Math.max(size(y), size(x))
  const up = toFixed({ coefficient: y.coefficient, exponent: y.exponent - digits })
  const along = toFixed({ coefficient: x.coefficient, exponent: x.exponent - digits })
  if (along === 0n) return fromFixed((up < 0n ? -PI : PI) / 2n)
  const angle = atanFixed(divide(up, along))
  if (along > 0n) return fromFixed(angle)
  return fromFixed(up < 0n ? angle - PI : angle + PI)
}
function size(value: Exact): number {
  return value.coefficient === 0n ? -Infinity : decimal.countDigits(value.coefficient) + value.exponent
}

function hyperbolic(value: Exact, combine: (up: Fixed, down: Fixed) => Fixed): Decimal128 | undefined {
  if (Math.abs(approximate(value)) > 100) return undefined
  const up = expFixed(toFixed(value))
  return fromFixed(combine(up, divide(ONE, up)))
}
export function sinh(value: Exact): Decimal128 {
  const near = hyperbolic(value, (up, down) => (up - down) / 2n)
  if (near) return near
  const half = decimal.parseDecimal(exp({ coefficient: abs(value.coefficient), exponent: value.exponent }))
  if (typeof half === 'string') return decimal.infinity(value.coefficient < 0n)
  return decimal.makeDecimal((value.coefficient < 0n ? -5n : 5n) * half.coefficient, half.exponent - 1)
}
export function cosh(value: Exact): Decimal128 {
  const near = hyperbolic(value, (up, down) => (up + down) / 2n)
  if (near) return near
  const half = decimal.parseDecimal(exp({ coefficient: abs(value.coefficient), exponent: value.exponent }))
  if (typeof half === 'string') return decimal.infinity(false)
  return decimal.makeDecimal(5n * half.coefficient, half.exponent - 1)
}
export function tanh(value: Exact): Decimal128 {
  const near = hyperbolic(value, (up, down) => divide(up - down, up + down))
  return near ?? decimal.makeDecimal(value.coefficient < 0n ? -1n : 1n, 0)
}
export function asinh(value: Exact): Decimal128 {
  const x = toFixed({ coefficient: abs(value.coefficient), exponent: value.exponent })
  const sum = x + sqrtFixed(multiply(x, x) + ONE)
  const result = lnOf({ coefficient: sum, exponent: -SCALE })
  return fromFixed(value.coefficient < 0n ? -result : result)
}
export function acosh(value: Exact): Decimal128 {
  const x = toFixed(value)
  return fromFixed(lnOf({ coefficient: x + sqrtFixed(multiply(x, x) - ONE), exponent: -SCALE }))
}
export function atanh(value: Exact): Decimal128 {
  const x = toFixed(value)
  return fromFixed(lnOf({ coefficient: divide(ONE + x, ONE - x), exponent: -SCALE }) / 2n)
}

function approximate(value: Exact): number {
  return Number(`${value.coefficient}e${value.exponent}`)
}
