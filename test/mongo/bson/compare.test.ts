import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareStrings, compareValues, equalValues, hashKey } from '../../../src/mongo/bson/compare.ts'
import { encodeKey } from '../../../src/mongo/bson/key.ts'
import {
  Binary,
  BSONRegExp,
  Code,
  Decimal128,
  Double,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  UNDEFINED,
  type Value,
} from '../../../src/mongo/bson/value.ts'
import { numeric, value } from './arbitrary.ts'

const sign = (n: number): number => Math.sign(n) + 0

describe('compareValues', () => {
  it('#11 orders the types as MongoDB does', () => {
    const ordered: Value[] = [
      new MinKey(),
      UNDEFINED,
      null,
      1,
      'a',
      new Map(),
      [],
      new Binary(Buffer.from('a')),
      new ObjectId(),
      false,
      true,
      new Date(0),
      new Timestamp({ t: 1, i: 1 }),
      new BSONRegExp('a'),
      new Code('a'),
      new Code('a', new Map() as never),
      new MaxKey(),
    ]
    for (let i = 0; i < ordered.length; i++) {
      for (let j = 0; j < ordered.length; j++) {
        expect(sign(compareValues(ordered[i], ordered[j]))).toBe(sign(i - j))
      }
    }
  })

  it.each<[Value, Value, number]>([
    [7, new Double(7), 0],
    [7, 7n, 0],
    [7n, Decimal128.fromString('7.00'), 0],
    [-0, 0, 0],
    [Decimal128.fromString('-0'), 0, 0],
    [9007199254740993n, 9007199254740992, 1],
    [9007199254740993n, Decimal128.fromString('9007199254740993'), 0],
    [0.1, Decimal128.fromString('0.1'), 1],
    [0.5, Decimal128.fromString('0.5'), 0],
    [Number.NaN, -Infinity, -1],
    [Number.NaN, Decimal128.fromString('NaN'), 0],
    [2 ** 63, 2n ** 63n - 1n, 1],
    [Infinity, Decimal128.fromString('1e6144'), 1],
    [Infinity, Decimal128.fromString('Infinity'), 0],
    [Number.MAX_VALUE, Decimal128.fromString('1e400'), -1],
  ])('#11 puts %s and %s on one number line', (a, b, order) => {
    expect(sign(compareValues(a, b))).toBe(order)
    expect(sign(compareValues(b, a))).toBe(sign(-order))
  })

  it('#11 compares strings by code point, as their UTF-8 bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        expect(sign(compareStrings(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)))
      }),
    )
    expect(compareStrings('\u{10000}', '\uffff')).toBeGreaterThan(0)
  })

  it('#11 counts the order of fields, then type, name and value', () => {
    expect(
      equalValues(
        new Map([
          ['a', 1],
          ['b', 2],
        ]),
        new Map([
          ['b', 2],
          ['a', 1],
        ]),
      ),
    ).toBe(false)
    expect(compareValues(new Map([['b', 1]]), new Map<string, Value>([['a', 'x']]))).toBeLessThan(0)
    expect(
      compareValues(
        new Map([['a', 1]]),
        new Map([
          ['a', 1],
          ['b', 1],
        ]),
      ),
    ).toBeLessThan(0)
  })

  it('#11 sorts a missing value as null', () => {
    expect(compareValues(undefined, null)).toBe(0)
    expect(compareValues(undefined, UNDEFINED)).toBeGreaterThan(0)
  })

  it('#11 is a total order over all values', () => {
    fc.assert(
      fc.property(value, value, value, (a, b, c) => {
        expect(sign(compareValues(a, b))).toBe(sign(-compareValues(b, a)))
        const [low, middle, high] = [a, b, c].sort((x, y) => compareValues(x, y))
        expect(compareValues(low, middle)).toBeLessThanOrEqual(0)
        expect(compareValues(middle, high)).toBeLessThanOrEqual(0)
        expect(compareValues(low, high)).toBeLessThanOrEqual(0)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('hashKey', () => {
  it.each([
    ['values', value],
    ['numbers', numeric],
  ] as const)('#11 is one for equal %s only', (_, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, arbitrary, (a, b) => {
        expect(hashKey(a) === hashKey(b)).toBe(equalValues(a, b))
      }),
      { numRuns: 5000 },
    )
  })

  it('#11 does not confuse nested texts that look like framing', () => {
    expect(hashKey(['a', 'b'])).not.toBe(hashKey(['a1:b']))
    expect(hashKey([['a'], 'b'])).not.toBe(hashKey([['a', 'b']]))
  })
})

describe('encodeKey', () => {
  it.each([
    ['values', value],
    ['numbers', numeric],
  ] as const)('#11 orders %s as compareValues does', (_, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, arbitrary, (a, b) => {
        const order = sign(compareValues(a, b))
        expect(Buffer.compare(encodeKey([a], [1]), encodeKey([b], [1]))).toBe(order)
        expect(Buffer.compare(encodeKey([a], [-1]), encodeKey([b], [-1]))).toBe(sign(-order))
      }),
      { numRuns: 5000 },
    )
  })

  it('#11 orders tuples value by value, each in its direction', () => {
    const tuple = fc.tuple(value, value)
    fc.assert(
      fc.property(tuple, tuple, (a, b) => {
        const order = sign(compareValues(a[0], b[0]) || -compareValues(a[1], b[1]))
        expect(Buffer.compare(encodeKey(a, [1, -1]), encodeKey(b, [1, -1]))).toBe(order)
      }),
      { numRuns: 3000 },
    )
  })

  it('#11 takes a missing value for null', () => {
    expect(encodeKey([undefined], [1]).equals(encodeKey([null], [1]))).toBe(true)
  })
})
