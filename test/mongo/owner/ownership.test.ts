import { once } from 'node:events'
import { mkdtemp, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MongoClient } from 'mongodb'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openStore, type Store } from '../../../src/mongo/index.ts'
import { startChild, type Child } from '../children/child.ts'

let folder: string
const children: Child[] = []
const open: { close(): Promise<void> }[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tao-owner-'))
})
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
  for (const child of children.splice(0)) await child.kill()
  await rm(folder, { recursive: true })
})

function child(): Child {
  const started = startChild('own', folder)
  children.push(started)
  return started
}

async function opened(path: string = folder): Promise<Store> {
  const store = await openStore({ folder: path })
  open.push(store)
  return store
}

async function connect(uri: string): Promise<MongoClient> {
  const client = await MongoClient.connect(uri, { serverSelectionTimeoutMS: 10_000 })
  open.push(client)
  return client
}

test('Of several processes on a folder one owns it, and all see the same data.', async () => {
  const processes = [child(), child(), child()]
  const said = await Promise.all(processes.map((one) => one.line()))
  expect(said.map((line) => line.split(' ')[0]).toSorted((a = '', b = '') => a.localeCompare(b))).toEqual([
    'guest',
    'guest',
    'owner',
  ])
  expect(new Set(said.map((line) => line.split(' ')[1])).size).toBe(1)
  const store = await opened()
  expect(store.owner).toBe(false)
  const client = await connect(store.uri)
  await client.db('test').collection('rows').insertOne({ a: 1 })
  const other = await connect(said[0]?.split(' ')[1] as string)
  expect(await other.db('test').collection('rows').countDocuments()).toBe(1)
})

test('When the owner is killed another takes over on the same socket, and drivers go on.', async () => {
  const first = child()
  const [role, uri] = (await first.line()).split(' ')
  expect(role).toBe('owner')
  const store = await opened()
  expect(store.uri).toBe(uri)
  const client = await connect(store.uri)
  const rows = client.db('test').collection('rows')
  await rows.insertOne({ a: 1 })
  await first.kill()
  for (;;) {
    try {
      await rows.insertOne({ a: 2 })
      break
    } catch (error) {
      // The connections of the dead owner break once; what was not acknowledged may be sent again.
      expect(String(error)).toMatch(/MongoNetworkError|MongoServerSelectionError|PoolCleared|closed/)
    }
  }
  expect(store.owner).toBe(true)
  expect(await rows.countDocuments({ a: 1 })).toBe(1)
  const third = child()
  expect(await third.line()).toBe(`guest ${uri}`)
})

test('When the owner closes, the folder is handed over just as well.', async () => {
  const first = child()
  await first.line()
  const second = await opened()
  const client = await connect(second.uri)
  first.process.stdin.write('close\n')
  await once(first.process, 'exit')
  await client.db('test').collection('rows').findOne()
  expect(second.owner).toBe(true)
})

test('A folder has one owner by whatever path it is reached, and in one process too.', async () => {
  const link = `${folder}-link`
  await symlink(folder, link)
  try {
    const [first, second] = [await opened(), await opened(link)]
    expect([first.owner, second.owner]).toEqual([true, false])
    expect(second.uri).toBe(first.uri)
  } finally {
    await rm(link)
  }
})

test('A folder that beats elsewhere is refused, with who holds it; one that has fallen silent is taken.', async () => {
  const holder = {
    pid: 4711,
    host: 'elsewhere',
    place: 'another kernel',
    since: '2026-01-01',
    socket: '/nowhere.sock',
    token: 't',
  }
  const path = join(folder, 'owner.json')
  await writeFile(path, JSON.stringify(holder))
  const beating = setInterval(() => void utimes(path, new Date(), new Date()), 500)
  try {
    await expect(openStore({ folder })).rejects.toMatchObject({
      code: 'STORE_HELD',
      message: expect.stringMatching(/held by process 4711 on elsewhere since 2026-01-01/) as string,
    })
  } finally {
    clearInterval(beating)
  }
  const store = await opened()
  expect(store.owner).toBe(true)
  expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ pid: process.pid })
}, 20_000)

test('A folder of a newer format is left alone.', async () => {
  await writeFile(join(folder, 'store.json'), JSON.stringify({ format: 99, id: 'x' }))
  await expect(openStore({ folder })).rejects.toMatchObject({
    code: 'STORE_NEWER',
    message: expect.stringContaining('format 99') as string,
  })
})

test('A file in the place of the folder is told of.', async () => {
  const path = join(folder, 'file')
  await writeFile(path, '')
  await expect(openStore({ folder: path })).rejects.toMatchObject({ code: 'STORE_UNUSABLE' })
})
