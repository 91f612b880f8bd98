import { mkdtemp, rm } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fs from 'node:fs'
import { MongoClient, type Db, type Document } from 'mongodb'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openStore } from '../../src/mongo/index.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tao-failing-'))
})
afterEach(async () => {
  restore()
  await rm(folder, { recursive: true })
})

/** From now on `fails` says which writes to a log, counted from 1, the system refuses. */
function failWrites(code: string, fails: (write: number) => boolean): void {
  const write = fs.writeSync.bind(fs) as (...args: unknown[]) => number
  let count = 0
  vi.spyOn(fs, 'writeSync').mockImplementation((...args: unknown[]) => {
    // The note of what was synced is not the log, and takes nothing from it.
    const isNote = (args[1] as Buffer).length === 16
    if (!isNote && fails(++count))
      throw Object.assign(new Error(`${code}: the system said so, write`), { code })
    return write(...args)
  })
  syncBuiltinESMExports()
}

function restore(): void {
  vi.restoreAllMocks()
  syncBuiltinESMExports()
}

async function withStore<T>(work: (db: Db) => Promise<T>): Promise<T> {
  const store = await openStore({ folder })
  const client = await MongoClient.connect(store.uri)
  try {
    return await work(client.db('test'))
  } finally {
    await client.close()
    await store.close()
  }
}

interface Row extends Document {
  _id: number
}

/** Everything that keeps something in memory beside what it writes. */
const steps: readonly ((db: Db) => Promise<unknown>)[] = [
  (db) => db.collection<Row>('rows').insertOne({ _id: 1, a: 1 }),
  (db) => db.collection('rows').createIndex({ a: 1 }),
  (db) => db.collection('rows').createIndex({ u: 1 }, { unique: true, sparse: true }),
  (db) => db.collection<Row>('rows').insertOne({ _id: 2, a: [1, 2], u: 1 }),
  (db) => db.collection<Row>('rows').insertOne({ _id: 3, a: [3, 2], u: 2 }),
  (db) => db.collection<Row>('rows').insertOne({ _id: 4, a: 'x'.repeat(3000) }),
  (db) => db.collection<Row>('rows').insertOne({ _id: 5, a: 'x'.repeat(3001) }),
  (db) =>
    db.collection<Row>('rows').updateMany({ a: 2 }, { $set: { seen: true }, $push: { a: 9 } } as object),
  (db) => db.command({ collMod: 'rows', index: { name: 'a_1', hidden: true } }),
  (db) => db.command({ collMod: 'rows', validator: { a: { $exists: true } } }),
  (db) => db.collection<Row>('rows').deleteOne({ _id: 1 }),
  (db) =>
    db
      .collection('rows')
      .aggregate([{ $out: 'copy' }])
      .toArray(),
  (db) => db.createCollection('few', { capped: true, size: 4096, max: 2 }),
  (db) => db.collection<Row>('few').insertMany([{ _id: 1 }, { _id: 2 }, { _id: 3 }]),
  (db) => db.renameCollection('few', 'fewer'),
  (db) => db.collection('rows').dropIndex('u_1'),
  (db) => db.createCollection('seen', { viewOn: 'rows', pipeline: [{ $match: { seen: true } }] }),
  (db) => db.command({ collMod: 'seen', viewOn: 'copy', pipeline: [] }),
  (db) => db.collection('copy').drop(),
  (db) => db.collection<Row>('rows').insertOne({ _id: 6, a: [6, 7] }),
]

/** All there is: names, options, indexes and documents, those found by way of each index, and what `validate` says. */
async function look(db: Db): Promise<unknown> {
  const collections = (await db.listCollections({}, { nameOnly: false }).toArray()).filter(
    ({ name }) => name !== 'system.views',
  )
  return Promise.all(
    collections
      .toSorted((a, b) => a.name.localeCompare(b.name))
      .map(async ({ name, type, options }) => {
        const collection = db.collection<Row>(name)
        const rows = await collection.find().sort({ _id: 1 }).toArray()
        if (type === 'view') return { name, options, rows }
        const indexes = await collection.indexes()
        const { errors, nrecords } = await db.command({ validate: name })
        expect({ errors, nrecords }).toEqual({ errors: [], nrecords: rows.length })
        const values = [1, 2, 3, 6, 'x'.repeat(3000)]
        const found = await Promise.all(values.map((a) => collection.find({ a }).sort({ _id: 1 }).toArray()))
        const scanned = values.map((a) => rows.filter((row) => [row['a']].flat().includes(a)))
        expect(found).toEqual(scanned)
        return { name, options, rows, indexes }
      }),
  )
}

test.each(Array.from({ length: 25 }, (_, at) => at + 1))(
  'A disk that is full at write %i fails that command and no other, and memory and disk agree afterwards.',
  async (full) => {
    const failed: number[] = []
    const before = await withStore(async (db) => {
      failWrites('ENOSPC', (write) => write === full)
      for (const [at, step] of steps.entries()) {
        try {
          await step(db)
        } catch (error) {
          // Those after it may miss what it did not do.
          if (failed.push(at) === 1) expect(error).toMatchObject({ code: 14031 })
        }
      }
      restore()
      return look(db)
    })
    expect(failed.length > 0 || full > steps.length).toBe(true)
    expect(await withStore(look)).toEqual(before)
  },
)

test('A disk that fails otherwise ends all writing until the store is opened anew, and loses nothing.', async () => {
  await withStore(async (db) => {
    const rows = db.collection<Row>('rows')
    await rows.insertMany([{ _id: 1 }, { _id: 2 }])
    failWrites('EIO', (write) => write === 1)
    for (const change of [
      () => rows.insertOne({ _id: 3 }),
      () => rows.updateOne({ _id: 1 }, { $set: { a: 1 } }),
    ]) {
      await expect(change()).rejects.toMatchObject({
        code: 8,
        message: expect.stringMatching(
          /EIO: .* The store takes no more writes until it is opened anew\./,
        ) as string,
      })
    }
    expect(await rows.find().toArray()).toEqual([{ _id: 1 }, { _id: 2 }])
    expect(await rows.estimatedDocumentCount()).toBe(2)
  })
  restore()
  await withStore(async (db) => {
    const rows = db.collection<Row>('rows')
    expect(await rows.find().toArray()).toEqual([{ _id: 1 }, { _id: 2 }])
    await rows.insertOne({ _id: 3 })
  })
})
