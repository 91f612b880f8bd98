import { serialize } from 'bson'
import { Decimal128, Long, ObjectId, type Document } from 'mongodb'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openFolder, openMemory, type Opened } from './with-store.ts'

interface Row {
  _id: number
  a?: number
  tags?: string[]
  n?: number
}

describe.each([
  ['memory', openMemory],
  ['folder', openFolder],
])('With a %s store the official driver', (_, open) => {
  let opened: Opened
  beforeAll(async () => {
    opened = await open()
  })
  afterAll(() => opened.close())
  beforeEach(() => opened.db.dropDatabase())

  const rows = () => opened.db.collection<Row>('rows')

  test('inserts, finds, updates and deletes.', async () => {
    expect(await rows().insertOne({ _id: 1, a: 1 })).toMatchObject({ acknowledged: true, insertedId: 1 })
    expect(
      (
        await rows().insertMany([
          { _id: 2, a: 2 },
          { _id: 3, a: 3 },
        ])
      ).insertedCount,
    ).toBe(2)
    expect(await rows().findOne({ _id: 2 })).toEqual({ _id: 2, a: 2 })
    expect(
      await rows()
        .find({ a: { $gte: 2 } })
        .sort({ a: -1 })
        .toArray(),
    ).toEqual([
      { _id: 3, a: 3 },
      { _id: 2, a: 2 },
    ])
    expect(await rows().updateOne({ _id: 1 }, { $inc: { a: 10 } })).toMatchObject({
      matchedCount: 1,
      modifiedCount: 1,
    })
    expect(await rows().updateMany({}, { $set: { n: 1 } })).toMatchObject({
      matchedCount: 3,
      modifiedCount: 3,
    })
    expect(await rows().replaceOne({ _id: 3 }, { a: 30 })).toMatchObject({
      matchedCount: 1,
      modifiedCount: 1,
    })
    expect(await rows().findOne({ _id: 3 })).toEqual({ _id: 3, a: 30 })
    expect(await rows().updateOne({ _id: 9 }, { $set: { a: 9 } }, { upsert: true })).toMatchObject({
      upsertedId: 9,
      upsertedCount: 1,
    })
    expect((await rows().deleteOne({ _id: 9 })).deletedCount).toBe(1)
    expect((await rows().deleteMany({})).deletedCount).toBe(3)
    expect(await rows().countDocuments()).toBe(0)
  })

  test('finds and modifies in one step.', async () => {
    await rows().insertMany([
      { _id: 1, a: 2 },
      { _id: 2, a: 1 },
    ])
    expect(
      await rows().findOneAndUpdate({}, { $inc: { a: 5 } }, { sort: { a: 1 }, returnDocument: 'after' }),
    ).toEqual({ _id: 2, a: 6 })
    expect(await rows().findOneAndDelete({ a: 6 })).toEqual({ _id: 2, a: 6 })
    expect(
      await rows().findOneAndReplace({ _id: 7 }, { a: 7 }, { upsert: true, returnDocument: 'after' }),
    ).toEqual({ _id: 7, a: 7 })
    expect(await rows().findOneAndUpdate({ _id: 8 }, { $set: { a: 1 } })).toBeNull()
  })

  test('is told of a duplicate key with the index and the value.', async () => {
    await rows().createIndex({ a: 1 }, { unique: true })
    await rows().insertOne({ _id: 1, a: 1 })
    await expect(rows().insertOne({ _id: 1, a: 2 })).rejects.toMatchObject({
      code: 11000,
      keyPattern: { _id: 1 },
      keyValue: { _id: 1 },
      message: 'E11000 duplicate key error collection: test.rows index: _id_ dup key: { _id: 1 }',
    })
    await expect(rows().insertOne({ _id: 2, a: 1 })).rejects.toMatchObject({
      code: 11000,
      keyValue: { a: 1 },
    })
    await expect(rows().updateOne({ _id: 3 }, { $set: { a: 1 } }, { upsert: true })).rejects.toMatchObject({
      code: 11000,
    })
    expect(await rows().countDocuments()).toBe(1)
  })

  test('keeps going behind an error in an unordered batch, and stops in an ordered one.', async () => {
    const documents: Row[] = [{ _id: 1 }, { _id: 1 }, { _id: 2 }]
    await expect(rows().insertMany(documents)).rejects.toMatchObject({ code: 11000, insertedCount: 1 })
    await rows().deleteMany({})
    await expect(rows().insertMany(documents, { ordered: false })).rejects.toMatchObject({
      code: 11000,
      insertedCount: 2,
    })
  })

  test('reads large results batch by batch and sees them whole.', async () => {
    const documents = Array.from({ length: 2500 }, (_, at): Row => ({ _id: at, a: at % 7 }))
    await rows().insertMany(documents)
    expect(await rows().find().toArray()).toEqual(documents)
    expect(
      await rows()
        .find()
        .batchSize(13)
        .map(({ _id }) => _id)
        .toArray(),
    ).toEqual(documents.map(({ _id }) => _id))
    const cursor = rows().find().batchSize(10)
    expect(await cursor.next()).toEqual({ _id: 0, a: 0 })
    await cursor.close()
    expect(await rows().find({}, { skip: 2490, limit: 5 }).toArray()).toHaveLength(5)
  })

  test('aggregates.', async () => {
    await rows().insertMany([
      { _id: 1, a: 1, n: 5 },
      { _id: 2, a: 1, n: 6 },
      { _id: 3, a: 2, n: 7 },
    ])
    const result = await rows()
      .aggregate([
        { $match: { n: { $gt: 4 } } },
        { $group: { _id: '$a', sum: { $sum: '$n' } } },
        { $sort: { _id: 1 } },
      ])
      .toArray()
    expect(result).toEqual([
      { _id: 1, sum: 11 },
      { _id: 2, sum: 7 },
    ])
    await rows()
      .aggregate([{ $match: { a: 1 } }, { $out: 'copied' }])
      .toArray()
    expect(await opened.db.collection('copied').countDocuments()).toBe(2)
    await rows()
      .aggregate([{ $project: { n: { $add: ['$n', 1] } } }, { $merge: 'copied' }])
      .toArray()
    expect(await opened.db.collection<Row>('copied').find().sort({ _id: 1 }).toArray()).toEqual([
      { _id: 1, a: 1, n: 6 },
      { _id: 2, a: 1, n: 7 },
      { _id: 3, n: 8 },
    ])
  })

  test('writes in bulk, to one collection and to several.', async () => {
    const result = await rows().bulkWrite([
      { insertOne: { document: { _id: 1 } } },
      { updateOne: { filter: { _id: 1 }, update: { $set: { a: 1 } } } },
      { updateOne: { filter: { _id: 2 }, update: { $set: { a: 1 } }, upsert: true } },
      { deleteOne: { filter: { _id: 1 } } },
    ])
    expect(result).toMatchObject({ insertedCount: 1, modifiedCount: 1, upsertedCount: 1, deletedCount: 1 })
    const several = await opened.client.bulkWrite(
      [
        { namespace: 'test.one', name: 'insertOne', document: { a: 1 } },
        { namespace: 'test.two', name: 'insertOne', document: { a: 2 } },
        { namespace: 'test.two', name: 'updateMany', filter: {}, update: { $inc: { a: 1 } } },
        { namespace: 'test.one', name: 'deleteOne', filter: { a: 1 } },
      ],
      { verboseResults: true },
    )
    expect(several).toMatchObject({ insertedCount: 2, matchedCount: 1, modifiedCount: 1, deletedCount: 1 })
    expect(await opened.db.collection('two').findOne()).toMatchObject({ a: 3 })
  })

  test('keeps types and the order of fields, even of names that are numbers.', async () => {
    const things = opened.db.collection('things')
    const _id = new ObjectId()
    const long = Long.fromString('9007199254740993')
    const given = new Map<string, unknown>([
      ['_id', _id],
      ['z', 1],
      ['10', 'ten'],
      ['2', 'two'],
      ['long', long],
      ['decimal', new Decimal128('1.10')],
    ])
    await things.insertOne(given)
    const [raw] = await things.find({}, { raw: true }).toArray()
    expect(Buffer.compare(raw as unknown as Buffer, serialize(given as unknown as Document))).toBe(0)
    expect(await things.findOne({ decimal: 1.1 })).toBeNull()
    expect(await things.findOne({ decimal: new Decimal128('1.1') })).toMatchObject({ _id, long })
  })

  test('drops, renames and lists collections and databases.', async () => {
    await rows().insertOne({ _id: 1 })
    await rows().rename('lines')
    expect((await opened.db.listCollections().toArray()).map(({ name }) => name)).toEqual(['lines'])
    expect((await opened.client.db().admin().listDatabases()).databases.map(({ name }) => name)).toEqual([
      'test',
    ])
    expect(await opened.db.collection('lines').drop()).toBe(true)
    expect(await opened.db.listCollections().toArray()).toEqual([])
  })
})
