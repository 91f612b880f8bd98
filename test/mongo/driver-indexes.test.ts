import { ObjectId, type Collection, type Document } from 'mongodb'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openFolder, openMemory, type Opened } from './with-store.ts'

let opened: Opened
beforeAll(async () => {
  opened = await openMemory()
})
afterAll(() => opened.close())
beforeEach(() => opened.db.dropDatabase())

interface Row extends Document {
  _id: number | ObjectId
}
const rows = (): Collection<Row> => opened.db.collection<Row>('rows')

async function stage(filter: Document, options: Document = {}): Promise<string[]> {
  const { queryPlanner } = await rows().find(filter, options).explain('queryPlanner')
  const stages: string[] = []
  for (
    let at = queryPlanner.winningPlan as Document | undefined;
    at;
    at = at['inputStage'] as Document | undefined
  ) {
    stages.push(at['stage'] as string)
  }
  return stages
}

describe('An index', () => {
  test('is used for equality, ranges, $in and sorts, and explain tells.', async () => {
    await rows().insertMany(Array.from({ length: 100 }, (_, at) => ({ _id: at, a: at % 10, b: at, c: -at })))
    await rows().createIndexes([{ key: { a: 1, b: -1 } }, { key: { c: 1 }, name: 'by-c' }])
    expect(await stage({ _id: 5 })).toEqual(['IDHACK'])
    expect(await stage({ a: 3 })).toEqual(['FETCH', 'IXSCAN'])
    expect(await stage({ b: 3 })).toEqual(['COLLSCAN'])
    expect(await stage({ a: 3 }, { sort: { b: 1 } })).toEqual(['FETCH', 'IXSCAN'])
    expect(await stage({ a: 3 }, { sort: { c: 1 } })).toEqual(['SORT', 'FETCH', 'IXSCAN'])
    expect(await stage({}, { sort: { a: -1, b: 1 } })).toEqual(['FETCH', 'IXSCAN'])
    expect(await stage({}, { sort: { a: 1, b: 1 } })).toEqual(['SORT', 'COLLSCAN'])
    const { executionStats } = await rows()
      .find({ a: 3, b: { $gte: 50, $lt: 80 } })
      .explain('executionStats')
    expect(executionStats).toMatchObject({ nReturned: 3, totalKeysExamined: 3, totalDocsExamined: 3 })
    expect(
      await rows()
        .find({ a: { $in: [1, 2] }, b: { $lt: 20 } })
        .map(({ b }) => b as number)
        .toArray(),
    ).toEqual([11, 1, 12, 2])
  })

  test('is the one a hint names; a hint at none is an error.', async () => {
    await rows().insertMany([{ _id: 1, a: 1 }, { _id: 2 }])
    await rows().createIndex({ a: 1 }, { sparse: true })
    expect(await stage({}, { hint: 'a_1' })).toEqual(['FETCH', 'IXSCAN'])
    expect(
      await rows()
        .find({}, { hint: { a: 1 } })
        .toArray(),
    ).toHaveLength(1)
    await expect(rows().find({}, { hint: 'none' }).toArray()).rejects.toMatchObject({ code: 2 })
    await expect(
      rows()
        .find({}, { hint: { b: 1 } })
        .toArray(),
    ).rejects.toThrow(/hint provided does not correspond to an existing index/)
    expect(
      (
        await rows()
          .find({}, { hint: { $natural: -1 } })
          .toArray()
      ).map(({ _id }) => _id),
    ).toEqual([2, 1])
  })

  test('made twice is one; made otherwise under the same name or key is refused.', async () => {
    expect(await rows().createIndex({ a: 1 })).toBe('a_1')
    expect(await rows().createIndex({ a: 1 })).toBe('a_1')
    await expect(rows().createIndex({ a: 1 }, { unique: true })).rejects.toMatchObject({ code: 86 })
    await expect(rows().createIndex({ a: 1 }, { name: 'other' })).rejects.toMatchObject({ code: 85 })
    await expect(rows().createIndex({ b: 1 }, { name: 'a_1' })).rejects.toMatchObject({ code: 86 })
    expect(await rows().indexes()).toEqual([
      { v: 2, key: { _id: 1 }, name: '_id_' },
      { v: 2, key: { a: 1 }, name: 'a_1' },
    ])
    await expect(rows().dropIndex('_id_')).rejects.toMatchObject({ code: 72 })
    await expect(rows().dropIndex('none')).rejects.toMatchObject({ code: 27 })
    await rows().dropIndex('a_1')
    expect(await rows().indexes()).toHaveLength(1)
  })

  test.each([
    [{ a: 0 }, {}, 67],
    [{ a: 'text' }, {}, 67],
    [{ a: '2dsphere' }, {}, 67],
    [{}, {}, 67],
    [{ $a: 1 }, {}, 67],
    [{ a: 1, b: 1 }, { expireAfterSeconds: 1 }, 67],
    [{ a: 1 }, { sparse: true, partialFilterExpression: { a: 1 } }, 67],
    [{ a: 1 }, { nonsense: true }, 197],
  ])('of %j with %j is refused with code %i.', async (key, options, code) => {
    await expect(
      opened.db.command({ createIndexes: 'rows', indexes: [{ key, name: 'n', ...options }] }),
    ).rejects.toMatchObject({ code })
  })

  test('that is unique takes 7, 7.0 and Long 7 for one, and null once.', async () => {
    await rows().createIndex({ a: 1 }, { unique: true })
    await rows().insertOne({ _id: 1, a: 7 })
    const { Double, Long, Decimal128 } = await import('mongodb')
    for (const a of [new Double(7), Long.fromNumber(7), new Decimal128('7.0')]) {
      await expect(rows().insertOne({ _id: 2, a })).rejects.toMatchObject({ code: 11000 })
    }
    await rows().insertOne({ _id: 3 })
    await expect(rows().insertOne({ _id: 4, a: null })).rejects.toMatchObject({
      code: 11000,
      keyValue: { a: null },
    })
    await rows().updateOne({ _id: 1 }, { $set: { b: 1 } })
    await expect(rows().updateOne({ _id: 3 }, { $set: { a: 7 } })).rejects.toMatchObject({ code: 11000 })
    await rows().insertOne({ _id: 5, a: [1, 1, 2] })
    await expect(rows().insertOne({ _id: 6, a: [2] })).rejects.toMatchObject({
      code: 11000,
      keyValue: { a: 2 },
    })
    expect(await rows().countDocuments()).toBe(3)
  })

  test('that is unique is not made over duplicates, and leaves nothing behind.', async () => {
    await rows().insertMany([
      { _id: 1, a: 1 },
      { _id: 2, a: 1 },
    ])
    await expect(rows().createIndex({ a: 1 }, { unique: true })).rejects.toMatchObject({ code: 11000 })
    expect(await rows().indexes()).toHaveLength(1)
    await rows().insertOne({ _id: 3, a: 1 })
    await expect(
      rows().createIndexes([{ key: { b: 1 } }, { key: { a: 1 }, unique: true }]),
    ).rejects.toMatchObject({ code: 11000 })
    expect(await rows().indexes()).toHaveLength(1)
  })

  test('refuses parallel arrays.', async () => {
    await rows().createIndex({ a: 1, b: 1 })
    await expect(rows().insertOne({ _id: 1, a: [1], b: [2] })).rejects.toMatchObject({ code: 171 })
    await rows().insertOne({ _id: 2, a: [1, 2], b: 3 })
    expect(await rows().countDocuments({ a: 2, b: 3 })).toBe(1)
  })

  test('that is partial serves only what it holds.', async () => {
    await rows().createIndex({ a: 1 }, { partialFilterExpression: { b: { $gt: 5 } }, unique: true })
    await rows().insertMany([
      { _id: 1, a: 1, b: 1 },
      { _id: 2, a: 1, b: 2 },
      { _id: 3, a: 1, b: 9 },
    ])
    await expect(rows().insertOne({ _id: 4, a: 1, b: 8 })).rejects.toMatchObject({ code: 11000 })
    expect(await stage({ a: 1 })).toEqual(['COLLSCAN'])
    expect(await stage({ a: 1, b: 7 })).toEqual(['FETCH', 'IXSCAN'])
    expect(await stage({ a: 1, b: { $gte: 5 } })).toEqual(['COLLSCAN'])
    expect(await rows().countDocuments({ a: 1, b: { $gt: 6 } })).toBe(1)
  })

  test('that is hidden is kept up and not used.', async () => {
    await rows().createIndex({ a: 1 }, { hidden: true })
    await rows().insertOne({ _id: 1, a: 1 })
    expect(await stage({ a: 1 })).toEqual(['COLLSCAN'])
    expect(await opened.db.command({ collMod: 'rows', index: { name: 'a_1', hidden: false } })).toMatchObject(
      { hidden_old: true, hidden_new: false },
    )
    expect(await stage({ a: 1 })).toEqual(['FETCH', 'IXSCAN'])
  })

  test('with a collation finds what its language takes for equal.', async () => {
    await rows().createIndex({ name: 1 }, { unique: true, collation: { locale: 'en', strength: 2 } })
    await rows().insertOne({ _id: 1, name: 'Émile' })
    await expect(rows().insertOne({ _id: 2, name: 'ÉMILE' })).rejects.toMatchObject({ code: 11000 })
    const collation = { locale: 'en', strength: 2 }
    expect(await rows().find({ name: 'éMILE' }, { collation }).toArray()).toHaveLength(1)
    expect(await stage({ name: 'x' }, { collation })).toEqual(['FETCH', 'IXSCAN'])
    expect(await stage({ name: 'x' })).toEqual(['COLLSCAN'])
  })
})

test('Indexes and everything else are there again when the folder is opened anew.', async () => {
  const first = await openFolder()
  const { openStore } = await import('../../src/mongo/index.ts')
  const { MongoClient } = await import('mongodb')
  const things = first.db.collection<Row>('things')
  await things.createIndex(
    { a: 1 },
    { unique: true, sparse: true, collation: { locale: 'de' }, name: 'mine' },
  )
  await things.insertMany(Array.from({ length: 3000 }, (_, at) => ({ _id: at, a: at, tags: ['x', at] })))
  await things.createIndex({ tags: 1 })
  await first.db.createCollection('view', { viewOn: 'things', pipeline: [{ $match: { a: { $lt: 5 } } }] })
  const before = await things.indexes()
  await first.client.close()
  await first.store.close()
  const store = await openStore({ folder: first.folder })
  const client = await MongoClient.connect(store.uri)
  const again = client.db('test').collection<Row>('things')
  expect(await again.indexes()).toEqual(before)
  expect(await again.countDocuments()).toBe(3000)
  expect(await again.estimatedDocumentCount()).toBe(3000)
  expect(await again.countDocuments({ tags: 17 })).toBe(1)
  expect(await client.db('test').collection('view').countDocuments()).toBe(5)
  await expect(again.insertOne({ _id: 5000, a: 5 })).rejects.toMatchObject({ code: 11000 })
  await client.close()
  await store.close()
  const { rm } = await import('node:fs/promises')
  await rm(first.folder, { recursive: true })
})
