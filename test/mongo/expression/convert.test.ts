import { ObjectId, Binary } from '../../../src/mongo/bson/value.ts'
import { describe, expect, it } from 'vitest'
import { codeOf, decimal, double, evaluate, show, title } from './evaluate.ts'
import type { Row } from './evaluate.ts'

const ID = new ObjectId('5ab9cbfa31c2ab715d42129e')
const RESULTS: readonly Row[] = [
  [{ $toBool: 'false' }, true],
  [{ $toBool: double(0) }, false],
  [{ $toBool: ID }, true],
  [{ $toBool: null }, null],
  [{ $toInt: 1.99999 }, 1],
  [{ $toInt: decimal('-5.5') }, -5],
  [{ $toInt: '-2' }, -2],
  [{ $toInt: true }, 1],
  [{ $toLong: '100' }, 'long 100'],
  [{ $toLong: new Date(5) }, 'long 5'],
  [{ $toDouble: '5e2' }, 'double 500'],
  [{ $toDouble: 5 }, 'double 5'],
  [{ $toDouble: '-Infinity' }, 'double -Infinity'],
  [{ $toDecimal: '1.20' }, 'decimal 1.20'],
  [{ $toDecimal: 1.5 }, 'decimal 1.50000000000000'],
  [{ $toDecimal: 7 }, 'decimal 7'],
  [{ $toString: 2.5 }, '2.5'],
  [{ $toString: double(7) }, '7'],
  [{ $toString: 1e20 }, '1e+20'],
  [{ $toString: 0.00001 }, '1e-05'],
  [{ $toString: 0.1 }, '0.1'],
  [{ $toString: 0.30000000000000004 }, '0.3'],
  [{ $toString: 1e15 }, '1000000000000000'],
  [{ $toString: -1234.5 }, '-1234.5'],
  [{ $toString: 7n }, '7'],
  [{ $toString: ID }, '5ab9cbfa31c2ab715d42129e'],
  [{ $toString: new Date('2018-03-27T16:58:51.538Z') }, '2018-03-27T16:58:51.538Z'],
  [{ $toString: true }, 'true'],
  [{ $toDate: 120000000000.5 }, new Date(120000000000)],
  [{ $toDate: 1253372036000n }, new Date(1253372036000)],
  [{ $toDate: '2018-03-20 11:00:06 +0500' }, new Date('2018-03-20T06:00:06Z')],
  [{ $toDate: ID }, new Date(0x5ab9cbfa * 1000)],
  [{ $toObjectId: '5ab9cbfa31c2ab715d42129e' }, ID],
  [{ $convert: { input: 'x', to: 'int', onError: 'bad' } }, 'bad'],
  [{ $convert: { input: null, to: 'int', onNull: 0 } }, 0],
  [{ $convert: { input: 1, to: null } }, null],
  [{ $convert: { input: 5, to: 1 } }, 'double 5'],
  [
    { $convert: { input: 'aGk=', to: { type: 'binData', subtype: 0 }, format: 'base64' } },
    new Binary(Buffer.from('hi'), 0),
  ],
  [{ $convert: { input: new Binary(Buffer.from('hi'), 0), to: 'string', format: 'hex' } }, '6869'],
  [
    { $toUUID: '867dee52-c331-484e-92d1-c56479b8e67e' },
    new Binary(Buffer.from('867dee52c331484e92d1c56479b8e67e', 'hex'), 4),
  ],
]
const CODES: readonly (readonly [unknown, number])[] = [
  [{ $toInt: '1.5' }, 241],
  [{ $toInt: 2147483648n }, 241],
  [{ $toInt: NaN }, 241],
  [{ $toInt: Infinity }, 241],
  [{ $toInt: ID }, 241],
  [{ $toLong: 1e19 }, 241],
  [{ $toDouble: '0x6400' }, 241],
  [{ $toDouble: '1e999' }, 241],
  [{ $toDate: 5 }, 241],
  [{ $toDate: 'friday' }, 241],
  [{ $toDate: '2018-02-30' }, 241],
  [{ $toObjectId: 'abc' }, 241],
  [{ $toString: [[1]] }, 241],
  [{ $toInt: [1, 2] }, 50723],
  [{ $convert: { input: 'aGk=', to: 'binData' } }, 4341115],
  [{ $convert: { input: new Binary(Buffer.from('hi')), to: 'string', onError: 'x' } }, 4341115],
  [{ $convert: { input: 'aGk=', to: 'binData', format: 'auto' } }, 241],
  [{ $convert: { input: 5, to: 'binData' } }, 241],
  [{ $convert: 1 }, 9],
  [{ $convert: { input: 1 } }, 9],
  [{ $convert: { input: 1, to: 'nope' } }, 2],
  [{ $convert: { input: 1, to: 1.5 } }, 9],
  [{ $convert: { input: 1, to: 99 } }, 9],
]

describe('type conversion', () => {
  it.each(RESULTS.map((row) => [title(row[0]), ...row] as const))(
    'evaluate %s',
    (_title, expression, expected, doc = {}) => {
      expect(show(evaluate(expression, doc))).toEqual(expected)
    },
  )
  it.each(CODES.map((row) => [title(row[0]), ...row] as const))('refuse %s', (_title, expression, code) => {
    expect(codeOf(expression)).toBe(code)
  })
})
