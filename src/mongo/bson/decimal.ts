import { Decimal128 } from './value.ts'

/** A Decimal128 taken apart: (-1)^negative * coefficient * 10^exponent, or a special. */
export interface Decimal {
  readonly kind: 'finite' | 'infinite' | 'nan'
  readonly negative: boolean
  readonly coefficient: bigint
  readonly exponent: number
}

const bias = 6176
const maxExponent = 6111
const minExponent = -6176
const digitsKept = 34
const limit = 10n ** 34n

const nan: Decimal = { kind: 'nan', negative: false, coefficient: 0n, exponent: 0 }

/** 10^n. */
export function pow10(n: number): bigint {
  return n < small.length ? small[n]! : 10n ** BigInt(n)
}
const small: readonly bigint[] = Array.from({ length: 80 }, (_, i) => 10n ** BigInt(i))

export function parseDecimal(d: Decimal128): Decimal {
  const bytes = d.bytes
  const view = new DataView(bytes.buffer, bytes.byteOffset, 16)
  const low = view.getBigUint64(0, true)
  const high = view.getBigUint64(8, true)
  const negative = high >> 63n === 1n
  const top = Number((high >> 58n) & 0x1fn)
  if (top === 0x1f) return { ...nan, negative }
  if (top === 0x1e) return { kind: 'infinite', negative, coefficient: 0n, exponent: 0 }
  // The second form holds coefficients of 2^113 and more, which no 34 digits reach: they count as zero.
  if (top >> 3 === 3) {
    return { kind: 'finite', negative, coefficient: 0n, exponent: Number((high >> 47n) & 0x3fffn) - bias }
  }
  const coefficient = ((high & 0x1ffffffffffffn) << 64n) | low
  return {
    kind: 'finite',
    negative,
    coefficient: coefficient < limit ? coefficient : 0n,
    exponent: Number((high >> 49n) & 0x3fffn) - bias,
  }
}

/** Rounds half to even to 34 digits and to the exponents Decimal128 has; too large becomes infinite. */
export function makeDecimal(value: Decimal): Decimal128 {
  // A Buffer, as the bson package makes them, so that equal decimals look equal to a deep comparison.
  const bytes = Buffer.alloc(16)
  const view = new DataView(bytes.buffer, bytes.byteOffset, 16)
  let high: bigint
  let low = 0n
  if (value.kind === 'nan') high = 0x7c00000000000000n
  else if (value.kind === 'infinite') high = 0x7800000000000000n
  else {
    const fitted = fit(value.coefficient, value.exponent)
    if (fitted === undefined) high = 0x7800000000000000n
    else {
      high = (BigInt(fitted.exponent + bias) << 49n) | (fitted.coefficient >> 64n)
      low = fitted.coefficient & 0xffffffffffffffffn
    }
  }
  if (value.negative) high |= 1n << 63n
  view.setBigUint64(0, low, true)
  view.setBigUint64(8, high, true)
  return new Decimal128(bytes)
}

function fit(coefficient: bigint, exponent: number): { coefficient: bigint; exponent: number } | undefined {
  const excess = Math.max(countDigits(coefficient) - digitsKept, minExponent - exponent, 0)
  if (excess > 0) {
    coefficient = shiftRight(coefficient, excess)
    exponent += excess
    if (coefficient >= limit) {
      coefficient /= 10n
      exponent++
    }
  }
  if (coefficient === 0n)
    return { coefficient, exponent: Math.min(Math.max(exponent, minExponent), maxExponent) }
  if (exponent > maxExponent) {
    const pad = exponent - maxExponent
    if (pad >= digitsKept) return undefined
    coefficient *= pow10(pad)
    if (coefficient >= limit) return undefined
    exponent = maxExponent
  }
  return { coefficient, exponent }
}

/** coefficient / 10^places, rounded half to even. */
export function shiftRight(coefficient: bigint, places: number): bigint {
  if (places > countDigits(coefficient) + 1) return 0n
  return divideRounded(coefficient, pow10(places))
}

/** a / b rounded half to even, both not negative. */
export function divideRounded(a: bigint, b: bigint): bigint {
  const quotient = a / b
  const twice = (a % b) * 2n
  return twice > b || (twice === b && (quotient & 1n) === 1n) ? quotient + 1n : quotient
}

export function countDigits(n: bigint): number {
  return n === 0n ? 1 : n.toString().length
}

export function fromBigInt(n: bigint): Decimal {
  return { kind: 'finite', negative: n < 0n, coefficient: n < 0n ? -n : n, exponent: 0 }
}

/** A double as a decimal of 15 significant digits, which is how a server turns doubles into decimals. */
export function fromDouble(n: number): Decimal {
  if (Number.isNaN(n)) return nan
  const negative = n < 0 || Object.is(n, -0)
  if (!Number.isFinite(n)) return { kind: 'infinite', negative, coefficient: 0n, exponent: 0 }
  if (n === 0) return { kind: 'finite', negative, coefficient: 0n, exponent: 0 }
  const [mantissa, power] = Math.abs(n).toExponential(14).split('e') as [string, string]
  return {
    kind: 'finite',
    negative,
    coefficient: BigInt(mantissa.replace('.', '')),
    exponent: Number(power) - 14,
  }
}

/** A finite double exactly, with as many digits as it takes. */
export function fromDoubleExactly(n: number): Decimal {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, n)
  const bits = view.getBigUint64(0)
  const biased = Number((bits >> 52n) & 0x7ffn)
  const fraction = bits & 0xfffffffffffffn
  const mantissa = biased === 0 ? fraction : fraction | (1n << 52n)
  const power = (biased === 0 ? 1 : biased) - 1075
  const negative = bits >> 63n === 1n
  if (power >= 0) return { kind: 'finite', negative, coefficient: mantissa << BigInt(power), exponent: 0 }
  return { kind: 'finite', negative, coefficient: mantissa * 5n ** BigInt(-power), exponent: power }
}

/** The nearest double. */
export function toNumber(d: Decimal): number {
  if (d.kind === 'nan') return Number.NaN
  const sign = d.negative ? -1 : 1
  if (d.kind === 'infinite') return sign * Infinity
  return sign * Number(`${d.coefficient}e${d.exponent}`)
}

/** Order of two decimals; NaN is the least and equals itself. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  if (a.kind === 'nan' || b.kind === 'nan') return Number(b.kind === 'nan') - Number(a.kind === 'nan')
  const signA = signOf(a)
  const signB = signOf(b)
  if (signA !== signB) return signA < signB ? -1 : 1
  if (signA === 0) return 0
  return signA * compareMagnitudes(a, b)
}

function signOf(d: Decimal): number {
  if (d.kind === 'finite' && d.coefficient === 0n) return 0
  return d.negative ? -1 : 1
}

function compareMagnitudes(a: Decimal, b: Decimal): number {
  if (a.kind === 'infinite' || b.kind === 'infinite') {
    return Number(a.kind === 'infinite') - Number(b.kind === 'infinite')
  }
  const heightA = countDigits(a.coefficient) + a.exponent
  const heightB = countDigits(b.coefficient) + b.exponent
  if (heightA !== heightB) return heightA < heightB ? -1 : 1
  const least = Math.min(a.exponent, b.exponent)
  const left = a.coefficient * pow10(a.exponent - least)
  const right = b.coefficient * pow10(b.exponent - least)
  return left < right ? -1 : left > right ? 1 : 0
}
