import { Long, MongoClient, type Document } from 'mongodb'
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

describe('The server', () => {
  test('answers what a shell and a graphical client ask when they connect.', async () => {
    const admin = opened.client.db('admin')
    const asked: Document[] = [
      { hello: 1 },
      { ismaster: 1 },
      { ping: 1 },
      { buildInfo: 1 },
      { buildinfo: 1 },
      { hostInfo: 1 },
      { whatsmyuri: 1 },
      { connectionStatus: 1, showPrivileges: true },
      { getCmdLineOpts: 1 },
      { serverStatus: 1 },
      { listDatabases: 1, nameOnly: true },
      { getParameter: 1, featureCompatibilityVersion: 1 },
      { getParameter: '*' },
      { getParameter: { allParameters: true, showDetails: true } },
      { getLog: 'startupWarnings' },
      { getFreeMonitoringStatus: 1 },
      { fsync: 1 },
      { listCommands: 1 },
      { connPoolStats: 1 },
      { lockInfo: 1 },
    ]
    for (const command of asked)
      expect(await admin.command(command), JSON.stringify(command)).toMatchObject({ ok: 1 })
    expect(await admin.command({ hello: 1 })).toMatchObject({
      isWritablePrimary: true,
      maxWireVersion: 25,
      maxBsonObjectSize: 16_777_216,
    })
    const details = { getParameter: { showDetails: true }, quiet: 1 }
    expect(await admin.command(details)).toEqual({
      quiet: { value: false, settableAtRuntime: false, settableAtStartup: false },
      ok: 1,
    })
    await expect(admin.command({ getParameter: 1, nonsense: 1 })).rejects.toMatchObject({ code: 72 })
    expect((await admin.command({ buildInfo: 1 }))['version']).toMatch(/^8\.0\./)
  })

  test('tells the size of a collection and that nothing is profiled.', async () => {
    const { db } = opened
    await db.collection<Row>('rows').insertMany([{ _id: 1 }, { _id: 2 }])
    const asked = { dataSize: `${db.databaseName}.rows` }
    const told = { estimate: false, size: 28, numObjects: 2, ok: 1 }
    expect(await db.command(asked)).toMatchObject(told)
    expect(await db.command({ dataSize: `${db.databaseName}.none` })).toMatchObject({
      size: 0,
      numObjects: 0,
    })
    for (const level of [-1, 0])
      expect(await db.command({ profile: level })).toEqual({ was: 0, slowms: 100, sampleRate: 1, ok: 1 })
    expect(await db.profilingLevel()).toBe('off')
  })

  test.each([
    [{ nonsense: 1 }, 59],
    [{ getDefaultRWConcern: 1 }, 51300],
    [{ saslStart: 1, mechanism: 'SCRAM-SHA-256', payload: '' }, 18],
    [{ createUser: 'me', pwd: 'x', roles: [] }, 59],
    [{ mapReduce: 'rows', map: 'x', reduce: 'y', out: 'z' }, 115],
    [{ replSetGetStatus: 1 }, 76],
    [{ profile: 1 }, 115],
    [{ profile: 0, slowms: 5 }, 115],
    [{ dataSize: 'test.rows', min: { _id: 1 } }, 115],
    [{ dataSize: 'nonsense' }, 73],
    [{ aggregate: 'rows', pipeline: [{ $documents: [] }], cursor: {} }, 73],
    [{ aggregate: 1, pipeline: [{ $match: {} }], cursor: {} }, 73],
    [{ aggregate: 1, pipeline: [], cursor: {} }, 73],
    [{ aggregate: 'rows', pipeline: [{ $match: {} }, { $documents: [] }], cursor: {} }, 40602],
    [
      { aggregate: 'rows', pipeline: [{ $unionWith: { coll: 'a', pipeline: [{ $out: 'b' }] } }], cursor: {} },
      31441,
    ],
    [{ aggregate: 'rows', pipeline: [{ $project: { 'a.$': 1 } }], cursor: {} }, 31324],
    [{ find: 'rows', let: { Big: 1 } }, 9],
    [{ find: 'rows', limit: -1 }, 51024],
    [{ find: 'rows', sort: { $natural: 1, a: 1 } }, 2],
    [{ delete: 'rows', deletes: [{ q: {}, limit: 2 }] }, 9],
    [{ delete: 'rows', deletes: [{ q: {}, limit: 0.5 }] }, 9],
    [{ delete: 'rows', deletes: [{ q: {} }] }, 40414],
    [{ update: 'rows', updates: [{ q: {} }] }, 40414],
    [{ update: 'rows', updates: [{ q: {}, u: {}, nonsense: 1 }] }, 40415],
    [{ createIndexes: 'rows', indexes: [{ key: { a: 1 }, name: 'a', v: 0 }] }, 67],
    [{ createIndexes: 'rows', indexes: [{ key: { a: 1 }, name: 'a', v: 1.5 }] }, 2],
    [{ createIndexes: 'rows', indexes: [{ key: { a: 1 }, name: 'a', v: '2' }] }, 14],
    [{ find: 'rows', let: { 'a.b': 1 } }, 9],
    [{ getClusterParameter: '*' }, 115],
    [{ find: 'rows', filter: 5 }, 14],
    [{ find: 'rows', nonsense: 1 }, 40415],
    [{ find: 5 }, 73],
    [{ find: 'rows', skip: -1 }, 51024],
    [{ insert: 'rows' }, 40414],
    [{ insert: 'rows', documents: [] }, 16],
    [{ insert: 'rows', documents: [{}], writeConcern: { w: 2 } }, 2],
    [{ insert: 'rows', documents: [{}], writeConcern: { nonsense: 2 } }, 9],
    [{ aggregate: 'rows', pipeline: [] }, 9],
    [{ aggregate: 'rows', pipeline: [{ $changeStream: {} }], cursor: {} }, 40573],
    [{ aggregate: 'rows', pipeline: [{ $nope: {} }], cursor: {} }, 40324],
    [{ getMore: Long.fromNumber(5), collection: 'rows' }, 43],
    [{ find: 'rows', readConcern: { level: 'snapshot' } }, 123],
    [{ findAndModify: 'rows', query: {} }, 9],
    [{ find: 'rows', filter: { $where: 'true' } }, 115],
    [{ find: 'rows', maxTimeMS: -1 }, 2],
    [{ ping: 1, apiVersion: '2' }, 322],
    [{ listCommands: 1, apiVersion: '1', apiStrict: true }, 323],
  ])('refuses %j with code %i.', async (command, code) => {
    await expect(opened.db.command(command)).rejects.toMatchObject({ code })
  })

  test('refuses a bulk write as a whole when one of its operations names no namespace.', async () => {
    const ops = [
      { insert: 0, document: { _id: 1 } },
      { insert: 5, document: { _id: 2 } },
    ]
    const asked = { bulkWrite: 1, ops, nsInfo: [{ ns: `${opened.db.databaseName}.rows` }] }
    await expect(opened.client.db('admin').command(asked)).rejects.toMatchObject({
      code: 2,
      message: 'BulkWrite ops entry { insert: 5, document: { _id: 2 } } has an invalid nsInfo index.',
    })
    expect(await opened.db.collection('rows').countDocuments()).toBe(0)
  })

  test('refuses transactions and change streams in the words of a standalone.', async () => {
    const session = opened.client.startSession()
    // The driver puts this server's words into its own advice.
    const wanted = /retryable writes|Transaction numbers are only allowed/
    await expect(
      session.withTransaction(() => opened.db.collection('rows').insertOne({ a: 1 }, { session }), {
        timeoutMS: 500,
      }),
    ).rejects.toThrow(wanted)
    await session.endSession()
    await opened.client.withSession(async (inside) => {
      await opened.db.collection('rows').insertOne({ a: 1 }, { session: inside })
      expect(await opened.db.collection('rows').countDocuments({}, { session: inside })).toBe(1)
    })
  })

  test('stops at maxTimeMS.', async () => {
    const rows = opened.db.collection<Row>('rows')
    await rows.insertMany(Array.from({ length: 20_000 }, (_, _id) => ({ _id, text: 'x'.repeat(50) })))
    const slow = { $expr: { $gt: [{ $size: { $range: [0, 300] } }, 1000] } }
    await expect(rows.find(slow, { maxTimeMS: 5 }).toArray()).rejects.toMatchObject({ code: 50 })
    await expect(rows.updateMany(slow, { $set: { a: 1 } }, { maxTimeMS: 5 })).rejects.toMatchObject({
      code: 50,
    })
  })

  test('keeps a cursor until it is killed, its session ends or its collection goes.', async () => {
    const rows = opened.db.collection<Row>('rows')
    await rows.insertMany(Array.from({ length: 300 }, (_, _id) => ({ _id })))
    const openOne = async (): Promise<Document> =>
      (await opened.db.command({ find: 'rows', batchSize: 2 }))['cursor'] as Document
    const first = await openOne()
    expect(await opened.db.command({ killCursors: 'rows', cursors: [first['id'] as number] })).toMatchObject({
      cursorsKilled: [first['id']],
    })
    await expect(
      opened.db.command({ getMore: first['id'] as number, collection: 'rows' }),
    ).rejects.toMatchObject({ code: 43 })
    const second = await openOne()
    await expect(
      opened.db.command({ getMore: second['id'] as number, collection: 'others' }),
    ).rejects.toMatchObject({ code: 13 })
    await rows.drop()
    await expect(
      opened.db.command({ getMore: second['id'] as number, collection: 'rows' }),
    ).rejects.toMatchObject({ code: 175 })
  })

  test('sees writes made while a cursor is read.', async () => {
    const rows = opened.db.collection<Row>('rows')
    await rows.insertMany(Array.from({ length: 1000 }, (_, _id) => ({ _id })))
    const cursor = rows.find().batchSize(10)
    const seen = new Set<number>()
    for await (const { _id } of cursor) {
      expect(seen.has(_id)).toBe(false)
      seen.add(_id)
      if (_id < 100) await rows.updateOne({ _id }, { $set: { moved: true } })
      if (_id === 5) await rows.deleteOne({ _id: 900 })
    }
    expect(seen.size).toBe(999)
  })

  test('returns large documents in batches of 16 MiB and refuses what is larger than one.', async () => {
    const rows = opened.db.collection<Row>('rows')
    for (let _id = 0; _id < 4; _id++) await rows.insertOne({ _id, text: 'x'.repeat(7_000_000) })
    const { cursor } = (await opened.db.command({ find: 'rows' })) as {
      cursor: { firstBatch: Row[]; id: unknown }
    }
    expect(cursor.firstBatch).toHaveLength(2)
    expect((await rows.find().toArray()).map(({ _id }) => _id)).toEqual([0, 1, 2, 3])
    await expect(
      rows.updateOne({ _id: 0 }, { $set: { more: 'x'.repeat(10_000_000) } }),
    ).rejects.toMatchObject({ code: 17419 })
    // The result of a pipeline is too large for any document before it is one that may not be stored.
    const twice = [{ $set: { more: '$text', most: '$text' } }]
    for (const write of [
      () => rows.updateOne({ _id: 0 }, twice),
      () => rows.findOneAndUpdate({ _id: 0 }, twice),
    ]) {
      await expect(write()).rejects.toMatchObject({ code: 10334 })
    }
  })

  test('serves many clients at once, each its own.', async () => {
    const clients = await Promise.all(
      Array.from({ length: 20 }, () => MongoClient.connect(opened.store.uri, { maxPoolSize: 5 })),
    )
    await Promise.all(
      clients.flatMap((client, at) =>
        Array.from({ length: 20 }, (_, n) =>
          client
            .db('test')
            .collection<Row>('rows')
            .insertOne({ _id: at * 100 + n }),
        ),
      ),
    )
    expect(await opened.db.collection('rows').countDocuments()).toBe(400)
    const counter = opened.db.collection<Row>('counter')
    await counter.insertOne({ _id: 1, n: 0 })
    await Promise.all(
      clients.map((client) =>
        client
          .db('test')
          .collection<Row>('counter')
          .updateOne({ _id: 1 }, { $inc: { n: 1 } }),
      ),
    )
    expect(await counter.findOne()).toEqual({ _id: 1, n: 20 })
    await Promise.all(clients.map((client) => client.close()))
  })

  test('answers nothing to an unacknowledged write, and does it.', async () => {
    const rows = opened.db.collection<Row>('rows', { writeConcern: { w: 0 } })
    expect(await rows.insertOne({ _id: 1 })).toMatchObject({ acknowledged: false })
    expect(await opened.db.collection('rows').countDocuments()).toBe(1)
  })
})

test('Memory stores know nothing of each other.', async () => {
  const other = await openMemory()
  await opened.db.collection('rows').insertOne({ a: 1 })
  expect(await other.db.collection('rows').countDocuments()).toBe(0)
  await other.close()
})
