import { MongoClient, type Collection, type Document } from 'mongodb'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { openStore } from '../../src/mongo/index.ts'
import { openMemory, type Opened } from './with-store.ts'

let opened: Opened
let other: MongoClient
beforeEach(async () => {
  opened = await openMemory()
  other = await MongoClient.connect(opened.store.uri)
})
afterEach(async () => {
  await other.close()
  await opened.close()
})

/** Over one document it makes a thousand million others: it never ends in the time of a test. */
const ENDLESS: Document[] = [
  { $project: { x: { $range: [0, 1000] } } },
  { $unwind: '$x' },
  { $project: { y: { $range: [0, 1000] } } },
  { $unwind: '$y' },
  { $project: { z: { $range: [0, 1000] } } },
  { $unwind: '$z' },
  { $group: { _id: null, n: { $sum: 1 } } },
]

async function rows(count: number): Promise<Collection<{ _id: number; a: number; b: string }>> {
  const collection = opened.db.collection<{ _id: number; a: number; b: string }>('rows')
  for (let from = 0; from < count; from += 5000) {
    await collection.insertMany(
      Array.from({ length: Math.min(5000, count - from) }, (_, at) => {
        const _id = from + at
        return { _id, a: (_id * 7919) % count, b: 'x'.repeat(20) }
      }),
    )
  }
  return collection
}

/** What `currentOp` shows, asked until it shows `count` commands. */
async function operations(count: number): Promise<Document[]> {
  for (;;) {
    const { inprog } = await other.db('admin').command({ currentOp: 1 })
    const found = (inprog as Document[]).filter(({ ns }) => String(ns).startsWith('test.'))
    if (found.length === count) return found
  }
}

function codeOf(promise: Promise<unknown>): Promise<number | string | undefined> {
  return promise.then(
    () => 'done',
    (error: { code?: number }) => error.code,
  )
}

describe('While a long command is at work', () => {
  test.each<[string, (collection: Collection<{ _id: number; a: number; b: string }>) => Promise<unknown>]>([
    ['a scan that finds nothing', (c) => c.find({ a: -1 }).toArray()],
    ['a sort', (c) => c.find().sort({ a: 1 }).toArray()],
    ['a sort for a page', (c) => c.find().sort({ a: 1 }).limit(10).toArray()],
    ['$sort', (c) => c.aggregate([{ $sort: { a: 1 } }, { $group: { _id: '$b' } }]).toArray()],
    ['$group', (c) => c.aggregate([{ $group: { _id: '$a', n: { $sum: 1 } } }]).toArray()],
    ['$facet', (c) => c.aggregate([{ $facet: { all: [{ $count: 'n' }] } }]).toArray()],
    [
      '$setWindowFields',
      (c) => c.aggregate([{ $match: { b: 1 } }, { $setWindowFields: { output: {} } }]).toArray(),
    ],
    ['count', (c) => c.countDocuments({ a: { $gt: -1 } })],
    ['distinct', (c) => c.distinct('b')],
    ['an update of one that is not there', (c) => c.updateOne({ a: -1 }, { $set: { b: '' } })],
    ['an update of many', (c) => c.updateMany({ a: -1 }, { $set: { b: '' } })],
    ['a delete', (c) => c.deleteMany({ a: -1 })],
    ['findOneAndUpdate', (c) => c.findOneAndUpdate({ a: -1 }, { $set: { b: '' } }, { sort: { b: 1 } })],
    ['explain', (c) => c.find({ a: -1 }).explain('executionStats')],
  ])('others are answered: %s', async (_, work) => {
    const collection = await rows(20_000)
    await other.db('test').command({ ping: 1 })
    // Turns of a tenth of their length: the work takes many of them on the fastest machine too.
    const now = performance.now.bind(performance)
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() * 10)
    onTestFinished(() => clock.mockRestore())
    let done = false
    const working = work(collection).then(() => (done = true))
    await operations(1)
    await other.db('test').collection('notes').insertOne({})
    expect(done).toBe(false)
    await working
  })

  test('killOp ends it.', async () => {
    await rows(1)
    const code = codeOf(opened.db.collection('rows').aggregate(ENDLESS).toArray())
    const [operation] = await operations(1)
    expect(operation).toMatchObject({ ns: 'test.rows', op: 'command', command: { aggregate: 'rows' } })
    const shown = await other
      .db('admin')
      .aggregate([{ $currentOp: {} }])
      .toArray()
    expect(shown.map(({ opid }) => opid as number)).toContain(operation?.['opid'])
    await other.db('admin').command({ killOp: 1, op: operation?.['opid'] as number })
    expect(await code).toBe(11601)
    await operations(0)
  })

  test('its client may go, and it ends.', async () => {
    await rows(1)
    const client = await MongoClient.connect(opened.store.uri)
    const code = codeOf(client.db('test').collection('rows').aggregate(ENDLESS).toArray())
    await operations(1)
    await client.close()
    expect(await code).not.toBe('done')
    await operations(0)
  })

  test('maxTimeMS ends it.', async () => {
    await rows(1)
    expect(await codeOf(opened.db.collection('rows').aggregate(ENDLESS, { maxTimeMS: 50 }).toArray())).toBe(
      50,
    )
  })

  test('the store may close.', async () => {
    const store = await openStore({ memory: true })
    const client = await MongoClient.connect(store.uri, { retryReads: false, serverSelectionTimeoutMS: 100 })
    await client.db('test').collection('rows').insertOne({})
    let code: unknown
    const ended = codeOf(client.db('test').collection('rows').aggregate(ENDLESS).toArray()).then((found) => {
      code = found
    })
    // The command is on its way, and this answer comes after it was begun.
    await client.db('test').command({ ping: 1 })
    expect(code).toBe(undefined)
    await store.close()
    await ended
    expect(code).not.toBe('done')
    await client.close()
  })

  test('its collection may be dropped: it fails and says so.', async () => {
    const collection = await rows(20_000)
    const code = codeOf(collection.find({ a: -1 }).toArray())
    await operations(1)
    await other.db('test').dropCollection('rows')
    expect(await code).toBe(175)
  })

  test('its cursor may be killed, and is not for two.', async () => {
    await rows(1)
    const { cursor } = await opened.db.command({
      aggregate: 'rows',
      pipeline: ENDLESS,
      cursor: { batchSize: 0 },
    })
    const { id } = cursor as { id: bigint }
    const code = codeOf(opened.db.command({ getMore: id, collection: 'rows' }))
    await operations(1)
    expect(await codeOf(other.db('test').command({ getMore: id, collection: 'rows' }))).toBe(12051)
    await other.db('test').command({ killCursors: 'rows', cursors: [id] })
    expect(await code).toBe(237)
    expect(await codeOf(other.db('test').command({ getMore: id, collection: 'rows' }))).toBe(43)
  })
})

/** True of every document, after some work on each: a look at thousands is not over before others come. */
const SLOWLY: Document = {
  $expr: { $gt: [{ $size: { $range: [0, { $add: [500, { $mod: ['$_id', 10] }] }] } }, 0] },
}

test('What others change while an update looks for it is looked at again.', async () => {
  const collection = await rows(20_000)
  await collection.updateOne({ _id: 10 }, { $set: { b: 'found' } })
  const filter = { $and: [SLOWLY, { b: 'found' }] }
  const updating = collection.updateMany(filter, { $inc: { a: 1_000_000 } })
  const modifying = collection.findOneAndUpdate(filter, { $set: { b: 'taken' } }, { sort: { a: 1 } })
  await operations(2)
  await other
    .db('test')
    .collection<{ _id: number }>('rows')
    .updateOne({ _id: 10 }, { $set: { b: 'other' } })
  expect(await updating).toMatchObject({ matchedCount: 0 })
  expect(await modifying).toBe(null)
  expect(await collection.findOne({ _id: 10 })).toMatchObject({ a: (10 * 7919) % 20_000, b: 'other' })
})

test('A reader that is let go on sees each document once while others write.', async () => {
  const collection = await rows(20_000)
  const reading = collection.find({ a: { $gte: 0 } }, { batchSize: 20_000 }).toArray()
  await operations(1)
  await other.db('test').collection<{ _id: number }>('rows').deleteOne({ _id: 19_999 })
  await other
    .db('test')
    .collection<{ _id: number }>('rows')
    .updateMany({ _id: { $lt: 100 } }, { $set: { b: 'y' } })
  const ids = (await reading).map(({ _id }) => _id)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids.length).toBe(19_999)
})
