import * as fc from 'fast-check'
import { Decimal128 } from 'bson'
import { describe, expect, it } from 'vitest'
import { roundDecimal, squareRoot } from '../../../src/mongo/bson/decimal-arithmetic.ts'
import { makeDecimal, parseDecimal } from '../../../src/mongo/bson/decimal.ts'
import {
  addExactly,
  addNumbers,
  asBigInt,
  asInteger,
  asNumber,
  divideNumbers,
  multiplyExactly,
  multiplyNumbers,
  negate,
  remainder,
  subtractNumbers,
} from '../../../src/mongo/bson/numeric.ts'
import { Double, type Numeric } from '../../../src/mongo/bson/value.ts'
import { hashKey } from '../../../src/mongo/bson/compare.ts'

const d = (text: string): Decimal128 => Decimal128.fromString(text)
const max = 2n ** 63n - 1n

describe('numbers', () => {
  it.each<[Numeric, Numeric, Numeric]>([
    [1, 2, 3],
    [2147483647, 1, 2147483648n],
    [1, 2n, 3n],
    [1.5, 1.5, new Double(3)],
    [new Double(1), 1, new Double(2)],
    [max, 1n, 2 ** 63],
    [d('0.1'), d('0.2'), d('0.3')],
    [d('1'), 0.1, d('1.100000000000000')],
    [1n, d('2'), d('3')],
    [d('1E+34'), d('1'), d('1.000000000000000000000000000000000E+34')],
    [d('Infinity'), d('-Infinity'), d('NaN')],
  ])('#11 %s + %s', (a, b, sum) => {
    expect(addNumbers(a, b)).toEqual(sum)
    expect(addNumbers(b, a)).toEqual(sum)
  })

  it.each<[Numeric, Numeric, Numeric]>([
    [2, 3, 6],
    [65536, 65536, 4294967296n],
    [2n, 3, 6n],
    [0.5, 4, new Double(2)],
    [max, 2n, 2 ** 64],
    [d('1.5'), d('2.0'), d('3.00')],
  ])('#11 %s * %s', (a, b, product) => {
    expect(multiplyNumbers(a, b)).toEqual(product)
  })

  it('#11 integers past 64 bits are undefined where a server refuses them', () => {
    expect(addExactly(max, 1n)).toBeUndefined()
    expect(multiplyExactly(max, 2n)).toBeUndefined()
    expect(addExactly(max, -1)).toBe(max - 1n)
  })

  it('#11 subtracts, divides, negates and takes remainders with the types of a server', () => {
    expect(subtractNumbers(-2147483648, 1)).toBe(-2147483649n)
    expect(subtractNumbers(d('1.0'), 1)).toEqual(d('0.0'))
    expect(divideNumbers(6, 3)).toEqual(new Double(2))
    expect(divideNumbers(d('1'), d('3'))).toEqual(d('0.3333333333333333333333333333333333'))
    expect(divideNumbers(d('10'), d('4'))).toEqual(d('2.5'))
    expect(divideNumbers(d('2'), d('3'))).toEqual(d('0.6666666666666666666666666666666667'))
    expect(remainder(-7, 3)).toBe(-1)
    expect(remainder(7n, 4)).toBe(3n)
    expect(remainder(7.5, 2)).toBe(1.5)
    expect(remainder(d('7.5'), d('2'))).toEqual(d('1.5'))
    expect(negate(-2147483648)).toBe(2147483648n)
    expect(negate(5)).toBe(-5)
    expect(negate(d('1.0'))).toEqual(d('-1.0'))
  })

  it('#11 rounds decimals half to even, towards zero, down and up', () => {
    const round = (text: string, places: number, how: Parameters<typeof roundDecimal>[2]): string =>
      makeDecimal(roundDecimal(parseDecimal(d(text)), places, how)).toString()
    expect(round('2.5', 0, 'even')).toBe('2')
    expect(round('3.5', 0, 'even')).toBe('4')
    expect(round('2.55', 1, 'trunc')).toBe('2.5')
    expect(round('-2.55', 1, 'floor')).toBe('-2.6')
    expect(round('2.51', 0, 'ceil')).toBe('3')
    expect(round('1234', -2, 'even')).toBe('1.2E+3')
    expect(round('1E-40', 2, 'ceil')).toBe('0.01')
    expect(round('1E-40', 2, 'even')).toBe('0.00')
  })

  it('#11 takes square roots of decimals to 34 digits', () => {
    const root = (text: string): string => makeDecimal(squareRoot(parseDecimal(d(text)))).toString()
    expect(root('2')).toBe('1.414213562373095048801688724209698')
    expect(root('4')).toBe('2')
    expect(root('0.25')).toBe('0.5')
    expect(root('1E+6')).toBe('1E+3')
    expect(root('-1')).toBe('NaN')
  })

  it('#11 knows integers of every type', () => {
    expect(asInteger(new Double(7))).toBe(7)
    expect(asInteger(d('7.00'))).toBe(7)
    expect(asInteger(7.5)).toBeUndefined()
    expect(asInteger(max)).toBeUndefined()
    expect(asBigInt(d('1E+20'))).toBe(10n ** 20n)
    expect(asBigInt(d('1.5'))).toBeUndefined()
    expect(asBigInt(Number.NaN)).toBeUndefined()
    expect(asNumber(d('0.1'))).toBe(0.1)
  })

  it('#11 reads and writes every Decimal128 the bson package writes', () => {
    const coefficient = fc.bigInt({ min: -(10n ** 34n) + 1n, max: 10n ** 34n - 1n })
    fc.assert(
      fc.property(coefficient, fc.integer({ min: -6100, max: 6000 }), (c, e) => {
        const value = d(`${c}E${e}`)
        expect(makeDecimal(parseDecimal(value)).toString()).toBe(value.toString())
      }),
    )
    for (const text of ['NaN', 'Infinity', '-Infinity', '-0', '0E+6111', '0E-6176', '9E+6144', '1E-6176']) {
      expect(makeDecimal(parseDecimal(d(text))).toString()).toBe(d(text).toString())
    }
  })

  it('#11 adds and multiplies integers of all types as exactly as bigints', () => {
    const small = fc.bigInt({ min: -(2n ** 31n), max: 2n ** 31n - 1n })
    fc.assert(
      fc.property(small, small, (a, b) => {
        for (const [make] of [
          [(n: bigint): Numeric => n],
          [(n: bigint): Numeric => Number(n)],
          [(n: bigint): Numeric => d(String(n))],
        ] as const) {
          expect(hashKey(addNumbers(make(a), make(b)))).toBe(hashKey(a + b))
          expect(hashKey(subtractNumbers(make(a), make(b)))).toBe(hashKey(a - b))
          expect(hashKey(multiplyNumbers(make(a), make(b)))).toBe(hashKey(a * b))
        }
      }),
    )
  })
})
