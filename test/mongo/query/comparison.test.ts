import * as fc from 'fast-check'
import { BSONRegExp, Decimal128, Double, Long, MaxKey, MinKey, ObjectId } from 'bson'
import { describe, expect, it } from 'vitest'
import { makeCollation } from '../../../src/mongo/bson/collation.ts'
import { compareValues, equalValues } from '../../../src/mongo/bson/compare.ts'
import { toDoc } from '../../../src/mongo/bson/plain.ts'
import { UNDEFINED, type Value } from '../../../src/mongo/bson/value.ts'
import { compileFilter } from '../../../src/mongo/query/compile-filter.ts'
import { isBeyondDriver, value } from '../bson/arbitrary.ts'
import { type Case, context, filterOf, matching } from './from-shell.ts'

const id = new ObjectId()
const date = new Date(5)

const equality: Case[] = [
  [
    { a: 1 },
    [{ a: 1 }, { a: new Double(1) }, { a: Long.fromNumber(1) }, { a: new Decimal128('1.0') }, { a: 2 }, {}],
    [0, 1, 2, 3],
  ],
  [{ a: 'x' }, [{ a: 'x' }, { a: ['y', 'x'] }, { a: 'X' }, { a: { x: 1 } }], [0, 1]],
  [{ a: null }, [{ a: null }, {}, { a: 0 }, { a: [null] }, { a: [] }, { a: UNDEFINED }], [0, 1, 3]],
  [
    { 'a.b': null },
    [{}, { a: 1 }, { a: [] }, { a: [4] }, { a: [{ b: 1 }, {}] }, { a: { b: null } }],
    [0, 1, 4, 5],
  ],
  [
    { a: { b: 1, c: 2 } },
    [{ a: { b: 1, c: 2 } }, { a: { c: 2, b: 1 } }, { a: { b: 1 } }, { a: [{ b: 1, c: 2 }] }],
    [0, 3],
  ],
  [{ a: [1, 2] }, [{ a: [1, 2] }, { a: [2, 1] }, { a: [[1, 2]] }, { a: [1, 2, 3] }, { a: 1 }], [0, 2]],
  [{ a: [] }, [{ a: [] }, { a: [[]] }, { a: [1] }, {}], [0, 1]],
  [{ 'a.b': 1 }, [{ a: { b: 1 } }, { a: [{ b: 1 }] }, { a: [[{ b: 1 }]] }, { a: [{ b: [1] }] }], [0, 1, 3]],
  [{ 'a.0': 1 }, [{ a: [1, 2] }, { a: [2, 1] }, { a: { 0: 1 } }, { a: [{ 0: 1 }] }, { a: [[1]] }], [0, 2, 3]],
  [
    { 'a.0.b': 1 },
    [{ a: [{ b: 1 }] }, { a: [0, { b: 1 }] }, { a: [[{ b: 1 }]] }, { a: { 0: { b: 1 } } }],
    [0, 2, 3],
  ],
  [{ 'a.0.0': 1 }, [{ a: [[1]] }, { a: [[[1]]] }, { a: [1] }], [0]],
  [
    { a: id },
    [{ a: id }, { a: new ObjectId(id.toHexString()) }, { a: new ObjectId() }, { a: id.toHexString() }],
    [0, 1],
  ],
  [{ a: date }, [{ a: new Date(5) }, { a: 5 }, { a: new Date(6) }], [0]],
  [{ a: Number.NaN }, [{ a: Number.NaN }, { a: new Decimal128('NaN') }, { a: 1 }], [0, 1]],
  [{ a: { $eq: /x/i } }, [{ a: /x/i }, { a: 'x' }, { a: /x/ }], [0]],
  [{ a: 0 }, [{ a: -0 }, { a: new Decimal128('-0') }, { a: false }], [0, 1]],
  [{ a: { $ref: 'c', $id: 1 } }, [{ a: { $ref: 'c', $id: 1 } }, { a: { $ref: 'c', $id: 2 } }], [0]],
  [{ 'a.$id': 1 }, [{ a: { $ref: 'c', $id: 1 } }, { a: {} }], [0]],
  [{ a: {} }, [{ a: {} }, { a: { b: 1 } }, {}], [0]],
  [{}, [{}, { a: 1 }], [0, 1]],
]

const ordering: Case[] = [
  [
    { a: { $gt: 5 } },
    [{ a: 6 }, { a: 5 }, { a: '6' }, { a: [1, 7] }, {}, { a: null }, { a: Long.fromNumber(6) }],
    [0, 3, 6],
  ],
  [{ a: { $gte: 5 } }, [{ a: 5 }, { a: 4 }, { a: new Decimal128('5') }, { a: new Double(5) }], [0, 2, 3]],
  [{ a: { $lt: 5 } }, [{ a: 4 }, { a: 5 }, { a: Number.NaN }, { a: -Infinity }, {}], [0, 3]],
  [{ a: { $lte: 5 } }, [{ a: 5 }, { a: 6 }, { a: Number.NaN }], [0]],
  [{ a: { $gt: 'b' } }, [{ a: 'c' }, { a: 'b' }, { a: 'B' }, { a: 1 }, { a: 'é' }], [0, 4]],
  [{ a: { $gte: null } }, [{ a: null }, {}, { a: 1 }, { a: UNDEFINED }], [0, 1]],
  [{ a: { $lt: null } }, [{ a: null }, {}, { a: 1 }], []],
  [{ a: { $lte: Number.NaN } }, [{ a: Number.NaN }, { a: 1 }], [0]],
  [{ a: { $lt: Number.NaN } }, [{ a: Number.NaN }, { a: -Infinity }], []],
  [{ a: { $gt: new Date(1) } }, [{ a: new Date(2) }, { a: 2 }, { a: new Date(0) }], [0]],
  [
    { a: { $gt: { b: 1 } } },
    [{ a: { b: 2 } }, { a: { c: 0 } }, { a: { b: 1 } }, { a: { b: 1, c: 1 } }],
    [0, 1, 3],
  ],
  [{ a: { $gt: [1, 2] } }, [{ a: [1, 3] }, { a: [1, 2] }, { a: [2] }, { a: 5 }], [0, 2]],
  [{ a: { $lt: true } }, [{ a: false }, { a: true }, { a: 0 }], [0]],
  [{ a: { $lt: new MaxKey() } }, [{ a: 1 }, {}, { a: new MaxKey() }, { a: 'x' }], [0, 1, 3]],
  [{ a: { $gt: new MinKey() } }, [{ a: 1 }, { a: new MinKey() }, { a: [] }], [0, 2]],
  [{ a: { $gte: new MaxKey() } }, [{ a: 1 }, { a: new MaxKey() }], [1]],
  [{ a: { $gt: 1, $lt: 3 } }, [{ a: 2 }, { a: [0, 5] }, { a: [4] }, { a: 3 }], [0, 1]],
  [
    { a: { $gt: Long.fromString('9007199254740992') } },
    [{ a: Long.fromString('9007199254740993') }, { a: 2 ** 53 }],
    [0],
  ],
  [{ a: { $lt: new Decimal128('0.1') } }, [{ a: 0.1 }, { a: 0.09 }], [1]],
]

const lists: Case[] = [
  [
    { a: { $in: [1, 'x', null] } },
    [{ a: 1 }, { a: 'x' }, {}, { a: null }, { a: 2 }, { a: [5, 1] }, { a: new Double(1) }],
    [0, 1, 2, 3, 5, 6],
  ],
  [
    { a: { $in: [/^x/, 5] } },
    [{ a: 'xy' }, { a: 'yx' }, { a: 5 }, { a: /^x/ }, { a: ['q', 'xx'] }],
    [0, 2, 3, 4],
  ],
  [{ a: { $in: [] } }, [{ a: 1 }, {}], []],
  [{ a: { $in: [[1, 2]] } }, [{ a: [1, 2] }, { a: [[1, 2]] }, { a: [1] }], [0, 1]],
  [{ a: { $nin: [1, null] } }, [{ a: 1 }, {}, { a: 2 }, { a: [1, 2] }, { a: [] }], [2, 4]],
  [{ a: { $nin: [] } }, [{ a: 1 }, {}], [0, 1]],
  [{ a: { $ne: 1 } }, [{ a: 1 }, { a: 2 }, {}, { a: [1, 2] }, { a: [2] }], [1, 2, 4]],
  [{ a: { $ne: null } }, [{ a: null }, {}, { a: 0 }, { a: [] }], [2, 3]],
]

describe('comparison', () => {
  it.each(equality)('#11 $eq %j', (filter, docs, expected) => {
    expect(matching(filter, docs)).toEqual(expected)
  })
  it.each(ordering)('#11 $lt, $lte, $gt, $gte %j', (filter, docs, expected) => {
    expect(matching(filter, docs)).toEqual(expected)
  })
  it.each(lists)('#11 $in, $nin, $ne %j', (filter, docs, expected) => {
    expect(matching(filter, docs)).toEqual(expected)
  })

  it.each<[Record<string, unknown>, number, string]>([
    [{ a: { $in: 1 } }, 2, '$in needs an array'],
    [{ a: { $nin: 1 } }, 2, '$nin needs an array'],
    [{ a: { $in: [{ $gt: 1 }] } }, 2, 'cannot nest $ under $in'],
    [{ a: { $ne: /x/ } }, 2, "Can't have regex as arg to $ne."],
    [{ a: { $gt: /x/ } }, 2, "Can't have RegEx as arg to predicate over field 'a'."],
    [{ a: UNDEFINED }, 2, 'cannot compare to undefined'],
    [{ a: { $foo: 1 } }, 2, 'unknown operator: $foo'],
    [
      { $foo: 1 },
      2,
      "unknown top level operator: $foo. If you have a field name that starts with a '$' symbol, consider using $getField or $setField.",
    ],
    [{ a: { $near: [0, 0] } }, 115, '$near is not supported by the embedded store; use a MongoDB server'],
  ])('#11 refuses %j', (filter, code, message) => {
    expect(() => filterOf(filter)).toThrow(expect.objectContaining({ code, message }))
  })

  it('#11 agrees with compareValues on scalars of one type, for every operator', () => {
    const scalar = value.filter(
      (v) => !Array.isArray(v) && !(v instanceof BSONRegExp) && !isBeyondDriver(v) && !isOperatorDoc(v),
    )
    fc.assert(
      fc.property(scalar, scalar, (a, b) => {
        const asks = (operator: string): boolean =>
          compileFilter(toDoc({ x: { [operator]: b } }), context).matches(new Map([['x', a]]))
        expect(asks('$eq')).toBe(equalValues(a, b))
        expect(asks('$ne')).toBe(!equalValues(a, b))
        expect(
          compileFilter(toDoc({ x: { $in: [b, new MinKey()] } }), context).matches(new Map([['x', a]])),
        ).toBe(equalValues(a, b) || a instanceof MinKey)
        if (!asks('$gt') && !asks('$lt') && !asks('$eq')) return
        if (asks('$gt')) expect(compareValues(a, b)).toBeGreaterThan(0)
        if (asks('$lt')) expect(compareValues(a, b)).toBeLessThan(0)
        expect(asks('$gte')).toBe(asks('$gt') || asks('$eq'))
        expect(asks('$lte')).toBe(asks('$lt') || asks('$eq'))
      }),
      { numRuns: 1500 },
    )
  })

  it('#11 compares strings by the collation', () => {
    const collation = makeCollation(toDoc({ locale: 'en', strength: 2 }))
    const given = { ...context, collation }
    expect(matching({ a: 'Abc' }, [{ a: 'aBC' }, { a: 'abd' }, { a: ['ABC'] }], given)).toEqual([0, 2])
    expect(matching({ a: { $in: ['x', 'Ÿ'] } }, [{ a: 'X' }, { a: 'ÿ' }, { a: 'y' }], given)).toEqual([0, 1])
    expect(matching({ a: { $gt: 'b' } }, [{ a: 'C' }, { a: 'A' }, { a: 'B' }], given)).toEqual([0])
  })
})

function isOperatorDoc(v: Value): boolean {
  return v instanceof Map && [...v.keys()].some((name) => name.startsWith('$'))
}
