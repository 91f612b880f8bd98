import type { Document } from 'mongodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openMemory, type Opened } from './with-store.ts'

let opened: Opened
beforeAll(async () => {
  opened = await openMemory()
  await opened.db.collection<{ _id: number }>('six').insertMany([1, 2, 3, 4, 5, 6].map((_id) => ({ _id })))
})
afterAll(() => opened.close())

/** The sizes of the batches a command's cursor gives, and whether it was left open after each. */
async function batches(command: Document): Promise<[number, boolean][]> {
  const { db } = opened
  const { cursor } = await db.command(command)
  const seen: [number, boolean][] = [[cursor.firstBatch.length, Number(cursor.id) !== 0]]
  let { id } = cursor
  while (Number(id) !== 0) {
    const more = await db.command({ getMore: id, collection: 'six', batchSize: command['batchSize'] ?? 2 })
    id = more['cursor'].id
    seen.push([more['cursor'].nextBatch.length, Number(id) !== 0])
  }
  return seen
}

describe('a batch that is full', () => {
  const open = (...sizes: number[]): [number, boolean][] =>
    sizes.map((size, at) => [size, at < sizes.length - 1])

  it.each<[string, Document, number[]]>([
    ['leaves a scan open', { find: 'six', batchSize: 2 }, [2, 2, 2, 0]],
    ['leaves a scan open in the first batch', { find: 'six', batchSize: 6 }, [6, 0]],
    ['ends one that was not', { find: 'six', batchSize: 4 }, [4, 2]],
    ['leaves one by an index open', { find: 'six', filter: { _id: { $gt: 0 } }, batchSize: 3 }, [3, 3, 0]],
    ['ends at the limit', { find: 'six', batchSize: 2, limit: 4 }, [2, 2]],
    ['leaves one open whose limit is beyond', { find: 'six', batchSize: 3, limit: 7 }, [3, 3, 0]],
    ['ends what was sorted', { find: 'six', batchSize: 2, sort: { a: 1 } }, [2, 2, 2]],
    ['ends at the only document of an _id', { find: 'six', batchSize: 1, filter: { _id: 1 } }, [1]],
    [
      'leaves a pipeline open',
      { aggregate: 'six', pipeline: [{ $match: {} }], cursor: { batchSize: 2 } },
      [2, 2, 2, 0],
    ],
    ['of none only opens', { find: 'six', batchSize: 0 }, [0, 6]],
  ])('#11 %s', async (_, command, sizes) => {
    expect(await batches(command)).toEqual(open(...sizes))
  })
})

describe('a tailing cursor', () => {
  it('#11 has nothing to go on behind in an empty collection', async () => {
    await opened.db.createCollection('empty', { capped: true, size: 4096 })
    const { cursor } = await opened.db.command({ find: 'empty', tailable: true, awaitData: true })
    expect(Number(cursor.id)).toBe(0)
  })
})

describe('$currentOp', () => {
  it('#11 shows the command it is asked by', async () => {
    const admin = opened.client.db('admin')
    const pipeline = [{ $currentOp: { localOps: true } }]
    expect((await admin.aggregate(pipeline).toArray()).map(({ command }) => command)).toContainEqual(
      expect.objectContaining({ aggregate: 1, pipeline, cursor: {}, $db: 'admin' }),
    )
    const { inprog } = await admin.command({ currentOp: 1 })
    expect(inprog).toContainEqual(
      expect.objectContaining({ command: expect.objectContaining({ currentOp: 1 }) }),
    )
  })
})

describe('explain of a pipeline', () => {
  it('#11 takes one without stages', async () => {
    const { queryPlanner } = await opened.db.collection('six').aggregate([]).explain()
    expect(queryPlanner.winningPlan).toMatchObject({ stage: 'COLLSCAN' })
  })

  it('#11 takes no write concern', async () => {
    const command = { aggregate: 'six', pipeline: [], explain: true, writeConcern: { w: 1 } }
    await expect(opened.db.command(command)).rejects.toMatchObject({ code: 9, codeName: 'FailedToParse' })
  })
})

describe('getMore', () => {
  it('#11 takes a time only for a cursor that waits for documents', async () => {
    const { db } = opened
    const { cursor } = await db.command({ find: 'six', batchSize: 1 })
    await expect(db.command({ getMore: cursor.id, collection: 'six', maxTimeMS: 100 })).rejects.toMatchObject(
      {
        code: 2,
        message: 'cannot set maxTimeMS on getMore command for a non-awaitData cursor',
      },
    )
  })
})
