import { readdir } from 'node:fs/promises'
import type { Document } from 'mongodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openFolder } from './with-store.ts'

/** 40 MB of documents: more than a sort or a group holds in memory, in an order that is none. */
const COUNT = 10_000
const TEXT = 'x'.repeat(4000)

let opened: Awaited<ReturnType<typeof openFolder>>
beforeAll(async () => {
  opened = await openFolder()
  const rows = opened.db.collection<{ _id: number; a: number; text: string }>('rows')
  for (let from = 0; from < COUNT; from += 2000) {
    await rows.insertMany(
      Array.from({ length: 2000 }, (_, at) => ({
        _id: from + at,
        a: ((from + at) * 7919) % COUNT,
        text: TEXT,
      })),
    )
  }
})
afterAll(() => opened.close())

function aggregate(pipeline: Document[], allowDiskUse?: boolean): Promise<Document[]> {
  const options = allowDiskUse === undefined ? {} : { allowDiskUse }
  return opened.db.collection('rows').aggregate(pipeline, options).toArray()
}

/** Three times the collection: 120 MB. */
const THRICE = [{ $set: { of: [0, 1, 2] } }, { $unwind: '$of' }]

describe('What does not fit in memory', () => {
  test('is sorted through files, by a find and by a stage.', async () => {
    const found = await opened.db
      .collection('rows')
      .find({}, { projection: { a: 1 } })
      .sort({ a: 1 })
      .toArray()
    expect(found.map(({ a }) => a)).toEqual(Array.from({ length: COUNT }, (_, at) => at))
    const staged = await aggregate([{ $sort: { a: -1 } }, { $project: { a: 1 } }, { $skip: 3 }])
    expect(staged.map(({ a }) => a)).toEqual(Array.from({ length: COUNT - 3 }, (_, at) => COUNT - 4 - at))
  })

  test('keeps the order of equals.', async () => {
    const sorted = await aggregate([{ $sort: { text: 1 } }, { $project: { text: 0 } }])
    expect(sorted.map(({ _id }) => _id)).toEqual(Array.from({ length: COUNT }, (_, at) => at))
  })

  test('is grouped through files: each key once, its documents in order.', async () => {
    const pipeline = [
      ...THRICE,
      {
        $group: {
          _id: { a: '$a', text: { $concat: ['$text', { $toString: '$a' }] } },
          n: { $sum: 1 },
          first: { $first: '$of' },
          all: { $push: '$of' },
        },
      },
      { $project: { _id: '$_id.a', n: 1, first: 1, all: 1 } },
    ]
    const groups = await aggregate(pipeline)
    expect(groups.length).toBe(COUNT)
    expect(new Set(groups.map(({ _id }) => _id)).size).toBe(COUNT)
    expect(groups.every(({ n, first, all }) => n === 3 && first === 0 && String(all) === '0,1,2')).toBe(true)
  })

  test('is refused where the disk may not be used.', async () => {
    const refused = { code: 292, codeName: 'QueryExceededMemoryLimitNoDiskUseAllowed' }
    await expect(aggregate([...THRICE, { $sort: { a: 1 } }], false)).rejects.toMatchObject(refused)
    const groups = [
      ...THRICE,
      { $group: { _id: { $concat: ['$text', { $toString: '$a' }, { $toString: '$of' }] } } },
    ]
    await expect(aggregate(groups, false)).rejects.toMatchObject(refused)
    expect(
      await aggregate([{ $sort: { a: 1 } }, { $limit: 2 }, { $project: { a: 1 } }], false),
    ).toMatchObject([{ a: 0 }, { a: 1 }])
  })

  test('is refused where an accumulator keeps it.', async () => {
    await expect(
      aggregate([...THRICE, { $group: { _id: { $mod: ['$a', 20] }, all: { $push: '$$ROOT' } } }]),
    ).rejects.toMatchObject({ code: 146, message: /\$push/ })
  })

  test.each([
    ['$bucketAuto', { $bucketAuto: { groupBy: '$a', buckets: 2 } }],
    ['$facet', { $facet: { n: [{ $count: 'n' }] } }],
    ['$setWindowFields', { $setWindowFields: { sortBy: { a: 1 }, output: { n: { $sum: '$a' } } } }],
  ])('is refused by %s, which has no files.', async (stage, spec) => {
    await expect(aggregate([...THRICE, spec])).rejects.toMatchObject({
      code: 146,
      message: expect.stringContaining(stage) as string,
    })
  })

  test('leaves no files behind.', async () => {
    const cursor = opened.db.collection('rows').find().sort({ a: 1 }).batchSize(2)
    await cursor.next()
    expect((await readdir(opened.folder)).filter((name) => name.startsWith('spill'))).toEqual([])
    await cursor.close()
  })
})
