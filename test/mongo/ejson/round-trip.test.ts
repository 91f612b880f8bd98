import {
  BSONRegExp,
  BSONSymbol,
  Binary,
  Code,
  Decimal128,
  Double,
  EJSON,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  deserialize,
  serialize,
} from 'bson'
import { expect, test } from 'vitest'
import { decode, encode, readEjson, writeEjson, type Doc } from '../../../src/mongo/index.ts'

const values: Record<string, unknown> = {
  double: new Double(7),
  minusZero: new Double(-0),
  nan: new Double(Number.NaN),
  infinity: new Double(-Infinity),
  tiny: new Double(5e-324),
  large: new Double(1e300),
  string: 'ä\u2028"\\\u0000\u{1F600}',
  doc: { a: { b: {} } },
  array: [1, [2, []]],
  binary: new Binary(Buffer.from([0, 255]), 0),
  uuid: new Binary(Buffer.alloc(16, 3), 4),
  own: new Binary(Buffer.from('x'), 0x80),
  id: new ObjectId('0123456789abcdef01234567'),
  yes: true,
  date: new Date('2026-11-21T01:02:03.004Z'),
  before: new Date(-1),
  nothing: null,
  regexp: new BSONRegExp('^a"/', 'im'),
  code: new Code('f()'),
  scoped: new Code('f()', { a: new Int32(1) }),
  symbol: new BSONSymbol('s'),
  int: new Int32(-5),
  timestamp: new Timestamp({ t: 4294967295, i: 7 }),
  long: Long.MIN_VALUE,
  decimal: Decimal128.fromString('1E-6176'),
  min: new MinKey(),
  max: new MaxKey(),
}

test.each(Object.entries(values))('a value of the kind %s survives Extended JSON', (_, value) => {
  const bytes = Buffer.from(serialize({ value }))
  const text = writeEjson(decode(bytes))
  expect(text).not.toContain('\n')
  expect(encode(readEjson(text) as Doc).equals(bytes)).toBe(true)
  // The library reads it as the same.
  expect(Buffer.from(serialize(EJSON.parse(text, { relaxed: false }) as object)).equals(bytes)).toBe(true)
  const written = EJSON.stringify(deserialize(bytes, { promoteValues: false, bsonRegExp: true }), {
    relaxed: false,
  })
  expect(encode(readEjson(written) as Doc).equals(bytes)).toBe(true)
})

test('what the library cannot hold survives too: order of numeric names, undefined, pointers, dates of any size', () => {
  const undefinedField = Buffer.from([0x09, 0, 0, 0, 0x06, 0x61, 0x62, 0, 0])
  const pointer = Buffer.from('1d0000000c61000500000064622e63000123456789abcdef0123456700', 'hex')
  const farDate = Buffer.from('10000000096100ffffffffffffff7f00', 'hex')
  const ordered = Buffer.from(
    serialize(
      new Map([
        ['b', 1],
        ['1', 2],
      ]),
    ),
  )
  for (const bytes of [undefinedField, pointer, farDate, ordered]) {
    expect(encode(readEjson(writeEjson(decode(bytes))) as Doc)).toEqual(bytes)
  }
})

test.each([
  '{"a":1',
  '{"a" 1}',
  '[1,]',
  '{"$oid":"12"}',
  '{"$numberLong":"x"}',
  'tru',
  '{} {}',
  '{"a":"x}',
  '',
])('%j is refused with a place', (text) => {
  expect(() => readEjson(text)).toThrow(/^Invalid Extended JSON.*character \d/)
})

test('a document that would read as another type is refused, not changed', () => {
  expect(() => writeEjson(decode(Buffer.from(serialize({ a: { $oid: 'x' } }))))).toThrow(/"\$oid"/)
})
