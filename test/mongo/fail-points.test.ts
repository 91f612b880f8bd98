import { MongoClient } from 'mongodb'
import { expect, test } from 'vitest'
import { openStore } from '../../src/mongo/index.ts'
import { openMemory } from './with-store.ts'

const order = (mode: unknown, data: object) => ({ configureFailPoint: 'failCommand', mode, data })

test('No store knows fail points, unless it was opened so.', async () => {
  const { client, close } = await openMemory()
  await expect(client.db('admin').command(order('alwaysOn', {}))).rejects.toMatchObject({ code: 59 })
  await close()
})

test('A fail point fails commands with a code, a lost connection, a concern or a delay, as often as it says.', async () => {
  const store = await openStore({ memory: true, failPoints: true })
  const client = await MongoClient.connect(store.uri, { appName: 'mine', retryReads: false })
  const admin = client.db('admin')
  const rows = client.db('test').collection('rows')
  try {
    await admin.command(
      order({ times: 2 }, { failCommands: ['find'], errorCode: 11600, errorLabels: ['Label'] }),
    )
    for (let at = 0; at < 2; at++) {
      const error: unknown = await rows.findOne().catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 11600, codeName: 'InterruptedAtShutdown' })
      expect((error as { hasErrorLabel(label: string): boolean }).hasErrorLabel('Label')).toBe(true)
    }
    expect(await rows.findOne()).toBe(null)

    await admin.command(
      order({ skip: 1 }, { failCommands: ['insert'], closeConnection: true, appName: 'mine' }),
    )
    await rows.insertOne({ a: 1 })
    await expect(rows.insertOne({ a: 2 })).rejects.toMatchObject({ name: 'MongoNetworkError' })
    await admin.command(
      order('alwaysOn', { failCommands: ['insert'], closeConnection: true, appName: 'other' }),
    )
    await rows.insertOne({ a: 3 })

    const writeConcernError = { code: 64, errmsg: 'waiting took too long' }
    await admin.command(order({ times: 1 }, { failCommands: ['insert'], writeConcernError }))
    await expect(rows.insertOne({ a: 4 })).rejects.toMatchObject({ code: 64 })
    await admin.command(
      order({ times: 1 }, { failCommands: ['count'], blockConnection: true, blockTimeMS: 60 }),
    )
    const began = performance.now()
    expect(await rows.estimatedDocumentCount()).toBe(3)
    expect(performance.now() - began).toBeGreaterThan(50)
    expect(await admin.command({ configureFailPoint: 'failCommand', mode: 'off' })).toMatchObject({
      count: 1,
    })
    expect(await rows.estimatedDocumentCount()).toBe(3)
  } finally {
    await client.close()
    await store.close()
  }
})
