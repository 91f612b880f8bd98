import type { Document } from 'mongodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openMemory, type Opened } from './with-store.ts'

let opened: Opened
beforeAll(async () => {
  opened = await openMemory()
  const rows = [1, 2, 3].map((_id) => ({ _id, name: _id < 3 ? 1 : 'x', list: [1] }))
  await opened.db.collection<{ _id: number }>('rows').insertMany(rows)
  const named = opened.db.collection<{ _id: number; name: string }>('named')
  await named.createIndex({ name: 1 }, { unique: true })
  await named.insertOne({ _id: 30, name: 'x' })
})
afterAll(() => opened.close())

const aggregate = (...pipeline: Document[]): Document => ({ aggregate: 'rows', pipeline, cursor: {} })
const change = (update: Document): Document => ({ findAndModify: 'rows', query: { _id: 1 }, update })

/** What a server says was being done when it failed; a mistake in the command itself has nothing before it. */
describe('the message of an error', () => {
  it.each<[string, Document, number, string]>([
    [
      'while a pipeline runs',
      aggregate({ $project: { b: { $strLenCP: '$name' } } }),
      34471,
      'PlanExecutor error during aggregation :: caused by :: $strLenCP requires a string argument, found: int',
    ],
    [
      'while a pipeline writes',
      aggregate({ $merge: { into: 'none', whenNotMatched: 'fail' } }),
      13113,
      'PlanExecutor error during aggregation :: caused by :: $merge could not find a matching document in the target collection for at least one document in the source collection',
    ],
    [
      'while a pipeline writes another _id',
      aggregate({ $match: { _id: 3 } }, { $merge: { into: 'named', on: 'name' } }),
      66,
      "PlanExecutor error during aggregation :: caused by :: $merge failed to update the matching document, did you attempt to modify the _id or the shard key? :: caused by :: Performing an update on the path '_id' would modify the immutable field '_id'",
    ],
    [
      'while a pipeline replaces by another _id',
      aggregate({ $match: { _id: 3 } }, { $merge: { into: 'named', on: 'name', whenMatched: 'replace' } }),
      66,
      "PlanExecutor error during aggregation :: caused by :: $merge failed to update the matching document, did you attempt to modify the _id or the shard key? :: caused by :: After applying the update, the (immutable) field '_id' was found to have been altered to _id: 3",
    ],
    [
      'in the fields $merge goes by',
      aggregate({ $merge: { into: 'named', on: 'xyz' } }),
      51183,
      'Cannot find index to verify that join fields will be unique',
    ],
    [
      'in the fields $merge goes by where there is nothing yet',
      aggregate({ $merge: { into: 'none', on: 'name' } }),
      51183,
      'Cannot find index to verify that join fields will be unique',
    ],
    [
      'in what is no pipeline',
      { aggregate: 'rows', pipeline: 1, cursor: {} },
      14,
      "'pipeline' option must be specified as an array",
    ],
    [
      'in what $rand is given',
      aggregate({ $project: { r: { $rand: null } } }),
      10065,
      'Invalid $project :: caused by :: invalid parameter: expected an object ($rand)',
    ],
    [
      'in an empty name of $unset',
      aggregate({ $unset: '' }),
      40352,
      'Invalid $unset :: caused by :: FieldPath cannot be constructed with empty string',
    ],
    [
      'in a type that $convert does not know',
      aggregate({ $project: { a: { $convert: { input: 123, to: 'unknown' } } } }),
      2,
      'Failed to optimize pipeline :: caused by :: Unknown type name: unknown',
    ],
    [
      'in the variables of $lookup',
      aggregate({ $lookup: { from: 'named', let: 'abc', pipeline: [], as: 'a' } }),
      9,
      '$lookup argument \'let: "abc"\' must be an object, is type string',
    ],
    [
      'in the pipeline of $lookup',
      aggregate({ $lookup: { from: 'named', pipeline: 'abc', as: 'a' } }),
      14,
      "'pipeline' option must be specified as an array",
    ],
    [
      'in what $bucket groups by',
      aggregate({ $bucket: { groupBy: [1, 2], boundaries: [0, 9] } }),
      40202,
      "The $bucket 'groupBy' field must be defined as a $-prefixed path or an expression, but found: [ 1, 2 ].",
    ],
    [
      'in what $bucketAuto groups by',
      aggregate({ $bucketAuto: { groupBy: [1, 2], buckets: 2 } }),
      40239,
      "The $bucketAuto 'groupBy' field must be defined as a $-prefixed path or an expression object, but found: [ 1, 2 ]",
    ],
    [
      'in the output of $bucket',
      aggregate({ $bucket: { groupBy: '$_id', boundaries: [0, 9], output: 'a' } }),
      40196,
      "The $bucket 'output' field must be an object, but found type: string.",
    ],
    [
      'in the output of $bucketAuto',
      aggregate({ $bucketAuto: { groupBy: '$_id', buckets: 2, output: 'a' } }),
      40244,
      "The $bucketAuto 'output' field must be an object, but found type: string.",
    ],
    [
      'of a root that is no document',
      aggregate({ $match: { _id: 1 } }, { $replaceRoot: { newRoot: '$name' } }),
      40228,
      "PlanExecutor error during aggregation :: caused by :: 'newRoot' expression  must evaluate to an object, but resulting value was: 1. Type of resulting value: 'int'. Input document: {_id: 1, name: 1, list: [1]}",
    ],
    [
      'of findAndModify that does nothing',
      { findAndModify: 'rows' },
      9,
      'Either an update or remove=true must be specified',
    ],
    [
      'of findAndModify that does two things',
      { findAndModify: 'rows', remove: true, update: {} },
      9,
      'Cannot specify both an update and remove=true',
    ],
    [
      'of findAndModify that removes and inserts',
      { findAndModify: 'rows', remove: true, upsert: true },
      9,
      'Cannot specify both upsert=true and remove=true ',
    ],
    [
      'while constants are folded',
      aggregate({ $project: { a: { $divide: [1, 0] } } }),
      2,
      "Failed to optimize pipeline :: caused by :: can't $divide by zero",
    ],
    [
      'in an expression of $project',
      aggregate({ $project: { a: '$a.' } }),
      40353,
      "Invalid $project :: caused by :: FieldPath must not end with a '.'.",
    ],
    [
      'in an expression of $addFields',
      aggregate({ $addFields: { a: '$$none' } }),
      17276,
      'Invalid $addFields :: caused by :: Use of undefined variable: none',
    ],
    [
      'in an expression of $set',
      aggregate({ $set: { 'a.b': 1, a: 1 } }),
      40176,
      "Invalid $set :: caused by :: specification contains two conflicting paths. Cannot specify both 'a' and 'a.b': { a.b: 1, a: 1 }",
    ],
    [
      'in $unset',
      aggregate({ $unset: ['a', 'a.b'] }),
      31249,
      'Invalid $unset :: caused by :: Path collision at a.b remaining portion b',
    ],
    ['in what $project is', aggregate({ $project: 1 }), 15969, '$project specification must be an object'],
    [
      'while a find runs',
      { find: 'rows', filter: { $expr: { $eq: [{ $strLenCP: '$name' }, 1] } } },
      34471,
      'Executor error during find command: test.rows :: caused by :: $strLenCP requires a string argument, found: int',
    ],
    ['in a filter', { find: 'rows', filter: { a: { $none: 1 } } }, 2, 'unknown operator: $none'],
    [
      'while findAndModify changes a document',
      change({ $set: { _id: 9 } }),
      66,
      "Plan executor error during findAndModify :: caused by :: Performing an update on the path '_id' would modify the immutable field '_id'",
    ],
    [
      'in the update of findAndModify',
      change({ $set: { a: 1 }, $inc: { a: 1 } }),
      40,
      "Updating the path 'a' would create a conflict at 'a'",
    ],
    [
      'in a pipeline that updates nothing',
      { findAndModify: 'rows', query: { _id: 99 }, update: [{ $set: { a: '$$none' } }] },
      17276,
      'Invalid $set :: caused by :: Use of undefined variable: none',
    ],
  ])('#11 %s', async (_, command, code, message) => {
    const error = await opened.db.command(command).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    expect(error).toMatchObject({ code, errmsg: message })
  })

  it('#11 of a getMore', async () => {
    const cursor = opened.db
      .collection('rows')
      .find({ $expr: { $gt: [{ $add: ['$name', 1] }, 0] } }, { batchSize: 1 })
    await cursor.next()
    await cursor.next()
    await expect(cursor.next()).rejects.toMatchObject({
      code: 14,
      errmsg: expect.stringMatching(
        /^Executor error during getMore :: caused by :: \$add only supports numeric/,
      ),
    })
  })
})
