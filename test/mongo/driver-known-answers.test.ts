import { UUID } from 'bson'
import { Double, type Collection, type CreateIndexesOptions, type Document } from 'mongodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openMemory, type Opened } from './with-store.ts'

let opened: Opened
let rows: Collection<{ _id: unknown; n?: unknown }>
beforeAll(async () => {
  opened = await openMemory()
  rows = opened.db.collection('rows')
})
afterAll(() => opened.close())

describe('distinct', () => {
  it('#11 gives its values in their order', async () => {
    const values = [null, 3, 1, 'b', 2, new Double(1), [5, 'a'], true]
    await rows.insertMany(values.map((n, _id) => ({ _id, n })))
    expect(await rows.distinct('n')).toEqual([null, 1, 2, 3, 5, 'a', 'b', true])
  })
})

describe('a duplicate key', () => {
  it('#11 shows a UUID as one', async () => {
    const _id = new UUID('00000000-0000-0000-0000-000000000001')
    await rows.insertOne({ _id })
    await expect(rows.insertOne({ _id })).rejects.toThrow(
      'index: _id_ dup key: { _id: UUID("00000000-0000-0000-0000-000000000001") }',
    )
  })
})

describe('a projection', () => {
  it.each<[Document, string]>([
    [{ 'foo.c': 1, 'foo.c.d': 1 }, 'Path collision at foo.c.d remaining portion c.d'],
    [{ foo: 1, 'foo.c.d': 1 }, 'Path collision at foo.c.d remaining portion c.d'],
  ])('#11 %j tells what collides', async (projection, errmsg) => {
    const found = rows.find({}, { projection }).toArray()
    await expect(found).rejects.toMatchObject({ code: 31249, errmsg })
    const piped = rows.aggregate([{ $project: projection }]).toArray()
    await expect(piped).rejects.toMatchObject({
      code: 31249,
      errmsg: `Invalid $project :: caused by :: ${errmsg}`,
    })
  })
})

describe('an index that the documents do not allow', () => {
  const build = async (docs: Document[], key: Document): Promise<unknown> => {
    const collection = opened.db.collection(`built${Math.random()}`)
    await collection.insertMany(docs)
    return collection.createIndex(key, { unique: true }).then(
      () => 'built',
      (error: unknown) => error,
    )
  }
  const failed =
    /^Index build failed: [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}: Collection test\.built[.\d]+ \( [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12} \) :: caused by :: /

  it('#11 says which two there are of', async () => {
    const error = await build([{ c: 10 }, { c: 10 }], { c: 1 })
    expect(error).toMatchObject({ code: 11000, keyPattern: { c: 1 }, keyValue: { c: 10 } })
    const { errmsg } = error as { errmsg: string }
    expect(errmsg).toMatch(failed)
    expect(errmsg.replace(failed, '')).toMatch(
      /^E11000 duplicate key error collection: test\.built[.\d]+ index: c_1 dup key: \{ c: 10 \}$/,
    )
  })

  it('#11 says so of arrays beside each other', async () => {
    const error = await build([{ a: [1], b: [2] }], { a: 1, b: 1 })
    expect(error).toMatchObject({ code: 171, errmsg: expect.stringMatching(failed) })
  })
})

describe('a second index of the same key', () => {
  const second = async (options: CreateIndexesOptions): Promise<number | string> => {
    const name = `side${Math.random()}`
    const collection = await opened.db.createCollection(name)
    await collection.createIndex({ a: 1 }, { unique: true, name: 'first' })
    return collection.createIndex({ a: 1 }, options).then(
      (made) => made,
      (error: { code: number }) => error.code,
    )
  }

  it.each<[string, CreateIndexesOptions, number | string]>([
    ['may stand beside it when it is not unique', { name: 'second' }, 'second'],
    ['may stand beside it when it is sparse', { name: 'second', unique: true, sparse: true }, 'second'],
    [
      'may stand beside it when it is partial',
      { name: 'second', unique: true, partialFilterExpression: { a: 1 } },
      'second',
    ],
    ['is it when it has its name', { name: 'first', unique: true }, 'first'],
    ['has another name and nothing else', { name: 'second', unique: true }, 85],
    ['has its name and is sparse', { name: 'first', unique: true, sparse: true }, 86],
    ['has its name and is not unique', { name: 'first' }, 86],
    ['has its name and expires', { name: 'first', unique: true, expireAfterSeconds: 9 }, 85],
  ])('#11 %s', async (_, options, outcome) => {
    expect(await second(options)).toBe(outcome)
  })
})
