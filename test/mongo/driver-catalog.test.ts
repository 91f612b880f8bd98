import type { Document } from 'mongodb'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openMemory, type Opened } from './with-store.ts'

let opened: Opened
beforeAll(async () => {
  opened = await openMemory()
})
afterAll(() => opened.close())
beforeEach(() => opened.db.dropDatabase())

interface Row extends Document {
  _id: number
}

describe('A view', () => {
  test('answers finds, counts, distincts and pipelines, and takes no writes.', async () => {
    const { db } = opened
    await db.collection<Row>('rows').insertMany([1, 2, 3, 4].map((_id) => ({ _id, a: _id % 2, b: _id })))
    const odd = await db.createCollection<Row>('odd', {
      viewOn: 'rows',
      pipeline: [{ $match: { a: 1 } }, { $unset: 'a' }],
    })
    await db.createCollection('big', { viewOn: 'odd', pipeline: [{ $match: { b: { $gt: 1 } } }] })
    expect(await odd.find().sort({ _id: -1 }).toArray()).toEqual([
      { _id: 3, b: 3 },
      { _id: 1, b: 1 },
    ])
    expect(await odd.find({ b: 3 }, { projection: { b: 1, _id: 0 } }).toArray()).toEqual([{ b: 3 }])
    expect(await db.collection('big').find().toArray()).toEqual([{ _id: 3, b: 3 }])
    expect(await odd.countDocuments({ b: { $gte: 1 } })).toBe(2)
    expect(await odd.estimatedDocumentCount()).toBe(2)
    expect(await odd.distinct('b')).toEqual([1, 3])
    expect(await odd.aggregate([{ $group: { _id: null, sum: { $sum: '$b' } } }]).toArray()).toEqual([
      { _id: null, sum: 4 },
    ])
    const looked = [
      { $lookup: { from: 'odd', localField: '_id', foreignField: '_id', as: 'found' } },
      { $match: { 'found.0': { $exists: true } } },
    ]
    expect(await db.collection('rows').aggregate(looked).toArray()).toHaveLength(2)
    const writes = [
      () => odd.insertOne({ _id: 9 }),
      () => odd.updateOne({}, { $set: { a: 1 } }),
      () => odd.deleteMany({}),
      () => odd.createIndex({ a: 1 }),
    ]
    for (const write of writes) await expect(write()).rejects.toMatchObject({ code: 166 })
    expect((await db.listCollections({ type: 'view' }).toArray()).map(({ name }) => name).toSorted()).toEqual(
      ['big', 'odd'],
    )
    await db.command({ collMod: 'odd', viewOn: 'rows', pipeline: [] })
    expect(await odd.countDocuments()).toBe(4)
    expect(await odd.drop()).toBe(true)
  })

  test('over itself or with a stage that writes is refused.', async () => {
    const { db } = opened
    await db.createCollection('one', { viewOn: 'two', pipeline: [] })
    await expect(db.createCollection('two', { viewOn: 'one', pipeline: [] })).rejects.toMatchObject({
      code: 5,
    })
    await expect(
      db.createCollection('three', { viewOn: 'x', pipeline: [{ $out: 'y' }] }),
    ).rejects.toMatchObject({ code: 167 })
    await expect(
      db.createCollection('four', { viewOn: 'x', pipeline: [{ $nonsense: 1 }] }),
    ).rejects.toMatchObject({ code: 40324 })
  })
})

describe('Views on views', () => {
  test('make no circle, through what their stages read either.', async () => {
    const { db } = opened
    const from = { localField: 'a', foreignField: 'a', as: 'b' }
    await db.createCollection('c', { viewOn: 'b', pipeline: [{ $unionWith: 'rows' }] })
    const circles: Document[][] = [
      [{ $lookup: { from: 'c', ...from } }],
      [{ $lookup: { from: 'rows', pipeline: [{ $unionWith: { coll: 'c' } }], as: 'b' } }],
      [
        {
          $graphLookup: {
            from: 'c',
            startWith: '$a',
            connectFromField: 'a',
            connectToField: 'b',
            as: 'c',
          },
        },
      ],
      [{ $facet: { a: [{ $unionWith: 'c' }] } }],
    ]
    for (const pipeline of circles) {
      await expect(db.createCollection('b', { viewOn: 'rows', pipeline })).rejects.toMatchObject({
        code: 5,
        message: 'View cycle detected: test.b => test.c => test.b',
      })
    }
    await db.createCollection('b', { viewOn: 'rows', pipeline: [] })
    await expect(db.command({ collMod: 'b', viewOn: 'c', pipeline: [] })).rejects.toMatchObject({ code: 5 })
  })

  test('are at most twenty.', async () => {
    const { db } = opened
    for (let i = 1; i <= 20; i++) await db.createCollection(`v${i}`, { viewOn: `v${i - 1}`, pipeline: [] })
    await db.collection('v0').insertOne({ a: 1 })
    expect(await db.collection('v20').countDocuments()).toBe(1)
    const tooHigh = { code: 165, message: 'View depth limit exceeded; maximum depth is 20' }
    await expect(db.createCollection('v21', { viewOn: 'v20', pipeline: [] })).rejects.toMatchObject(tooHigh)
    await db.createCollection('under', { viewOn: 'rows', pipeline: [] })
    await expect(db.command({ collMod: 'v1', viewOn: 'under', pipeline: [] })).rejects.toMatchObject(tooHigh)
  })

  test('compare as the view does, whatever is under it.', async () => {
    const { db } = opened
    const collation = { locale: 'en', strength: 2 }
    const rows = await db.createCollection('rows', { collation })
    await rows.insertMany([{ a: 'x' }, { a: 'X' }])
    const plain = await db.createCollection('plain', { viewOn: 'rows', pipeline: [] })
    const blind = await db.createCollection('blind', { viewOn: 'rows', pipeline: [], collation })
    expect(await plain.countDocuments({ a: 'x' })).toBe(1)
    expect(await plain.distinct('a')).toEqual(['X', 'x'])
    expect(await blind.find({ a: 'x' }).toArray()).toHaveLength(2)
    expect(await blind.distinct('a')).toEqual(['x'])
    expect(await blind.distinct('a', {}, { collation })).toEqual(['x'])
    expect(await blind.find({ a: 'x' }, { collation }).toArray()).toHaveLength(2)
    const override = { code: 167, message: "Cannot override a view's default collation" }
    const other = { collation: { locale: 'fr' } }
    for (const view of [plain, blind]) {
      await expect(view.find({}, other).toArray()).rejects.toMatchObject(override)
      await expect(view.aggregate([], other).toArray()).rejects.toMatchObject(override)
      await expect(view.countDocuments({}, other)).rejects.toMatchObject(override)
      await expect(view.distinct('a', {}, other)).rejects.toMatchObject(override)
      await expect(view.find({}, other).explain()).rejects.toMatchObject(override)
    }
    for (const one of [rows, blind]) {
      const { queryPlanner } = await one.find({ a: 'x' }).explain('queryPlanner')
      expect(queryPlanner).toMatchObject({ namespace: 'test.rows', collation })
    }
    expect((await plain.find({ a: 'x' }).explain('queryPlanner'))['queryPlanner']).not.toHaveProperty(
      'collation',
    )
    const joins = [
      { $lookup: { from: 'blind', localField: 'a', foreignField: 'a', as: 'b' } },
      { $facet: { a: [{ $unionWith: 'blind' }] } },
    ]
    for (const join of joins) {
      expect(await rows.aggregate([join]).toArray()).not.toEqual([])
      await expect(plain.aggregate([join]).toArray()).rejects.toMatchObject({
        code: 167,
        message: "Cannot override a view's default collationtest.blind",
      })
    }
    await expect(db.createCollection('over', { viewOn: 'blind', pipeline: [] })).rejects.toMatchObject({
      code: 167,
      message: 'View test.over has conflicting collation with view test.blind',
    })
  })
})

describe('A validator', () => {
  test('refuses what it must, with the reasons; moderate lets old sins be.', async () => {
    const { db } = opened
    const people = await db.createCollection<Row>('people', {
      validator: {
        $jsonSchema: { bsonType: 'object', required: ['name'], properties: { name: { bsonType: 'string' } } },
      },
    })
    await people.insertOne({ _id: 1, name: 'Ada' })
    const refused = people.insertOne({ _id: 2, name: 5 })
    await expect(refused).rejects.toMatchObject({
      code: 121,
      errInfo: { failingDocumentId: 2, details: { operatorName: '$jsonSchema' } },
    })
    await expect(people.updateOne({ _id: 1 }, { $unset: { name: 1 } })).rejects.toMatchObject({ code: 121 })
    await people.insertOne({ _id: 3 }, { bypassDocumentValidation: true })
    await expect(people.updateOne({ _id: 3 }, { $set: { age: 1 } })).rejects.toMatchObject({ code: 121 })
    await db.command({ collMod: 'people', validationLevel: 'moderate' })
    await people.updateOne({ _id: 3 }, { $set: { age: 1 } })
    await expect(people.updateOne({ _id: 1 }, { $set: { name: 1 } })).rejects.toMatchObject({ code: 121 })
    await db.command({ collMod: 'people', validationAction: 'warn' })
    await people.insertOne({ _id: 4 })
    expect(await db.listCollections({ name: 'people' }, { nameOnly: false }).next()).toMatchObject({
      options: { validationLevel: 'moderate', validationAction: 'warn' },
    })
  })
})

describe('A capped collection', () => {
  test('forgets the oldest by number and by size.', async () => {
    const few = await opened.db.createCollection<Row>('few', { capped: true, size: 4096, max: 3 })
    for (let _id = 1; _id <= 5; _id++) await few.insertOne({ _id })
    expect((await few.find().toArray()).map(({ _id }) => _id)).toEqual([3, 4, 5])
    expect((await few.find().sort({ $natural: -1 }).toArray()).map(({ _id }) => _id)).toEqual([5, 4, 3])
    expect(await few.isCapped()).toBe(true)
    const small = await opened.db.createCollection<Row>('small', { capped: true, size: 1000 })
    for (let _id = 1; _id <= 50; _id++) await small.insertOne({ _id, text: 'x'.repeat(100) })
    const left = await small.countDocuments()
    expect(left).toBeGreaterThan(3)
    expect(left).toBeLessThan(12)
    await expect(opened.db.createCollection('none', { capped: true })).rejects.toMatchObject({ code: 72 })
  })

  test('is made of another, which loses its oldest documents and its indexes.', async () => {
    const { db } = opened
    const log = db.collection<Row>('log')
    await log.createIndex({ a: 1 })
    await log.insertMany(Array.from({ length: 20 }, (_, _id) => ({ _id, text: 'x'.repeat(100) })))
    await db.command({ cloneCollectionAsCapped: 'log', toCollection: 'end', size: 600 })
    expect(await log.countDocuments()).toBe(20)
    const kept = (await db.collection<Row>('end').find().toArray()).map(({ _id }) => _id)
    expect(kept.at(-1)).toBe(19)
    expect(kept.length).toBeLessThan(8)
    await db.command({ convertToCapped: 'log', size: 600 })
    expect((await log.find().toArray()).map(({ _id }) => _id)).toEqual(kept)
    expect(await log.options()).toEqual({ capped: true, size: 768 })
    expect(await log.indexes()).toHaveLength(1)
    await log.insertOne({ _id: 20, text: 'x'.repeat(100) })
    expect((await log.find().sort({ $natural: -1 }).toArray())[0]?._id).toBe(20)
    expect((await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name)).toEqual(
      expect.not.arrayContaining([expect.stringMatching(/^tmp/)]),
    )
    await expect(db.command({ convertToCapped: 'none', size: 600 })).rejects.toMatchObject({ code: 26 })
    await expect(
      db.command({ cloneCollectionAsCapped: 'log', toCollection: 'end', size: 600 }),
    ).rejects.toMatchObject({ code: 48 })
    await expect(db.command({ convertToCapped: 'log', size: 0 })).rejects.toMatchObject({ code: 2 })
  })

  test('is followed by a tailing cursor.', async () => {
    const log = await opened.db.createCollection<Row>('log', { capped: true, size: 4096 })
    await log.insertOne({ _id: 1 })
    const cursor = log.find({}, { tailable: true, awaitData: true, maxAwaitTimeMS: 2000 })
    expect(await cursor.next()).toEqual({ _id: 1 })
    const next = cursor.next()
    await log.insertOne({ _id: 2 })
    expect(await next).toEqual({ _id: 2 })
    await cursor.close()
    await opened.db.collection('rows').insertOne({ a: 1 })
    await expect(opened.db.collection('rows').find({}, { tailable: true }).toArray()).rejects.toMatchObject({
      code: 2,
    })
  })
})

describe('The catalog', () => {
  test('refuses names and options a server refuses.', async () => {
    const { db, client } = opened
    await db.createCollection('there')
    await expect(db.createCollection('there', { capped: true, size: 100 })).rejects.toMatchObject({
      code: 48,
    })
    for (const name of ['a$b', 'system.mine', '.a', 'a.', 'a\0b', 'x'.repeat(300)]) {
      await expect(db.command({ create: name }), name).rejects.toMatchObject({ code: 73 })
    }
    await expect(db.command({ create: 'x', nonsense: 1 })).rejects.toMatchObject({ code: 40415 })
    await expect(db.command({ create: 'x', timeseries: { timeField: 't' } })).rejects.toMatchObject({
      code: 115,
    })
    await expect(client.db('Test').collection('x').insertOne({})).rejects.toMatchObject({ code: 13297 })
    await expect(db.collection('none').rename('x')).rejects.toMatchObject({ code: 26 })
    await db.createCollection('other')
    await expect(db.collection('there').rename('other')).rejects.toMatchObject({ code: 48 })
    await db.collection('there').rename('other', { dropTarget: true })
    expect((await db.listCollections().toArray()).map(({ name }) => name)).toEqual(['other'])
  })

  test('moves a collection to another database with its indexes.', async () => {
    const { db, client } = opened
    await db.collection('rows').insertMany([{ a: 1 }, { a: 2 }])
    await db.collection('rows').createIndex({ a: 1 })
    await client.db('admin').command({ renameCollection: 'test.rows', to: 'elsewhere.lines' })
    const lines = client.db('elsewhere').collection('lines')
    expect(await lines.countDocuments({ a: 2 }, { hint: 'a_1' })).toBe(1)
    expect(await db.listCollections().toArray()).toEqual([])
    await client.db('elsewhere').dropDatabase()
  })

  test('tells sizes and checks itself.', async () => {
    const { db } = opened
    await db.collection<Row>('rows').insertMany([
      { _id: 1, a: [1, 2] },
      { _id: 2, a: 3 },
    ])
    await db.collection('rows').createIndex({ a: 1 })
    expect(await db.stats()).toMatchObject({ db: 'test', collections: 1, objects: 2, indexes: 2 })
    expect(await db.command({ collStats: 'rows' })).toMatchObject({ count: 2, nindexes: 2, capped: false })
    expect(await db.command({ validate: 'rows' })).toMatchObject({
      valid: true,
      nrecords: 2,
      keysPerIndex: { _id_: 2, a_1: 3 },
    })
    expect(
      await db
        .collection('rows')
        .aggregate([{ $collStats: { count: {} } }])
        .toArray(),
    ).toMatchObject([{ count: 2 }])
    expect(
      await db
        .collection('rows')
        .aggregate([{ $indexStats: {} }])
        .toArray(),
    ).toHaveLength(2)
  })
})
