import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { MongoClient, type Db } from 'mongodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openStore, type Store } from '../../src/mongo/index.ts'
import { runTao } from '../commands/run-tao.ts'
import { checkout, startTao, type RunningTao } from './real-tao.ts'

const interrupt = ['SIGINT', 130] as const
const terminate = ['SIGTERM', 143] as const
const kill = ['SIGKILL', null] as const
const COUNT = 2_500

/** So much that each of the commands has a middle; an export writes a megabyte at a time. */
const documents = Array.from({ length: COUNT }, (_, n) => ({
  _id: n,
  title: `title ${n}`,
  text: 'x'.repeat(1_000),
  tags: [n % 7, `${n}`],
}))

describe.skipIf(process.platform === 'win32')('#11 a signal in the middle of tao db', () => {
  let cwd: string
  let store: Store
  let client: MongoClient
  beforeAll(async () => {
    cwd = mkdtempSync(join(tmpdir(), 'tao db é '))
    writeFileSync(join(cwd, 'settings.ts'), `export default { name: 'mine', database: 'embedded:data' }`)
    writeFileSync(join(cwd, 'routes.ts'), 'export default []')
    mkdirSync(join(cwd, 'node_modules'))
    symlinkSync(checkout, join(cwd, 'node_modules', 'tao1'), 'junction')
    store = await openStore({ folder: join(cwd, 'data') })
    client = await MongoClient.connect(store.uri)
    const db = client.db('mine')
    await db.collection<{ _id: number }>('posts').insertMany(documents)
    await db.collection('posts').createIndex({ title: 1 }, { unique: true })
    await db.collection('posts').createIndex({ tags: 1 })
    await db.createCollection('titles', { viewOn: 'posts', pipeline: [{ $project: { title: 1 } }] })
    expect(await runTao(['db', 'export', 'whole.jsonl'], { cwd })).toMatchObject({ code: 0 })
  })
  afterAll(async () => {
    await client.close()
    await store.close()
    rmSync(cwd, { recursive: true })
  })

  async function signalled(
    running: RunningTao,
    signal: NodeJS.Signals,
    inTheMiddle: () => Promise<boolean> | boolean,
  ): Promise<{ code: number | null; stderr: string }> {
    const { child } = running
    while (child.exitCode === null && child.signalCode === null && !(await inTheMiddle())) await delay(1)
    running.child.kill(signal)
    return running.ended
  }

  async function everything(db: Db): Promise<unknown> {
    const names = (await db.listCollections().toArray()).map(({ name, type }) => `${type} ${name}`)
    const { valid } = await db.command({ validate: 'posts' })
    return {
      names: names.sort(),
      valid,
      indexes: (await db.collection('posts').indexes()).map(({ name }) => `${name}`).sort(),
      documents: JSON.stringify(await db.collection('posts').find().sort({ _id: 1 }).toArray()),
    }
  }

  const temporaries = (): string[] => readdirSync(cwd).filter((name) => name.startsWith('.'))

  test.each([interrupt, terminate, kill])(
    '%s: an export leaves the former file, and the next one nothing else',
    async (signal, expected) => {
      const file = `${signal}.jsonl`
      writeFileSync(join(cwd, file), 'former')
      const mine = (): string[] => temporaries().filter((name) => name.includes(signal))
      const { code, stderr } = await signalled(startTao(['db', 'export', file], { cwd }), signal, () =>
        mine().some((name) => statSync(join(cwd, name), { throwIfNoEntry: false })?.size),
      )
      expect(code).toBe(expected)
      expect(readFileSync(join(cwd, file), 'utf8')).toBe('former')
      if (signal === 'SIGKILL') expect(mine()).toHaveLength(1)
      else {
        expect(stderr).toBe('error: The export was interrupted.\nhint:  There is what was there before.\n')
        expect(mine()).toEqual([])
      }
      writeFileSync(join(cwd, `.${file}.keep.tmp`), '')
      expect(await runTao(['db', 'export', file], { cwd })).toMatchObject({ code: 0 })
      expect(readFileSync(join(cwd, file), 'utf8')).toBe(readFileSync(join(cwd, 'whole.jsonl'), 'utf8'))
      expect(mine()).toEqual([`.${file}.keep.tmp`])
    },
  )

  test.each([terminate, kill])(
    '%s: an import is repeated, and everything is there',
    async (signal, expected) => {
      const target = client.db(`import-${signal}`)
      const command = ['db', 'import', 'whole.jsonl', '--to', `${store.uri}import-${signal}`]
      const { code, stderr } = await signalled(
        startTao(command, { cwd }),
        signal,
        async () => (await target.collection('posts').estimatedDocumentCount()) > COUNT / 10,
      )
      expect(code).toBe(expected)
      if (signal !== 'SIGKILL') {
        expect(stderr).toBe(
          'error: The import was interrupted.\nhint:  The same command begins again and loses nothing: documents of the same _id are replaced.\n',
        )
      }
      expect(await target.collection('posts').countDocuments()).toBeLessThan(COUNT)
      expect(await runTao(command, { cwd })).toMatchObject({ code: 0 })
      expect(await everything(target)).toEqual(await everything(client.db('mine')))
    },
  )

  test.each([interrupt, kill])('%s: a copy is repeated, and is the same', async (signal, expected) => {
    const target = client.db(`copy-${signal}`)
    const command = ['db', 'copy', '--to', `${store.uri}copy-${signal}`]
    const { code, stderr } = await signalled(
      startTao(command, { cwd }),
      signal,
      async () => (await target.collection('posts').estimatedDocumentCount()) > COUNT / 10,
    )
    expect(code).toBe(expected)
    if (signal !== 'SIGKILL') {
      expect(stderr).toBe(
        'error: The copy was interrupted.\nhint:  The same command goes on with it; nothing is lost.\n',
      )
    }
    expect(await target.collection('tao.copy').countDocuments()).toBe(1)
    expect(await runTao(command, { cwd })).toMatchObject({ code: 0 })
    expect(await everything(target)).toEqual(await everything(client.db('mine')))
  })

  test.each([interrupt])('%s: an import that waits for more of stdin ends', async (signal, expected) => {
    const [head = ''] = readFileSync(join(cwd, 'whole.jsonl'), 'utf8').split('\n')
    const target = client.db(`stdin-${signal}`)
    const running = startTao(['db', 'import', '--to', `${store.uri}stdin-${signal}`], { cwd })
    running.child.stdin?.write(`${head}\n{"collection":"waits","type":"collection"}\n`)
    const { code } = await signalled(
      running,
      signal,
      async () => (await target.listCollections().toArray()).length > 0,
    )
    expect(code).toBe(expected)
  })

  test('SIGKILL in an import into a store that the command itself owns loses nothing', async () => {
    const command = ['db', 'import', 'whole.jsonl', '--to', 'embedded:own']
    const own = join(cwd, 'own')
    const { code } = await signalled(startTao(command, { cwd }), 'SIGKILL', () => {
      const names = existsSync(own) ? readdirSync(own) : []
      return names.some(
        (name) =>
          name.startsWith('log-') &&
          (statSync(join(own, name), { throwIfNoEntry: false })?.size ?? 0) > 500_000,
      )
    })
    expect(code).toBe(null)
    expect(await runTao(command, { cwd })).toMatchObject({ code: 0 })
    const again = await openStore({ folder: join(cwd, 'own') })
    const other = await MongoClient.connect(again.uri)
    expect(await everything(other.db('mine'))).toEqual(await everything(client.db('mine')))
    await other.close()
    await again.close()
  })
})
