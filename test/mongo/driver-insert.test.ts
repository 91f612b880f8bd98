import { once } from 'node:events'
import { connect } from 'node:net'
import { BSON, Binary, Decimal128, Double, Long, ObjectId, Timestamp, type Collection } from 'mongodb'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { frame } from '../../src/mongo/wire/frames.ts'
import { openFolder, type Opened } from './with-store.ts'

interface Row {
  _id: unknown
  n?: number
  [field: string]: unknown
}

let opened: Opened
beforeAll(async () => {
  opened = await openFolder()
})
afterAll(() => opened.close())

const rows = (name: string): Collection<Row> => opened.db.collection<Row>(name)
const duplicate = { code: 11000 }

/** Sends a command as these bytes, with a sequence of documents beside it. @returns the reply */
async function send(body: Uint8Array, sequence?: readonly Uint8Array[]): Promise<BSON.Document> {
  const socket = connect(decodeURIComponent(opened.store.uri.slice('mongodb://'.length, -1)))
  const parts: Uint8Array[] = [Buffer.alloc(4), Buffer.from([0]), body]
  if (sequence) {
    const content = Buffer.concat([Buffer.alloc(4), Buffer.from('documents\0'), ...sequence])
    content.writeInt32LE(content.length, 0)
    parts.push(Buffer.from([1]), content)
  }
  socket.write(frame(0, 2013, 1, parts))
  const [chunk] = (await once(socket, 'data')) as [Buffer]
  socket.destroy()
  return BSON.deserialize(chunk.subarray(21))
}

test('#11 An _id that was inserted with nothing else asked for is found, and taken, whatever its type', async () => {
  const many = rows('ids')
  const ids = [
    7,
    'seven',
    new ObjectId(),
    Long.fromString('9007199254740993'),
    new Double(7.5),
    Decimal128.fromString('7.25'),
    new Date(7),
    true,
    null,
    new Binary(Buffer.from('seven')),
    { a: 7 },
    'x'.repeat(500),
    'x'.repeat(3000),
    `${'x'.repeat(3000)}y`,
  ]
  for (const _id of ids) await opened.db.command({ insert: 'ids', documents: [{ _id, n: 1 }] })
  for (const _id of ids) {
    const reply = await opened.db.command({ insert: 'ids', documents: [{ _id, n: 2 }] })
    expect(reply).toMatchObject({ n: 0, writeErrors: [{ ...duplicate, keyPattern: { _id: 1 } }] })
    expect(await many.findOne({ _id: _id as never })).toMatchObject({ n: 1 })
  }
  for (const same of [Long.fromNumber(7), new Double(7), Decimal128.fromString('7.00')]) {
    await expect(many.insertOne({ _id: same })).rejects.toMatchObject(duplicate)
  }
  expect(await many.countDocuments()).toBe(ids.length)
  expect((await opened.db.command({ validate: 'ids', full: true }))['valid']).toBe(true)
})

test('#11 A collection that gets an index, a validator or a cap between two inserts holds the next to it', async () => {
  const one = rows('changing')
  await one.insertOne({ _id: 1, n: 1 })
  await one.createIndex({ n: 1 }, { unique: true })
  await expect(one.insertOne({ _id: 2, n: 1 })).rejects.toMatchObject(duplicate)
  await one.dropIndex('n_1')
  await one.insertOne({ _id: 2, n: 1 })
  await opened.db.command({ collMod: 'changing', validator: { n: { $lt: 5 } } })
  await expect(one.insertOne({ _id: 3, n: 9 })).rejects.toMatchObject({ code: 121 })
  await opened.db.command({ collMod: 'changing', validator: {} })
  await one.insertOne({ _id: 3, n: 9 })
  await one.drop()
  await opened.db.createCollection('changing', { capped: true, size: 4096, max: 2 })
  for (const _id of [4, 5, 6]) await one.insertOne({ _id })
  expect(await one.distinct('_id')).toEqual([5, 6])
  await one.drop()
  await opened.db.createCollection('changing', { collation: { locale: 'en', strength: 1 } })
  await one.insertOne({ _id: 'a' })
  await expect(one.insertOne({ _id: 'A' })).rejects.toMatchObject(duplicate)
  await one.drop()
  await opened.db.createCollection('changing', { viewOn: 'ids' })
  await expect(one.insertOne({ _id: 7 })).rejects.toMatchObject({ code: 166 })
})

test('#11 A document is completed where it has to be: its _id, its place, its empty timestamps', async () => {
  const one = rows('completed')
  await opened.db.command({
    insert: 'completed',
    documents: [{ n: 1 }, { n: 2, _id: 2 }, { _id: 3, at: new Timestamp(0n), in: { at: new Timestamp(0n) } }],
  })
  const [made, moved, stamped] = await one.find<Row>({}).sort({ $natural: 1 }).toArray()
  if (!made || !moved || !stamped) throw new Error('a document is missing')
  expect(made._id).toBeInstanceOf(ObjectId)
  expect(Object.keys(moved)).toEqual(['_id', 'n'])
  expect((stamped['at'] as Timestamp).t).toBeGreaterThan(1_700_000_000)
  expect((stamped['in'] as { at: Timestamp }).at.t).toBe(0)
})

test('#11 One document that is none fails the whole command, and nothing is inserted', async () => {
  const good = BSON.serialize({ _id: 1 })
  const bad = Buffer.from(BSON.serialize({ _id: 2, flag: true }))
  bad[bad.length - 2] = 7
  expect(await send(BSON.serialize({ insert: 'broken', $db: 'test' }), [good, bad])).toMatchObject({
    ok: 0,
    code: 22,
  })
  const body = Buffer.from(
    BSON.serialize({ insert: 'broken', documents: [{ _id: 1 }, { _id: 2, flag: true }], $db: 'test' }),
  )
  body[body.indexOf('flag') + 5] = 7
  expect(await send(body)).toMatchObject({ ok: 0, code: 22 })
  expect(await rows('broken').countDocuments()).toBe(0)
  expect(await send(BSON.serialize({ insert: 'broken', $db: 'test' }), [good])).toMatchObject({ ok: 1, n: 1 })
})

test('#11 A document of too many levels is refused, whether anything but its _id is asked for or not', async () => {
  const nested = (levels: number): object => (levels === 1 ? { end: 1 } : { a: nested(levels - 1) })
  await rows('indexed').createIndex({ n: 1 })
  for (const name of ['plain', 'indexed']) {
    await rows(name).insertOne({ _id: 1, ...nested(180) })
    await expect(rows(name).insertOne({ _id: 2, ...nested(181) })).rejects.toMatchObject({ code: 15 })
    expect(await rows(name).countDocuments()).toBe(1)
  }
})

test('#11 The same command with other documents is checked as the first was', async () => {
  const insert = (documents: unknown[], more: object = {}): Promise<BSON.Document> =>
    opened.db.command({ insert: 'again', documents, ...more })
  expect(await insert([{ _id: 1 }])).toEqual({ n: 1, ok: 1 })
  expect(await insert([{ _id: 2 }, { _id: 3 }])).toEqual({ n: 2, ok: 1 })
  await expect(insert([])).rejects.toMatchObject({ code: 16 })
  await expect(insert([1])).rejects.toMatchObject({ code: 14 })
  expect(await insert([{ _id: [1] }])).toMatchObject({ n: 0, writeErrors: [{ index: 0, code: 53 }] })
  await expect(insert([{ _id: 4 }], { more: 1 })).rejects.toMatchObject({ code: 40415 })
  await expect(insert([{ _id: 4 }], { ordered: 'no' })).rejects.toMatchObject({ code: 14 })
  await expect(insert([{ _id: 4 }], { writeConcern: { w: 2 } })).rejects.toMatchObject({ code: 2 })
  const reply = await insert([{ _id: 1 }, { _id: 5 }], { ordered: false })
  expect(reply).toMatchObject({ n: 1, writeErrors: [{ index: 0, code: 11000 }] })
})
