import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MongoClient, MongoNetworkError } from 'mongodb'
import { expect, test } from 'vitest'
import { openStore } from '../../../src/mongo/index.ts'
import { startChild, type Child } from '../children/child.ts'

/** How many owners are killed. */
const ROUNDS = Number(process.env['TAO_CRASH_ROUNDS'] ?? 3)

type Start = (name: string, ...args: string[]) => Child

/** A folder, and processes that end with the test. */
async function withFolder(work: (folder: string, start: Start) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tao-take-over-'))
  const children: Child[] = []
  try {
    await work(folder, (name, ...args) => {
      const child = startChild(name, ...args)
      children.push(child)
      return child
    })
  } finally {
    await Promise.all(children.map((child) => child.kill()))
    await rm(folder, { recursive: true })
  }
}

async function ownerOf(data: string): Promise<number> {
  return (JSON.parse(await readFile(join(data, 'owner.json'), 'utf8')) as { pid: number }).pid
}

test.concurrent(
  'However often the owner is killed there is one, every acknowledged write is there, and the others go on.',
  () =>
    withFolder(async (folder, start) => {
      const [data, record] = [join(folder, 'data'), join(folder, 'record')]
      const acknowledged = new Map<string, number>()
      const members = new Map<string, Child>()
      const enter = async (name: string): Promise<void> => {
        const child = start('compete', data, name, record)
        members.set(name, child)
        await child.line()
        acknowledged.set(name, 0)
      }
      await Promise.all(['a', 'b', 'c'].map(enter))
      for (let round = 0; round < ROUNDS; round++) {
        const pid = await ownerOf(data)
        const [name, owner] = [...members].find(([, child]) => child.process.pid === pid) as [string, Child]
        await owner.kill()
        await drain(name, owner, acknowledged)
        members.delete(name)
        // What was acknowledged meanwhile is read; then each of the others writes on, through an heir.
        await Promise.all(
          [...members].map(async ([other, child]) => {
            const at = acknowledged.get(other) as number
            for (let more = 0; more < 30; more++) acknowledged.set(other, Number(await child.line()))
            expect(acknowledged.get(other)).toBeGreaterThan(at)
          }),
        )
        const heir = await ownerOf(data)
        expect([...members.values()].map((child) => child.process.pid)).toContain(heir)
        await enter(`${name}${round}`)
      }
      await Promise.all([...members.values()].map((child) => child.kill()))
      for (const [name, child] of members) await drain(name, child, acknowledged)

      const owners = (await readFile(record, 'utf8')).trim().split('\n')
      expect(new Set(owners).size).toBe(owners.length)
      const store = await openStore({ folder: data })
      const client = await MongoClient.connect(store.uri)
      try {
        const found = new Set(
          (await client.db('test').collection<{ _id: string }>('rows').find().toArray()).map(
            ({ _id }) => _id,
          ),
        )
        for (const [name, last] of acknowledged)
          for (let n = 0; n <= last; n++) expect(found.has(`${name} ${n}`), `${name} ${n}`).toBe(true)
        expect(await client.db('test').command({ validate: 'rows' })).toMatchObject({
          valid: true,
          errors: [],
        })
      } finally {
        await client.close()
        await store.close()
      }
    }),
  60_000 + ROUNDS * 15_000,
)

/** Reads what a process said before it died. */
async function drain(name: string, child: Child, acknowledged: Map<string, number>): Promise<void> {
  for (;;) {
    let line: string
    try {
      line = await child.line()
    } catch {
      return
    }
    expect(line).not.toMatch(/failed/)
    acknowledged.set(name, Number(line))
  }
}

test.skipIf(process.platform === 'win32').concurrent(
  'While the owner is stopped nobody takes over, who comes is told within a while, and all goes on when it does.',
  () =>
    withFolder(async (folder, start) => {
      const data = join(folder, 'data')
      const owner = start('own', data)
      const uri = (await owner.line()).split(' ')[1] as string
      const guest = await openStore({ folder: data })
      const client = await MongoClient.connect(uri, {
        serverSelectionTimeoutMS: 2000,
        connectTimeoutMS: 2000,
        heartbeatFrequencyMS: 500,
      })
      const rows = client.db('test').collection<{ _id: number }>('rows')
      await rows.insertOne({ _id: 1 })
      owner.process.kill('SIGSTOP')
      try {
        const waiting = rows.insertOne({ _id: 2 }).then(
          () => 'written',
          (error: Error) => error,
        )
        const started = Date.now()
        await expect(openStore({ folder: data })).rejects.toMatchObject({
          code: 'STORE_HELD',
          message: expect.stringMatching(
            new RegExp(`is held by process ${owner.process.pid} on .*, which does not answer\\.`),
          ) as string,
          hint: expect.stringContaining('Wait for it') as string,
        })
        expect(Date.now() - started).toBeLessThan(30_000)
        expect(await waiting).toBeInstanceOf(MongoNetworkError)
        expect(guest.owner).toBe(false)
        expect(await ownerOf(data)).toBe(owner.process.pid)
      } finally {
        owner.process.kill('SIGCONT')
      }
      await rows.replaceOne({ _id: 2 }, {}, { upsert: true })
      expect(await rows.countDocuments()).toBe(2)
      const late = await openStore({ folder: data })
      expect(late.owner).toBe(false)
      await late.close()
      await client.close()
      await guest.close()
    }),
  90_000,
)
