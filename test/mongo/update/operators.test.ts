import { Decimal128, Double, Long, ObjectId, Timestamp } from 'bson'
import { describe, expect, it } from 'vitest'
import { makeCollation } from '../../../src/mongo/bson/collation.ts'
import { toDoc } from '../../../src/mongo/bson/plain.ts'
import { type How, now, type Plain, update, updateDoc } from './run.ts'

type Case = [spec: Plain, doc: Plain, expected: Plain, how?: How]

const groups: Record<string, Case[]> = {
  '$set and $unset': [
    [{ $set: { a: 2 } }, { _id: 1, a: 1 }, { _id: 1, a: 2 }],
    [{ $set: { b: 1, a: 1 } }, { _id: 1 }, { _id: 1, a: 1, b: 1 }],
    [{ $set: { 'a.b.c': 1 } }, { _id: 1 }, { _id: 1, a: { b: { c: 1 } } }],
    [{ $set: { 'a.b': 1, 'a.c': 2 } }, { _id: 1, a: { z: 0 } }, { _id: 1, a: { z: 0, b: 1, c: 2 } }],
    [{ $set: { 'a.1': 9 } }, { _id: 1, a: [1, 2] }, { _id: 1, a: [1, 9] }],
    [{ $set: { 'a.3': 9 } }, { _id: 1, a: [1] }, { _id: 1, a: [1, null, null, 9] }],
    [{ $set: { 'a.1.b': 9 } }, { _id: 1, a: [1] }, { _id: 1, a: [1, { b: 9 }] }],
    [{ $set: { 'a.0': 9 } }, { _id: 1 }, { _id: 1, a: { 0: 9 } }],
    [{ $set: { a10: 1, a9: 1, 10: 1, 9: 1 } }, { _id: 1 }, { _id: 1, 9: 1, 10: 1, a10: 1, a9: 1 }],
    [{ $set: { a: { $x: 1 } } }, { _id: 1 }, { _id: 1, a: { $x: 1 } }],
    [{ $set: { _id: 1, a: 1 } }, { _id: 1 }, { _id: 1, a: 1 }],
    [{ $unset: { a: '' } }, { _id: 1, a: 1, b: 2 }, { _id: 1, b: 2 }],
    [{ $unset: { 'a.b': 1, c: 1 } }, { _id: 1, a: { b: 1 } }, { _id: 1, a: {} }],
    [{ $unset: { 'a.0': 1 } }, { _id: 1, a: [1, 2] }, { _id: 1, a: [null, 2] }],
    [{ $unset: { 'a.b': 1 } }, { _id: 1, a: 5 }, { _id: 1, a: 5 }],
    [{ $setOnInsert: { a: 1 } }, { _id: 1 }, { _id: 1 }],
    [{ $set: {} }, { _id: 1 }, { _id: 1 }],
  ],
  '$inc and $mul': [
    [{ $inc: { a: 2 } }, { _id: 1, a: 1 }, { _id: 1, a: 3 }],
    [{ $inc: { a: -1, 'b.c': 2 } }, { _id: 1, a: 1 }, { _id: 1, a: 0, b: { c: 2 } }],
    [{ $inc: { a: 1 } }, { _id: 1, a: 2147483647 }, { _id: 1, a: 2147483648n }],
    [{ $inc: { a: 0.5 } }, { _id: 1, a: 1 }, { _id: 1, a: 1.5 }],
    [{ $inc: { a: Long.fromNumber(1) } }, { _id: 1, a: 1 }, { _id: 1, a: 2n }],
    [{ $mul: { a: 3 } }, { _id: 1, a: 2 }, { _id: 1, a: 6 }],
    [{ $mul: { a: 3 } }, { _id: 1 }, { _id: 1, a: 0 }],
    [{ $mul: { a: Long.fromNumber(3) } }, { _id: 1 }, { _id: 1, a: 0n }],
  ],
  '$min, $max and $bit': [
    [{ $min: { a: 1, b: 9 } }, { _id: 1, a: 5, b: 5 }, { _id: 1, a: 1, b: 5 }],
    [{ $max: { a: 9, c: 1 } }, { _id: 1, a: 5 }, { _id: 1, a: 9, c: 1 }],
    [{ $max: { a: 'x' } }, { _id: 1, a: 5 }, { _id: 1, a: 'x' }],
    [{ $min: { a: null } }, { _id: 1, a: 5 }, { _id: 1, a: null }],
    [{ $bit: { a: { and: 10 } } }, { _id: 1, a: 13 }, { _id: 1, a: 8 }],
    [{ $bit: { a: { or: 5 } } }, { _id: 1, a: 3 }, { _id: 1, a: 7 }],
    [{ $bit: { a: { xor: 5 }, b: { or: 1 } } }, { _id: 1, a: 1 }, { _id: 1, a: 4, b: 1 }],
    [{ $bit: { a: { or: Long.fromNumber(4) } } }, { _id: 1, a: 1 }, { _id: 1, a: 5n }],
  ],
  $rename: [
    [{ $rename: { a: 'b' } }, { _id: 1, a: 1 }, { _id: 1, b: 1 }],
    [{ $rename: { a: 'b' } }, { _id: 1, a: 1, b: 2, c: 3 }, { _id: 1, b: 1, c: 3 }],
    [{ $rename: { 'a.x': 'b.y' } }, { _id: 1, a: { x: 1, z: 2 } }, { _id: 1, a: { z: 2 }, b: { y: 1 } }],
    [
      { $rename: { 'a.z': 'a.y' }, $set: { 'a.x': 1 } },
      { _id: 1, a: { z: 2 } },
      { _id: 1, a: { x: 1, y: 2 } },
    ],
    [{ $rename: { q: 'b.y' } }, { _id: 1 }, { _id: 1 }],
    [
      { $rename: { a: 'b' }, $set: { c: 1 } },
      { _id: 1, a: 5 },
      { _id: 1, b: 5, c: 1 },
    ],
  ],
  $push: [
    [{ $push: { a: 3 } }, { _id: 1, a: [1] }, { _id: 1, a: [1, 3] }],
    [{ $push: { a: 3 } }, { _id: 1 }, { _id: 1, a: [3] }],
    [{ $push: { a: [1, 2] } }, { _id: 1, a: [0] }, { _id: 1, a: [0, [1, 2]] }],
    [{ $push: { a: { $each: [1, 2] } } }, { _id: 1, a: [0] }, { _id: 1, a: [0, 1, 2] }],
    [{ $push: { a: { $each: [9], $position: 1 } } }, { _id: 1, a: [1, 2] }, { _id: 1, a: [1, 9, 2] }],
    [{ $push: { a: { $each: [9], $position: -1 } } }, { _id: 1, a: [1, 2] }, { _id: 1, a: [1, 9, 2] }],
    [{ $push: { a: { $each: [9], $position: -9 } } }, { _id: 1, a: [1, 2] }, { _id: 1, a: [9, 1, 2] }],
    [{ $push: { a: { $each: [9], $position: 9 } } }, { _id: 1, a: [1, 2] }, { _id: 1, a: [1, 2, 9] }],
    [{ $push: { a: { $each: [2, 0], $sort: 1, $slice: 2 } } }, { _id: 1, a: [1, 5] }, { _id: 1, a: [0, 1] }],
    [{ $push: { a: { $each: [], $slice: -2 } } }, { _id: 1, a: [1, 2, 3] }, { _id: 1, a: [2, 3] }],
    [{ $push: { a: { $each: [1], $slice: 0 } } }, { _id: 1, a: [1, 2, 3] }, { _id: 1, a: [] }],
    [
      { $push: { a: { $each: [{ b: 1 }], $sort: { b: -1 } } } },
      { _id: 1, a: [{ b: 0 }, { b: 2 }] },
      { _id: 1, a: [{ b: 2 }, { b: 1 }, { b: 0 }] },
    ],
    [{ $push: { 'a.b': 1 } }, { _id: 1, a: { b: [] } }, { _id: 1, a: { b: [1] } }],
  ],
  '$addToSet, $pop, $pull and $pullAll': [
    [{ $addToSet: { a: 1 } }, { _id: 1, a: [1] }, { _id: 1, a: [1] }],
    [{ $addToSet: { a: new Double(1) } }, { _id: 1, a: [1] }, { _id: 1, a: [1] }],
    [{ $addToSet: { a: { $each: [1, 2, 2] } } }, { _id: 1, a: [1] }, { _id: 1, a: [1, 2] }],
    [{ $addToSet: { a: [1] } }, { _id: 1 }, { _id: 1, a: [[1]] }],
    [
      { $addToSet: { a: { x: 1, y: 2 } } },
      { _id: 1, a: [{ y: 2, x: 1 }] },
      {
        _id: 1,
        a: [
          { y: 2, x: 1 },
          { x: 1, y: 2 },
        ],
      },
    ],
    [{ $pop: { a: 1 } }, { _id: 1, a: [1, 2] }, { _id: 1, a: [1] }],
    [{ $pop: { a: -1 } }, { _id: 1, a: [1, 2] }, { _id: 1, a: [2] }],
    [{ $pop: { a: 1, b: 1 } }, { _id: 1, a: [] }, { _id: 1, a: [] }],
    [{ $pull: { a: 1 } }, { _id: 1, a: [1, 2, 1, [1]] }, { _id: 1, a: [2, [1]] }],
    [{ $pull: { a: { $gte: 2 } } }, { _id: 1, a: [1, 2, 3, 'x'] }, { _id: 1, a: [1, 'x'] }],
    [{ $pull: { a: { b: 1 } } }, { _id: 1, a: [{ b: 1, c: 1 }, { b: 2 }, 1] }, { _id: 1, a: [{ b: 2 }, 1] }],
    [
      { $pull: { a: { b: { $in: [1, 2] } } } },
      { _id: 1, a: [{ b: 1 }, { b: 3 }] },
      { _id: 1, a: [{ b: 3 }] },
    ],
    [{ $pull: { a: /^x/ } }, { _id: 1, a: ['xa', 'b'] }, { _id: 1, a: ['b'] }],
    [{ $pull: { a: [1] } }, { _id: 1, a: [1, [1]] }, { _id: 1, a: [1] }],
    [{ $pull: { 'a.b': 1 } }, { _id: 1 }, { _id: 1 }],
    [
      { $pull: { a: { $elemMatch: { b: 1 } } } },
      { _id: 1, a: [[{ b: 1 }], [{ b: 2 }]] },
      { _id: 1, a: [[{ b: 2 }]] },
    ],
    [{ $pullAll: { a: [1, 'x'] } }, { _id: 1, a: [1, 'x', 2] }, { _id: 1, a: [2] }],
  ],
  'array positions': [
    [{ $set: { 'a.$': 9 } }, { _id: 1, a: [1, 2] }, { _id: 1, a: [1, 9] }, { filter: { a: 2 } }],
    [
      { $inc: { 'a.$.n': 1 } },
      {
        _id: 1,
        a: [
          { k: 1, n: 1 },
          { k: 2, n: 1 },
        ],
      },
      {
        _id: 1,
        a: [
          { k: 1, n: 1 },
          { k: 2, n: 2 },
        ],
      },
      { filter: { 'a.k': 2 } },
    ],
    [
      { $set: { 'a.$.x': 1, 'a.0.y': 2 } },
      { _id: 1, a: [{ k: 1 }] },
      { _id: 1, a: [{ k: 1, x: 1, y: 2 }] },
      { filter: { 'a.k': 1 } },
    ],
    [{ $inc: { 'a.$[]': 1 } }, { _id: 1, a: [1, 2] }, { _id: 1, a: [2, 3] }],
    [{ $set: { 'a.$[].b': 1 } }, { _id: 1, a: [{}, { b: 2 }] }, { _id: 1, a: [{ b: 1 }, { b: 1 }] }],
    [
      { $set: { 'a.$[x]': 0 } },
      { _id: 1, a: [1, 5, 9] },
      { _id: 1, a: [1, 0, 0] },
      { arrayFilters: [{ x: { $gt: 3 } }] },
    ],
    [
      { $set: { 'a.$[x].b.$[y]': 0 } },
      {
        _id: 1,
        a: [
          { k: 1, b: [1, 2] },
          { k: 2, b: [1, 2] },
        ],
      },
      {
        _id: 1,
        a: [
          { k: 1, b: [1, 2] },
          { k: 2, b: [0, 2] },
        ],
      },
      { arrayFilters: [{ 'x.k': 2 }, { y: 1 }] },
    ],
    [
      { $set: { 'a.$[x].p': 1, 'a.$[].q': 2 } },
      { _id: 1, a: [{ k: 1 }, { k: 2 }] },
      {
        _id: 1,
        a: [
          { k: 1, p: 1, q: 2 },
          { k: 2, q: 2 },
        ],
      },
      { arrayFilters: [{ 'x.k': 1 }] },
    ],
    [
      { $pull: { 'a.$[].b': 1 } },
      { _id: 1, a: [{ b: [1, 2] }, { b: [1] }] },
      { _id: 1, a: [{ b: [2] }, { b: [] }] },
    ],
  ],
  replacement: [
    [{ b: 1 }, { _id: 1, a: 1 }, { _id: 1, b: 1 }],
    [
      { b: 1, _id: 1 },
      { _id: 1, a: 1 },
      { _id: 1, b: 1 },
    ],
    [{}, { _id: 1, a: 1 }, { _id: 1 }],
  ],
}

describe.each(Object.entries(groups))('%s', (_, cases) => {
  it.each(cases)('#11 %j on %j', (spec, doc, expected, how) => {
    const result = update(spec, doc, how)
    expect(result).toEqual(expected)
    expect(Object.keys(result as Plain)).toEqual(Object.keys(expected))
  })
})

describe('update', () => {
  it.each<[Plain, Plain, How?]>([
    [{ $set: { a: 1, 'b.c': 2 } }, { _id: 1, a: 1, b: { c: 2 } }],
    [{ $inc: { a: 0 } }, { _id: 1, a: 1 }],
    [{ $unset: { z: 1, 'b.z': 1 } }, { _id: 1, b: {} }],
    [{ $addToSet: { a: 1 } }, { _id: 1, a: [1] }],
    [
      { $pull: { a: 5 }, $pop: { b: 1 } },
      { _id: 1, a: [1], b: [] },
    ],
    [
      { $min: { a: 9 }, $max: { b: 1 } },
      { _id: 1, a: 1, b: 1 },
    ],
    [{ $push: { a: { $each: [] } } }, { _id: 1, a: [1] }],
    [{ $rename: { q: 'r' } }, { _id: 1 }],
    [{ a: 1 }, { _id: 1, a: 1 }],
    [{ $set: { 'a.$[x]': 1 } }, { _id: 1, a: [2] }, { arrayFilters: [{ x: 9 }] }],
  ])('#11 %j gives the same document back when it changes nothing', (spec, doc, how) => {
    const before = toDoc(doc)
    expect(updateDoc(spec, before, how)).toBe(before)
  })

  it('#11 tells 7 from 7.0 and 1.0 from 1.00 when it decides what changed', () => {
    const before = toDoc({ _id: 1, a: 7, b: new Decimal128('1.0') })
    expect(updateDoc({ $set: { a: new Double(7) } }, before)).not.toBe(before)
    expect(updateDoc({ $set: { b: new Decimal128('1.00') } }, before)).not.toBe(before)
  })

  it('#11 never changes the document it was given', () => {
    const before = toDoc({ _id: 1, a: { b: [1, { c: 1 }] }, d: 1 })
    const frozen = JSON.stringify(update({}, {}), undefined) + JSON.stringify([...before])
    updateDoc({ $set: { 'a.b.1.c': 2 }, $push: { 'a.x': 1 }, $unset: { d: 1 } }, before)
    expect(JSON.stringify(update({}, {}), undefined) + JSON.stringify([...before])).toBe(frozen)
    expect((before.get('a') as Map<string, unknown>).has('x')).toBe(false)
  })

  it('#11 $currentDate sets the moment of the command', () => {
    const result = update(
      { $currentDate: { a: true, b: { $type: 'timestamp' }, c: { $type: 'date' } } },
      { _id: 1 },
    ) as Plain
    expect(result['a']).toEqual(now)
    expect(result['c']).toEqual(now)
    expect((result['b'] as Timestamp).t).toBe(Math.floor(now.getTime() / 1000))
  })

  it('#11 a replacement gives empty top-level timestamps the present moment', () => {
    const result = update(
      { t: new Timestamp({ t: 0, i: 0 }), u: { t: new Timestamp({ t: 0, i: 0 }) } },
      { _id: 1 },
    ) as Plain
    expect((result['t'] as Timestamp).t).toBe(Math.floor(now.getTime() / 1000))
    expect((result['u'] as { t: Timestamp }).t.t).toBe(0)
  })

  it('#11 uses the collation in $min, $addToSet, $pull and array filters', () => {
    const context = { now, collation: makeCollation(toDoc({ locale: 'en', strength: 2 })) }
    expect(update({ $addToSet: { a: 'X' } }, { a: ['x'] }, { context })).toEqual({ a: ['x'] })
    expect(update({ $pull: { a: 'X' } }, { a: ['x', 'y'] }, { context })).toEqual({ a: ['y'] })
    expect(update({ $min: { a: 'B' } }, { a: 'c' }, { context })).toEqual({ a: 'B' })
    expect(
      update({ $set: { 'a.$[e]': 1 } }, { a: ['x', 'y'] }, { context, arrayFilters: [{ e: 'X' }] }),
    ).toEqual({ a: [1, 'y'] })
  })

  it.each<[Plain, Plain, number, string, How?]>([
    [
      { $foo: { a: 1 } },
      {},
      9,
      'Unknown modifier: $foo. Expected a valid update modifier or pipeline-style update specified as an array',
    ],
    [
      { $set: { a: 1 }, b: 1 },
      {},
      9,
      'Unknown modifier: b. Expected a valid update modifier or pipeline-style update specified as an array',
    ],
    [
      { $set: 'x' },
      {},
      9,
      'Modifiers operate on fields but we found type string instead. For example: {$mod: {<field>: ...}} not {$set: "x"}',
    ],
    [
      { a: 1, $set: { b: 1 } },
      {},
      52,
      "The dollar ($) prefixed field '$set' in '$set' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.",
    ],
    [
      { $set: { $a: 1 } },
      {},
      52,
      "The dollar ($) prefixed field '$a' in '$a' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.",
    ],
    [{ $set: { a: 1 }, $inc: { a: 1 } }, {}, 40, "Updating the path 'a' would create a conflict at 'a'"],
    [{ $set: { a: 1, 'a.b': 1 } }, {}, 40, "Updating the path 'a.b' would create a conflict at 'a'"],
    [{ $set: { 'a.b': 1, a: 1 } }, {}, 40, "Updating the path 'a' would create a conflict at 'a'"],
    [{ $rename: { a: 'b' }, $set: { a: 1 } }, {}, 40, "Updating the path 'a' would create a conflict at 'a'"],
    [
      { $set: { 'a.$[x]': 1, 'a.$[]': 2 } },
      { a: [1] },
      40,
      "Update created a conflict at 'a.0'",
      { arrayFilters: [{ x: 1 }] },
    ],
    [{ $set: { '': 1 } }, {}, 56, 'An empty update path is not valid.'],
    [
      { $set: { 'a..b': 1 } },
      {},
      56,
      "The update path 'a..b' contains an empty field name, which is not allowed.",
    ],
    [
      { $set: { _id: 2 } },
      { _id: 1 },
      66,
      "Performing an update on the path '_id' would modify the immutable field '_id'",
    ],
    [
      { $unset: { _id: 1 } },
      { _id: 1 },
      66,
      "Performing an update on the path '_id' would modify the immutable field '_id'",
    ],
    [
      { $rename: { _id: 'id' } },
      { _id: 1 },
      66,
      "Performing an update on the path '_id' would modify the immutable field '_id'",
    ],
    [
      { $rename: { a: '_id' } },
      { _id: 1, a: 2 },
      66,
      "Performing an update on the path '_id' would modify the immutable field '_id'",
    ],
    [
      { $set: { '_id.b': 2 } },
      { _id: { b: 1 } },
      66,
      "Performing an update on the path '_id.b' would modify the immutable field '_id'",
    ],
    [
      { _id: 2 },
      { _id: 1 },
      66,
      "After applying the update, the (immutable) field '_id' was found to have been altered to _id: 2",
    ],
    [{ $set: { 'a.b': 1 } }, { a: 5 }, 28, "Cannot create field 'b' in element {a: 5}"],
    [{ $set: { 'a.b': 1 } }, { a: [] }, 28, "Cannot create field 'b' in element {a: []}"],
    [{ $set: { 'a.b.b': 1 } }, { a: [1] }, 28, "Cannot create field 'b' in element {a: [ 1 ]}"],
    [{ $set: { 'a.b': 1 } }, { a: null }, 28, "Cannot create field 'b' in element {a: null}"],
    [
      { $pull: { 'a.b.c': 1 } },
      { a: 5 },
      28,
      'Cannot use the part (b) of (a.b.c) to traverse the element ({a: 5})',
    ],
    [{ $set: { 'a.2000000': 1 } }, { a: [] }, 34, "can't backfill more than 1500000 elements"],
    [{ $inc: { a: 'x' } }, {}, 14, 'Cannot increment with non-numeric argument: {a: "x"}'],
    [{ $mul: { a: 'x' } }, {}, 14, 'Cannot multiply with non-numeric argument: {a: "x"}'],
    [
      { $inc: { a: 1 } },
      { _id: 1, a: 'x' },
      14,
      "Cannot apply $inc to a value of non-numeric type. {_id: 1} has the field 'a' of non-numeric type string",
    ],
    [
      { $inc: { a: 1 } },
      { _id: 1, a: Long.MAX_VALUE },
      2,
      'Failed to apply $inc operations to current value ((NumberLong)9223372036854775807) for document {_id: 1}',
    ],
    [
      { $push: { a: 1 } },
      { _id: 1, a: 5 },
      2,
      "The field 'a' must be an array but is of type int in document {_id: 1}",
    ],
    [
      { $push: { a: { $each: 1 } } },
      {},
      2,
      'The argument to $each in $push must be an array but it was of type: int',
    ],
    [{ $push: { a: { $each: [], $foo: 1 } } }, {}, 2, 'Unrecognized clause in $push: $foo'],
    [
      { $push: { a: { $each: [], $slice: 'x' } } },
      {},
      2,
      'The value for $slice must be an integer value but was given type: string',
    ],
    [{ $push: { a: { $each: [], $sort: 2 } } }, {}, 2, 'The $sort element value must be either 1 or -1'],
    [
      { $push: { a: { $each: [], $position: 1.5 } } },
      {},
      2,
      'The value for $position must be an integer value, not of type: double',
    ],
    [
      { $addToSet: { a: 1 } },
      { a: 5 },
      2,
      "Cannot apply $addToSet to non-array field. Field named 'a' has non-array type int",
    ],
    [
      { $addToSet: { a: { $each: 1 } } },
      {},
      14,
      'The argument to $each in $addToSet must be an array but it was of type int',
    ],
    [{ $pop: { a: new Decimal128('1.5') } }, {}, 9, 'Cannot represent as a 64-bit integer: a: 1.5'],
    [{ $pop: { a: true } }, {}, 9, 'Expected a number in: a: true'],
    [{ $pop: { a: 2 } }, {}, 9, '$pop expects 1 or -1, found: 2'],
    [{ $pop: { a: 1 } }, { a: 5 }, 14, "Path 'a' contains an element of non-array type 'int'"],
    [{ $pull: { a: 1 } }, { a: 5 }, 2, 'Cannot apply $pull to a non-array value'],
    [{ $pullAll: { a: 1 } }, {}, 2, '$pullAll requires an array argument but was given a int'],
    [
      { $bit: { a: { foo: 1 } } },
      {},
      2,
      "The $bit modifier only supports 'and', 'or', and 'xor', not 'foo' which is an unknown operator: {foo: 1}",
    ],
    [
      { $bit: { a: { and: 1.5 } } },
      {},
      2,
      "The $bit modifier field must be an Integer(32/64 bit); a 'double' is not supported here: {and: 1.5}",
    ],
    [
      { $bit: { a: { and: 1 } } },
      { _id: 1, a: 1.5 },
      2,
      'Cannot apply $bit to a value of non-integral type._id: 1 has the field a of non-integer type double',
    ],
    [
      { $currentDate: { a: 1 } },
      {},
      2,
      "int is not valid type for $currentDate. Please use a boolean ('true') or a $type expression ({$type: 'timestamp/date'}).",
    ],
    [{ $rename: { a: 1 } }, {}, 2, "The 'to' field for $rename must be a string: a: 1"],
    [{ $rename: { a: 'a' } }, {}, 2, 'The source and target field for $rename must differ: a: "a"'],
    [
      { $rename: { a: 'a.b' } },
      {},
      2,
      'The source and target field for $rename must not be on the same path: a: "a.b"',
    ],
    [
      { $rename: { 'a.0': 'b' } },
      { _id: 1, a: [1] },
      2,
      "The source field cannot be an array element, 'a.0' in doc with _id: 1 has an array field called 'a'",
    ],
    [
      { $rename: { b: 'a.0' } },
      { _id: 1, a: [1], b: 1 },
      2,
      "The destination field cannot be an array element, 'a.0' in doc with _id: 1 has an array field called 'a'",
    ],
    [
      { $set: { 'a.$': 1 } },
      { a: [1] },
      2,
      'The positional operator did not find the match needed from the query.',
      { filter: {} },
    ],
    [{ $set: { 'a.$.$': 1 } }, {}, 2, "Too many positional (i.e. '$') elements found in path 'a.$.$'"],
    [{ $set: { 'a.$[x]': 1 } }, {}, 2, "No array filter found for identifier 'x' in path 'a.$[x]'"],
    [
      { $set: { 'a.$[]': 1 } },
      {},
      2,
      "The path 'a' must exist in the document in order to apply array updates.",
    ],
    [{ $set: { 'a.$[]': 1 } }, { a: 5 }, 2, 'Cannot apply array updates to non-array element a: 5'],
    [
      { $set: { a: 1 } },
      {},
      9,
      "The array filter for identifier 'x' was not used in the update { $set: { a: 1 } }",
      { arrayFilters: [{ x: 1 }] },
    ],
    [
      { $set: { 'a.$[x]': 1 } },
      {},
      9,
      'Found multiple array filters with the same top-level field name x',
      { arrayFilters: [{ x: 1 }, { x: 2 }] },
    ],
    [
      { $set: { 'a.$[x]': 1 } },
      {},
      9,
      "Error parsing array filter :: caused by :: Expected a single top-level field name, found 'x' and 'y'",
      { arrayFilters: [{ x: 1, y: 2 }] },
    ],
    [
      { $set: { 'a.$[x]': 1 } },
      {},
      2,
      "Error parsing array filter :: caused by :: The top-level field name must be an alphanumeric string beginning with a lowercase letter, found 'X'",
      { arrayFilters: [{ X: 1 }] },
    ],
    [{ a: 1 }, {}, 9, 'multi update is not supported for replacement-style update', { multi: true }],
  ])('#11 %j on %j is refused', (spec, doc, code, message, how) => {
    expect(() => update(spec, doc, how)).toThrow(expect.objectContaining({ code, message }))
  })

  it('#11 pushes lists longer than a call has room for arguments', () => {
    const each = Array.from({ length: 300_000 }, (_, i) => i)
    const pushed = update({ $push: { a: { $each: each, $position: 1 } } }, { a: [-1, -2] }) as { a: number[] }
    expect(pushed.a).toHaveLength(300_002)
    expect(pushed.a.slice(0, 2)).toEqual([-1, 0])
    expect(pushed.a.at(-1)).toBe(-2)
  })

  it('#11 keeps types: an ObjectId set is the ObjectId read', () => {
    const id = new ObjectId()
    expect((update({ $set: { a: id } }, {}) as Plain)['a']).toEqual(id)
  })
})
