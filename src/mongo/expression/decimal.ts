import * as bson from '../bson/decimal.ts'
import { Decimal128 } from '../bson/value.ts'

/** A finite decimal with its sign in the coefficient: coefficient * 10^exponent. */
export interface Exact {
  readonly coefficient: bigint
  readonly exponent: number
}
export type Parsed = Exact | 'NaN' | 'Infinity' | '-Infinity'

export const NAN: Decimal128 = Decimal128.fromString('NaN')

export function infinity(negative: boolean): Decimal128 {
  return Decimal128.fromString(negative ? '-Infinity' : 'Infinity')
}

/** Takes a decimal apart; a zero loses its sign. */
export function parseDecimal(decimal: Decimal128): Parsed {
  const { kind, negative, coefficient, exponent } = bson.parseDecimal(decimal)
  if (kind === 'nan') return 'NaN'
  if (kind === 'infinite') return negative ? '-Infinity' : 'Infinity'
  return { coefficient: negative ? -coefficient : coefficient, exponent }
}

/** The decimal nearest to coefficient * 10^exponent with at most 34 digits. */
export function makeDecimal(coefficient: bigint, exponent: number): Decimal128 {
  const negative = coefficient < 0n
  return bson.makeDecimal({
    kind: 'finite',
    negative,
    coefficient: negative ? -coefficient : coefficient,
    exponent,
  })
}

/** coefficient / 10^shift, rounded half to even. */
export function shiftRight(coefficient: bigint, shift: number): bigint {
  return coefficient < 0n ? -bson.shiftRight(-coefficient, shift) : bson.shiftRight(coefficient, shift)
}

export function countDigits(value: bigint): number {
  return bson.countDigits(value < 0n ? -value : value)
}

export function stripZeros({ coefficient, exponent }: Exact): Exact {
  if (coefficient === 0n) return { coefficient, exponent: 0 }
  let kept = coefficient
  let scale = exponent
  while (kept % 10n === 0n) {
    kept /= 10n
    scale++
  }
  return { coefficient: kept, exponent: scale }
}

/** The whole number a decimal stands for; undefined when it has a fraction. */
export function wholeOf(value: Exact): bigint | undefined {
  const { coefficient, exponent } = stripZeros(value)
  return exponent < 0 ? undefined : coefficient * 10n ** BigInt(exponent)
}
