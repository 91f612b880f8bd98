import { countDigits, type Decimal, divideRounded, pow10 } from './decimal.ts'

// IEEE 754-2008 decimal arithmetic on exact parts; `makeDecimal` rounds the outcome once, to 34 digits.

const nan: Decimal = { kind: 'nan', negative: false, coefficient: 0n, exponent: 0 }
const zero: Decimal = { kind: 'finite', negative: false, coefficient: 0n, exponent: 0 }

function infinite(negative: boolean): Decimal {
  return { kind: 'infinite', negative, coefficient: 0n, exponent: 0 }
}

function finite(signed: bigint, exponent: number, negativeZero = false): Decimal {
  const negative = signed < 0n || (signed === 0n && negativeZero)
  return { kind: 'finite', negative, coefficient: signed < 0n ? -signed : signed, exponent }
}

export function negateDecimal(d: Decimal): Decimal {
  return d.kind === 'nan' ? d : { ...d, negative: !d.negative }
}

export function addDecimals(a: Decimal, b: Decimal): Decimal {
  if (a.kind === 'nan' || b.kind === 'nan') return nan
  if (a.kind === 'infinite') return b.kind === 'infinite' && a.negative !== b.negative ? nan : a
  if (b.kind === 'infinite') return b
  const [high, low] = a.exponent >= b.exponent ? [a, b] : [b, a]
  if (high.coefficient !== 0n && high.exponent - low.exponent > 80) return addFar(high, low)
  const scaled = high.coefficient * pow10(high.exponent - low.exponent)
  const sum = (high.negative ? -scaled : scaled) + (low.negative ? -low.coefficient : low.coefficient)
  return finite(sum, low.exponent, a.negative && b.negative)
}

// So far apart that the smaller one decides only the rounding: one digit far below stands for it.
function addFar(high: Decimal, low: Decimal): Decimal {
  const sign = (d: Decimal): bigint => (d.negative ? -1n : 1n)
  const scaled = sign(high) * high.coefficient * pow10(80)
  return finite(scaled + (low.coefficient === 0n ? 0n : sign(low)), high.exponent - 80)
}

export function multiplyDecimals(a: Decimal, b: Decimal): Decimal {
  if (a.kind === 'nan' || b.kind === 'nan') return nan
  const negative = a.negative !== b.negative
  if (a.kind === 'infinite' || b.kind === 'infinite') {
    return isZeroDecimal(a) || isZeroDecimal(b) ? nan : infinite(negative)
  }
  return {
    kind: 'finite',
    negative,
    coefficient: a.coefficient * b.coefficient,
    exponent: a.exponent + b.exponent,
  }
}

export function divideDecimals(a: Decimal, b: Decimal): Decimal {
  if (a.kind === 'nan' || b.kind === 'nan') return nan
  const negative = a.negative !== b.negative
  if (a.kind === 'infinite') return b.kind === 'infinite' ? nan : infinite(negative)
  if (b.kind === 'infinite') return { ...zero, negative, exponent: -6176 }
  if (b.coefficient === 0n) return a.coefficient === 0n ? nan : infinite(negative)
  const ideal = a.exponent - b.exponent
  if (a.coefficient === 0n) return { ...zero, negative, exponent: ideal }
  const shift = Math.max(0, countDigits(b.coefficient) - countDigits(a.coefficient) + 36)
  const scaled = a.coefficient * pow10(shift)
  const coefficient = scaled / b.coefficient
  const exponent = ideal - shift
  // A digit that is no zero far below keeps the later rounding from taking this for a tie.
  if (scaled % b.coefficient !== 0n)
    return { kind: 'finite', negative, coefficient: coefficient * 10n + 1n, exponent: exponent - 1 }
  return trimZeros({ kind: 'finite', negative, coefficient, exponent }, ideal)
}

export function remainderOfDecimals(a: Decimal, b: Decimal): Decimal {
  if (a.kind !== 'finite' || b.kind === 'nan' || isZeroDecimal(b)) return nan
  if (b.kind === 'infinite') return a
  const exponent = Math.min(a.exponent, b.exponent)
  const left = a.coefficient * pow10(a.exponent - exponent)
  const right = b.coefficient * pow10(b.exponent - exponent)
  return { kind: 'finite', negative: a.negative, coefficient: left % right, exponent }
}

export function isZeroDecimal(d: Decimal): boolean {
  return d.kind === 'finite' && d.coefficient === 0n
}

/** How to round: half to even, towards zero, down or up. */
export type Rounding = 'even' | 'trunc' | 'floor' | 'ceil'

/** Rounds to `places` digits after the point (negative: before it). */
export function roundDecimal(d: Decimal, places: number, rounding: Rounding): Decimal {
  const drop = -places - d.exponent
  if (d.kind !== 'finite' || drop <= 0) return d
  const { coefficient } = d
  const far = drop > countDigits(coefficient) + 1
  const unit = far ? coefficient * 10n + 1n : pow10(drop)
  const whole = coefficient / unit
  const inexact = coefficient % unit !== 0n
  let rounded = rounding === 'even' ? (far ? 0n : divideRounded(coefficient, unit)) : whole
  if (inexact && rounding === (d.negative ? 'floor' : 'ceil')) rounded = whole + 1n
  return { kind: 'finite', negative: d.negative, coefficient: rounded, exponent: -places }
}

/** The square root, to 34 digits; NaN below zero. */
export function squareRoot(d: Decimal): Decimal {
  if (d.kind === 'nan' || isZeroDecimal(d)) return d
  if (d.negative) return nan
  if (d.kind === 'infinite') return d
  let shift = Math.max(0, 72 - countDigits(d.coefficient))
  if ((d.exponent - shift) % 2 !== 0) shift++
  const scaled = d.coefficient * pow10(shift)
  let root = scaled
  for (let next = pow10(Math.ceil(countDigits(scaled) / 2)); next < root; next = (root + scaled / root) / 2n)
    root = next
  const exponent = (d.exponent - shift) / 2
  if (root * root !== scaled)
    return { kind: 'finite', negative: false, coefficient: root * 10n + 1n, exponent: exponent - 1 }
  return trimZeros(
    { kind: 'finite', negative: false, coefficient: root, exponent },
    Math.floor(d.exponent / 2),
  )
}

/** Drops final zeros while the exponent stays at most `ideal`. */
function trimZeros(d: Decimal, ideal: number): Decimal {
  let { coefficient, exponent } = d
  while (exponent < ideal && coefficient % 10n === 0n) {
    coefficient /= 10n
    exponent++
  }
  return { ...d, coefficient, exponent }
}
