import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../src/database/index.ts'
import { openStore, type Store } from '../../src/mongo/index.ts'

const OPTIONS = { root: tmpdir(), name: 'trial', timeout: 1, events: false }

test('#11 a server that was not there when it was first asked is found once it has come, and again after it was away', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tao-data-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const start = (): Promise<Store> => openStore({ folder })
  let store = await start()
  const { uri } = store
  await store.close()

  const database = await openDatabase({ ...OPTIONS, url: uri })
  onTestFinished(() => database.close())
  // Held on to, as a module of a site may.
  const posts = database.db.collection('posts')
  const began = performance.now()
  await expect(posts.countDocuments()).rejects.toThrow('ENOENT')
  await expect(Promise.all([posts.countDocuments(), posts.findOne()])).rejects.toThrow()
  expect(performance.now() - began).toBeLessThan(10_000)

  store = await start()
  await posts.insertOne({ title: 'one' })
  expect(await database.db.collection('posts').countDocuments()).toBe(1)

  await store.close()
  await expect(posts.countDocuments()).rejects.toThrow()
  store = await start()
  onTestFinished(() => store.close())
  expect(await posts.countDocuments()).toBe(1)
})

test('#11 a database that was closed stays closed', async () => {
  const database = await openDatabase({ ...OPTIONS, url: 'memory:' })
  const { db } = database
  expect(await db.collection('posts').countDocuments()).toBe(0)
  await database.close()
  await expect(db.collection('posts').countDocuments()).rejects.toThrow('Client must be connected')
})

test('#11 a URL of an unknown kind, or one the driver refuses, is told without its password', async () => {
  await expect(openDatabase({ ...OPTIONS, url: 'mysql://localhost' })).rejects.toThrow(
    'it is of no known kind',
  )
  const database = await openDatabase({ ...OPTIONS, url: 'mongodb://ada:secret@/x' })
  expect(() => database.db).toThrow(/\*\*\*@/)
  expect(() => database.db).not.toThrow(/secret/)
})
