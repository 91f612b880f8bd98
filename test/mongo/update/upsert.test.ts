import { ObjectId } from 'bson'
import { describe, expect, it } from 'vitest'
import { toDoc, toPlain } from '../../../src/mongo/bson/plain.ts'
import { compileUpdate } from '../../../src/mongo/update/compile-update.ts'
import { now, type Plain, upsert } from './run.ts'

describe('upsert', () => {
  it.each<[Plain, Plain, Plain]>([
    [{ _id: 1 }, { $set: { a: 1 } }, { _id: 1, a: 1 }],
    [{ _id: { $eq: 1 } }, { $setOnInsert: { a: 1 } }, { _id: 1, a: 1 }],
    [{ _id: 1, b: 2, a: 3 }, { $set: { c: 4 } }, { _id: 1, a: 3, b: 2, c: 4 }],
    [{ _id: 1, 'a.b': 2 }, { $set: { 'a.c': 3 } }, { _id: 1, a: { b: 2, c: 3 } }],
    [{ _id: { $in: [1] } }, { $set: { a: 1 } }, { _id: 1, a: 1 }],
    [{ $or: [{ _id: 1 }] }, { $set: { a: 1 } }, { _id: 1, a: 1 }],
    [{ $and: [{ _id: 1 }, { x: { $all: [5] } }] }, { $inc: { n: 1 } }, { _id: 1, x: 5, n: 1 }],
    [{ _id: 1, x: { $gt: 5 }, y: { $ne: 1 }, z: /x/ }, { $set: { a: 1 } }, { _id: 1, a: 1 }],
    [{ _id: 1, x: [1, 2] }, { $push: { x: 3 } }, { _id: 1, x: [1, 2, 3] }],
    [{ _id: 1, x: 1 }, { y: 2 }, { _id: 1, y: 2 }],
    [{ x: 1 }, { $set: { _id: 7 } }, { _id: 7, x: 1 }],
    [{ '_id.x': 1, '_id.y': 2 }, { $set: { a: 1 } }, { _id: { x: 1, y: 2 }, a: 1 }],
    [{ _id: 1, x: 1, 'x.x': 1 }, {}, { _id: 1 }],
    [{ a: 5, _id: 1 }, { $unset: { a: 1 } }, { _id: 1 }],
    // In a new document a name may begin with $, in one that is there it may not.
    [{ _id: 1 }, { $set: { $a: 1 } }, { _id: 1, $a: 1 }],
  ])('#11 %j with %j', (filter, spec, expected) => {
    const result = upsert(filter, spec)
    expect(result).toEqual(expected)
    expect(Object.keys(result)).toEqual(Object.keys(expected))
  })

  it('#11 gives a new ObjectId where the filter and the update bring no _id', () => {
    const result = upsert({ a: { $gt: 1 } }, { $set: { b: 1 } })
    expect(result['_id']).toBeInstanceOf(ObjectId)
    expect(Object.keys(result)).toEqual(['_id', 'b'])
  })

  it.each<[Plain, Plain, number, string]>([
    [
      { $and: [{ x: 1 }, { x: 1 }] },
      { $set: { a: 1 } },
      54,
      "cannot infer query fields to set, path 'x' is matched twice",
    ],
    [
      { x: 1, 'x.y': 1 },
      { $set: { a: 1 } },
      54,
      "cannot infer query fields to set, both paths 'x.y' and 'x' are matched",
    ],
    [
      { '_id.x': 1 },
      { a: 1 },
      111,
      "field at '_id' must be exactly specified, field at sub-path '_id.x'found",
    ],
    [{ _id: [1, 2] }, { $set: { a: 1 } }, 53, "The '_id' value cannot be of type array"],
    [{}, { $set: { _id: /x/ } }, 53, "The '_id' value cannot be of type regex"],
    [
      { _id: 1 },
      { $set: { _id: 2 } },
      66,
      "Performing an update on the path '_id' would modify the immutable field '_id'",
    ],
    [
      { $expr: { $eq: ['$a', 1] } },
      { $set: { b: 1 } },
      224,
      '$expr is not allowed in the query predicate for an upsert',
    ],
    [
      { a: 1 },
      { $set: { 'a.$': 1 } },
      2,
      'The positional operator did not find the match needed from the query.',
    ],
  ])('#11 %j with %j is refused', (filter, spec, code, message) => {
    expect(() => upsert(filter, spec)).toThrow(expect.objectContaining({ code, message }))
  })
})

describe('pipeline updates', () => {
  const context = { now }

  it('#11 run the stages they are given and keep the _id', () => {
    const updater = compileUpdate([toDoc({ $set: { a: 2 } })], {
      context,
      pipeline: (stages) => {
        expect(toPlain(stages[0])).toEqual({ $set: { a: 2 } })
        return (doc) => toDoc({ a: doc.get('a') === 1 ? 2 : 0 })
      },
    })
    expect(updater.replacement).toBe(false)
    expect(toPlain(updater.apply(toDoc({ _id: 1, a: 1 }), { upsert: false }))).toEqual({ _id: 1, a: 2 })
  })

  it('#11 refuse a changed _id, other stages and array filters', () => {
    const pipeline = () => (): ReturnType<typeof toDoc> => toDoc({ _id: 2 })
    const updater = compileUpdate([toDoc({ $set: { _id: 2 } })], { context, pipeline })
    expect(() => updater.apply(toDoc({ _id: 1 }), { upsert: false })).toThrow(
      expect.objectContaining({ code: 66 }),
    )
    expect(() => compileUpdate([toDoc({ $match: {} })], { context, pipeline })).toThrow(
      expect.objectContaining({ code: 72, message: '$match is not allowed to be used within an update' }),
    )
    expect(() => compileUpdate([], { context, pipeline, arrayFilters: [toDoc({ x: 1 })] })).toThrow(
      expect.objectContaining({
        code: 9,
        message: 'arrayFilters may not be specified for pipeline-style updates',
      }),
    )
  })
})
