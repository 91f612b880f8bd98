import type { Document } from 'mongodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openMemory, type Opened } from './with-store.ts'

let opened: Opened
beforeAll(async () => {
  opened = await openMemory()
  const rows = [1, 2, 3].map((_id) => ({ _id, name: _id < 3 ? 1 : 'x', list: [1] }))
  await opened.db.collection<{ _id: number }>('rows').insertMany(rows)
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
      aggregate({ $set: {} }),
      40177,
      'Invalid $set :: caused by :: specification must have at least one field',
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
