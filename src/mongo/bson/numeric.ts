import {
  addDecimals,
  divideDecimals,
  multiplyDecimals,
  negateDecimal,
  remainderOfDecimals,
} from './decimal-arithmetic.ts'
import { type Decimal, fromBigInt, fromDouble, makeDecimal, parseDecimal, toNumber } from './decimal.ts'
import { Decimal128, Double, isInt32, type Numeric, toDouble, toInteger } from './value.ts'

/** Which of MongoDB's four number types a number has, the wider the later. */
export type NumericKind = 'int' | 'long' | 'double' | 'decimal'

export function kindOf(n: Numeric): NumericKind {
  if (typeof n === 'number') return isInt32(n) ? 'int' : 'double'
  if (typeof n === 'bigint') return 'long'
  return n instanceof Double ? 'double' : 'decimal'
}

/** The type the sum or product of two numbers has before any overflow. */
export function widerKind(a: Numeric, b: Numeric): NumericKind {
  const kinds: NumericKind[] = [kindOf(a), kindOf(b)]
  return kinds.includes('decimal')
    ? 'decimal'
    : kinds.includes('double')
      ? 'double'
      : kinds.includes('long')
        ? 'long'
        : 'int'
}

/** The nearest double of any number. */
export function asNumber(n: Numeric): number {
  if (typeof n === 'number') return n
  if (typeof n === 'bigint') return Number(n)
  return n instanceof Double ? n.value : toNumber(parseDecimal(n))
}

/** The integer this number is, whatever its type; undefined for fractions, NaN and infinities. */
export function asBigInt(n: Numeric): bigint | undefined {
  if (typeof n === 'bigint') return n
  if (n instanceof Decimal128) {
    const parts = parseDecimal(n)
    const whole = truncateDecimal(parts)
    if (
      whole === undefined ||
      (parts.exponent < 0 && parts.coefficient % 10n ** BigInt(-parts.exponent) !== 0n)
    )
      return
    return whole
  }
  const value = n instanceof Double ? n.value : n
  return Number.isInteger(value) ? BigInt(value) : undefined
}

/** The integer this number is, as a JavaScript number; undefined when it is none or beyond 2^53. */
export function asInteger(n: Numeric): number | undefined {
  const value = n instanceof Double ? n.value : n
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value + 0 : undefined
  const whole = asBigInt(value)
  return whole !== undefined && Number.isSafeInteger(Number(whole)) ? Number(whole) : undefined
}

/** The whole part towards zero; undefined for NaN and infinities. */
export function truncateToBigInt(n: Numeric): bigint | undefined {
  if (typeof n === 'bigint') return n
  if (n instanceof Decimal128) return truncateDecimal(parseDecimal(n))
  const value = n instanceof Double ? n.value : n
  return Number.isFinite(value) ? BigInt(Math.trunc(value)) : undefined
}

function truncateDecimal(d: Decimal): bigint | undefined {
  if (d.kind !== 'finite') return undefined
  const magnitude =
    d.exponent >= 0 ? d.coefficient * 10n ** BigInt(d.exponent) : d.coefficient / 10n ** BigInt(-d.exponent)
  return d.negative ? -magnitude : magnitude
}

/** Any number as the parts of a decimal; doubles keep 15 digits, as in a server. */
export function asDecimal(n: Numeric): Decimal {
  if (n instanceof Decimal128) return parseDecimal(n)
  if (typeof n === 'bigint') return fromBigInt(n)
  if (n instanceof Double) return fromDouble(n.value)
  return isInt32(n) ? fromBigInt(BigInt(n)) : fromDouble(n)
}

export function isNotANumber(n: Numeric): boolean {
  if (n instanceof Decimal128) return parseDecimal(n).kind === 'nan'
  return Number.isNaN(asNumber(n))
}

export function isFiniteNumber(n: Numeric): boolean {
  if (n instanceof Decimal128) return parseDecimal(n).kind === 'finite'
  return typeof n === 'bigint' || Number.isFinite(asNumber(n))
}

export function isZero(n: Numeric): boolean {
  if (n instanceof Decimal128) {
    const parts = parseDecimal(n)
    return parts.kind === 'finite' && parts.coefficient === 0n
  }
  return asNumber(n) === 0
}

export function fitsInt64(n: bigint): boolean {
  return BigInt.asIntN(64, n) === n
}

// An integral result: int32 stays int32 while it fits, then int64; undefined past 64 bits.
function integral(n: bigint, kind: 'int' | 'long'): Numeric | undefined {
  if (!fitsInt64(n)) return undefined
  return kind === 'int' ? toInteger(n) : n
}

/** a + b; undefined when two integers overflow 64 bits. */
export function addExactly(a: Numeric, b: Numeric): Numeric | undefined {
  const kind = widerKind(a, b)
  if (kind === 'decimal') return makeDecimal(addDecimals(asDecimal(a), asDecimal(b)))
  if (kind === 'double') return toDouble(asNumber(a) + asNumber(b))
  return integral(BigInt(a as number) + BigInt(b as number), kind)
}

/** a * b; undefined when two integers overflow 64 bits. */
export function multiplyExactly(a: Numeric, b: Numeric): Numeric | undefined {
  const kind = widerKind(a, b)
  if (kind === 'decimal') return makeDecimal(multiplyDecimals(asDecimal(a), asDecimal(b)))
  if (kind === 'double') return toDouble(asNumber(a) * asNumber(b))
  return integral(BigInt(a as number) * BigInt(b as number), kind)
}

/** a + b as aggregation adds: integers past 64 bits become doubles. */
export function addNumbers(a: Numeric, b: Numeric): Numeric {
  if (typeof a === 'number' && typeof b === 'number' && isInt32(a) && isInt32(b)) {
    const sum = a + b
    return isInt32(sum) ? sum : BigInt(sum)
  }
  return addExactly(a, b) ?? toDouble(asNumber(a) + asNumber(b))
}

/** a * b as aggregation multiplies: integers past 64 bits become doubles. */
export function multiplyNumbers(a: Numeric, b: Numeric): Numeric {
  return multiplyExactly(a, b) ?? toDouble(asNumber(a) * asNumber(b))
}

/** a - b as aggregation subtracts: integers past 64 bits become doubles. */
export function subtractNumbers(a: Numeric, b: Numeric): Numeric {
  const kind = widerKind(a, b)
  if (kind === 'decimal') return makeDecimal(addDecimals(asDecimal(a), negateDecimal(asDecimal(b))))
  if (kind === 'double') return toDouble(asNumber(a) - asNumber(b))
  return integral(BigInt(a as number) - BigInt(b as number), kind) ?? toDouble(asNumber(a) - asNumber(b))
}

/** a / b: a double, or a decimal if either is. The caller refuses division by zero where the operator does. */
export function divideNumbers(a: Numeric, b: Numeric): Numeric {
  return widerKind(a, b) === 'decimal'
    ? makeDecimal(divideDecimals(asDecimal(a), asDecimal(b)))
    : toDouble(asNumber(a) / asNumber(b))
}

/** The remainder of a / b with the sign of a. The caller refuses a zero divisor. */
export function remainder(a: Numeric, b: Numeric): Numeric {
  const kind = widerKind(a, b)
  if (kind === 'decimal') return makeDecimal(remainderOfDecimals(asDecimal(a), asDecimal(b)))
  if (kind === 'double') return toDouble(asNumber(a) % asNumber(b))
  return integral(BigInt(a as number) % BigInt(b as number), kind)!
}

/** -n; the least int32 becomes an int64 and the least int64 a double. */
export function negate(n: Numeric): Numeric {
  if (n instanceof Decimal128) return makeDecimal(negateDecimal(parseDecimal(n)))
  if (n instanceof Double) return toDouble(-n.value)
  if (typeof n === 'number' && !isInt32(n)) return toDouble(-n)
  return integral(-BigInt(n), typeof n === 'bigint' ? 'long' : 'int') ?? toDouble(-Number(n))
}
