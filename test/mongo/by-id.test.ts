import { serialize } from 'bson'
import * as fc from 'fast-check'
import { Binary, Decimal128, Double, Long, ObjectId } from 'mongodb'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openFolder, type Opened } from './with-store.ts'

let opened: Opened
beforeAll(async () => {
  opened = await openFolder()
})
afterAll(() => opened.close())

const id = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.integer({ min: -3, max: 3 }).map((n) => new Double(n + 0.5)),
  fc.integer({ min: -3, max: 3 }).map((n) => Long.fromNumber(n)),
  fc.integer({ min: -3, max: 3 }).map((n) => Decimal128.fromString(`${n}.0`)),
  fc.constantFrom('', 'a', 'a\0b', 'x'.repeat(3000), true, false),
  fc.constantFrom(new ObjectId('0'.repeat(24)), new ObjectId('f'.repeat(24)), new Binary(Buffer.from('ab'))),
  fc.integer({ min: 0, max: 2 }).map((n) => new Date(n)),
  fc.record({ a: fc.integer({ min: 0, max: 2 }) }),
)

/** What a command answers, as bytes: no number loses its type. */
async function raw(command: object): Promise<Buffer> {
  return Buffer.from(serialize(await opened.db.command(command, { promoteValues: false })))
}

// One document by its `_id` takes a shorter way than others: it must come to the same end.
test('#11 A find by _id answers with the bytes a look at every document would.', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(id, { maxLength: 12 }),
      fc.array(id, { maxLength: 6 }),
      async (there, asked) => {
        await opened.db.dropDatabase()
        for (const [n, _id] of there.entries()) {
          const row = { _id, n, same: new Double(1), zero: -0 }
          await opened.db.command({ insert: 'rows', documents: [row] })
        }
        for (const one of [...asked, ...there]) {
          for (const more of [
            {},
            { limit: 1 },
            { limit: 1, singleBatch: true },
            { projection: { n: 1 } },
            { skip: 1 },
          ]) {
            const quick = await raw({ find: 'rows', filter: { _id: one }, ...more })
            const slow = await raw({ find: 'rows', filter: { _id: one }, hint: { $natural: 1 }, ...more })
            expect(Buffer.compare(quick, slow)).toBe(0)
          }
        }
      },
    ),
    { numRuns: 8 },
  )
}, 60_000)

test('#11 Documents are stored as they came, within the command or beside it.', async () => {
  const rows = [
    { _id: 1, double: new Double(1), long: Long.fromNumber(2), 10: 'integer-like', 2: 'names' },
    { _id: 2, nested: { list: [{ a: 1 }, [{ b: 2 }]], documents: [{ c: 3 }] } },
  ]
  await opened.db.dropDatabase()
  await opened.db.command({ insert: 'inside', documents: rows, comment: [{ not: 'a document to insert' }] })
  await opened.db.collection<{ _id: number }>('beside').insertMany(rows)
  for (const name of ['inside', 'beside']) {
    const answer = await raw({ find: name, filter: {}, sort: { _id: 1 } })
    for (const row of rows) expect(answer.includes(Buffer.from(serialize(row)))).toBe(true)
  }
})

test('#11 An id that was taken stays taken, whatever the order ids come in.', async () => {
  await opened.db.dropDatabase()
  const rows = opened.db.collection<{ _id: number }>('rows')
  const taken = (_id: number) => expect(rows.insertOne({ _id })).rejects.toMatchObject({ code: 11000 })
  await rows.insertMany([{ _id: 5 }, { _id: 9 }])
  await taken(9)
  await taken(5)
  await rows.insertOne({ _id: 7 })
  await taken(7)
  await rows.deleteOne({ _id: 9 })
  await rows.insertOne({ _id: 9 })
  await taken(9)
  await expect(rows.insertMany([{ _id: 12 }, { _id: 12 }])).rejects.toMatchObject({ code: 11000 })
  await taken(12)
  expect(await rows.countDocuments()).toBe(4)
})
