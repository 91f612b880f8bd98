import * as fc from 'fast-check'
import { MongoClient, type Db, type Document, type UpdateFilter } from 'mongodb'
import { expect, test } from 'vitest'
import { openStore } from '../../src/mongo/index.ts'
import { openFolder, openMemory } from './with-store.ts'

interface Row extends Document {
  _id: number
}

const id = fc.nat(30)
const scalar = fc.oneof(fc.integer({ min: 0, max: 6 }), fc.constantFrom('x', 'y', null, true))
const value = fc.oneof(
  { weight: 3, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 3 }) },
)
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('insert' as const), _id: id, a: value, b: scalar }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('set' as const), _id: id, a: value, b: scalar }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('push' as const), b: scalar, a: scalar }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('unset' as const), a: scalar }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), a: scalar }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('upsert' as const), _id: id, b: scalar }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('index' as const, 'unique' as const, 'drop' as const) }),
  },
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

/** What a step answers, or the code it failed with. */
async function run(db: Db, one: Step): Promise<unknown> {
  const rows = db.collection<Row>('rows')
  try {
    switch (one.kind) {
      case 'insert':
        return await rows.insertOne({ _id: one._id, a: one.a, b: one.b })
      case 'set':
        return await rows.updateOne({ _id: one._id }, { $set: { a: one.a, b: one.b } })
      case 'push':
        return await rows.updateMany({ b: one.b, a: { $type: 'array' } }, {
          $push: { a: one.a },
        } as unknown as UpdateFilter<Row>)
      case 'unset':
        return await rows.updateMany({ a: one.a }, { $unset: { a: 1 }, $inc: { n: 1 } })
      case 'delete':
        return await rows.deleteMany({ a: one.a })
      case 'upsert':
        return await rows.findOneAndUpdate(
          { _id: one._id },
          { $set: { b: one.b } },
          { upsert: true, returnDocument: 'after' },
        )
      case 'index':
        return await rows.createIndex({ a: 1, b: -1 })
      case 'unique':
        return await rows.createIndex({ b: 1 }, { unique: true, partialFilterExpression: { b: { $gt: 3 } } })
      case 'drop':
        return await rows.dropIndexes()
    }
  } catch (error) {
    return (error as { code?: number }).code
  }
}

test('Random writes give the same on disk and in memory, before and after opening anew, and indexes that agree.', async () => {
  const memory = await openMemory()
  const disk = await openFolder()
  let { store, client } = disk
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), fc.boolean(), async (steps, anew) => {
        await memory.db.dropDatabase()
        await client.db('test').dropDatabase()
        for (const one of [{ kind: 'index' as const }, ...steps]) {
          expect(await run(client.db('test'), one)).toEqual(await run(memory.db, one))
        }
        if (anew) {
          await client.close()
          await store.close()
          store = await openStore({ folder: disk.folder })
          client = await MongoClient.connect(store.uri)
        }
        const all = await memory.db.collection<Row>('rows').find().toArray()
        expect(await client.db('test').collection<Row>('rows').find().toArray()).toEqual(all)
        for (const db of [memory.db, client.db('test')]) {
          const indexes = await db.listCollections({ name: 'rows' }).toArray()
          if (indexes.length === 0) continue
          expect(await db.command({ validate: 'rows' })).toMatchObject({
            valid: true,
            errors: [],
            nrecords: all.length,
          })
        }
      }),
      { numRuns: 60 },
    )
  } finally {
    await client.close()
    await store.close()
    await memory.close()
    await disk.close()
  }
}, 60_000)
