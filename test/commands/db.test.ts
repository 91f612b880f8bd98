import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  MongoClient,
  ObjectId,
  Timestamp,
  Db,
} from 'mongodb'
import { expect, test, vi } from 'vitest'
import { createTerminal } from '../../src/base/terminal.ts'
import type { CommandWorld } from '../../src/commands/command.ts'
import { runCommandLine } from '../../src/commands/run-command-line.ts'
import { openStore } from '../../src/mongo/index.ts'
import { startTao } from '../journeys/real-tao.ts'
import { canMount, mountDisk, type Disk } from '../mongo/children/mount.ts'
import { tempSite } from '../temp-site.ts'
import { runTao, type TaoOptions, type TaoResult } from './run-tao.ts'

const everyType = {
  _id: new ObjectId('0123456789abcdef01234567'),
  double: new Double(7),
  minusZero: new Double(-0),
  string: 'ä\u2028"\n',
  doc: new Map<string, unknown>([
    ['b', new Int32(1)],
    ['1', new Map([['z', null]])],
  ]),
  array: [new Int32(1), [], {}],
  binary: new Binary(Buffer.from([0, 255]), 4),
  yes: true,
  date: new Date(-1),
  regexp: new BSONRegExp('^a', 'i'),
  code: new Code('f()', { a: new Int32(1) }),
  symbol: new BSONSymbol('s'),
  int: new Int32(-5),
  timestamp: new Timestamp({ t: 4294967295, i: 7 }),
  long: Long.MAX_VALUE,
  decimal: Decimal128.fromString('1.50'),
  min: new MinKey(),
  max: new MaxKey(),
}

function site(): string {
  return tempSite({ 'settings.ts': `export default { name: 'mine', database: 'embedded:data' }` })
}

const db = (cwd: string, words: readonly string[], options: TaoOptions = {}): Promise<TaoResult> =>
  runTao(['db', ...words], { cwd, ...options })

/** Opens the store of a site as another process of it would, for as long as `work` takes. */
async function inStore<T>(
  cwd: string,
  folder: string,
  work: (db: Db, uri: string) => Promise<T>,
): Promise<T> {
  const store = await openStore({ folder: join(cwd, folder) })
  const client = await MongoClient.connect(store.uri)
  try {
    return await work(client.db('mine'), `${store.uri}mine`)
  } finally {
    await client.close()
    await store.close()
  }
}

async function fill(target: Db): Promise<void> {
  await target.createCollection('posts', {
    validator: { title: { $type: 'string' } },
    validationAction: 'error',
  })
  const posts = Array.from({ length: 1234 }, (_, i) => ({ _id: i as unknown as ObjectId, title: `t${i}` }))
  await target.collection('posts').insertMany(posts)
  await target.collection('posts').insertOne({ title: 7 }, { bypassDocumentValidation: true })
  await target.collection('posts').createIndex({ title: 1, _id: -1 }, { name: 'by title', unique: true })
  await target.collection('all types').insertOne(everyType)
  await target.createCollection('log', { capped: true, size: 4096 })
  await target.createCollection('titles', { viewOn: 'posts', pipeline: [{ $project: { title: 1 } }] })
}

/** Ctrl-C in the middle: after it was looked for so many times. */
function abortedAt(looks: number): AbortSignal {
  let looked = 0
  return Object.defineProperty(new AbortController().signal, 'aborted', { get: () => ++looked > looks })
}

/** Everything there is, as bytes where order and types matter. */
async function everything(source: Db): Promise<unknown> {
  const found: Record<string, unknown> = {}
  for (const { name, type, ...rest } of await source.listCollections().toArray()) {
    const { options } = rest as { options?: object }
    if (name.startsWith('system.')) continue
    const documents = await source.collection(name).find({}, { raw: true }).sort({ _id: 1 }).toArray()
    const indexes = type === 'view' ? [] : await source.collection(name).indexes()
    const bytes = (documents as unknown as Buffer[]).map((document) => Buffer.from(document).toString('hex'))
    found[name] = { type, options, indexes: indexes.sort((a, b) => (a.name! < b.name! ? -1 : 1)), bytes }
  }
  return found
}

test('#11 an export that is imported elsewhere gives the same collections, indexes and documents of every type', async () => {
  const cwd = site()
  const before = await inStore(cwd, 'data', async (source) => {
    await fill(source)
    return everything(source)
  })
  const exported = await db(cwd, ['export', 'all.jsonl'])
  expect(exported).toEqual({ code: 0, stdout: '', stderr: '1236 documents exported from embedded:data.\n' })
  const lines = readFileSync(join(cwd, 'all.jsonl'), 'utf8').trimEnd().split('\n')
  expect(lines).toHaveLength(1 + 4 + 1236 + 1)
  expect(lines.every((line) => typeof JSON.parse(line) === 'object')).toBe(true)

  for (const _ of ['once', 'again']) {
    const imported = await db(cwd, ['import', 'all.jsonl', '--to', 'embedded:other'])
    expect(imported).toMatchObject({ code: 0, stderr: '1236 documents imported into embedded:other.\n' })
    expect(await inStore(cwd, 'other', everything)).toEqual(before)
  }
})

test('an export goes to stdout and an import comes from stdin, one collection alone if asked', async () => {
  const cwd = site()
  await inStore(cwd, 'data', fill)
  const { stdout } = await db(cwd, ['export', '-c', 'all types'])
  expect(stdout.split('\n')).toHaveLength(5)
  expect(await db(cwd, ['import', '-', '--to', 'embedded:other'], { stdin: stdout })).toMatchObject({
    code: 0,
  })
  expect(await inStore(cwd, 'other', (target) => target.listCollections().toArray())).toHaveLength(1)
})

test('an import replaces by _id, keeps other documents, and says when the file ends early', async () => {
  const cwd = site()
  await inStore(cwd, 'data', fill)
  const { stdout: whole } = await db(cwd, ['export'])
  const before = await inStore(cwd, 'data', everything)
  const lines = whole.split('\n')
  // Before anything came, a line of the file or the end of it.
  const ended = new AbortController()
  setImmediate(() => ended.abort())
  const silent = await db(cwd, ['import', '--to', 'embedded:none'], {
    stdin: new Readable({ read() {} }),
    signal: ended.signal,
  })
  expect(silent).toMatchObject({ code: 130, stderr: expect.stringContaining('interrupted') as string })
  expect(existsSync(join(cwd, 'none'))).toBe(false)
  const cut = await db(cwd, ['import', '--to', 'embedded:other'], {
    stdin: lines.slice(0, 700).join('\n'),
  })
  expect(cut).toMatchObject({ code: 1, stderr: expect.stringContaining('ends early') as string })
  const half = await db(cwd, ['import', '--to', 'embedded:other'], { stdin: whole.slice(0, 20_000) })
  expect(half).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/line \d+, cannot be imported/) as string,
  })
  const stopped = await db(cwd, ['import', '--to', 'embedded:other'], {
    stdin: whole,
    signal: abortedAt(1100),
  })
  expect(stopped).toMatchObject({ code: 130, stderr: expect.stringContaining('interrupted') as string })
  await inStore(cwd, 'other', async (target) => {
    await target.collection('posts').updateOne({ title: 't5' }, { $set: { title: 'changed' } })
    await target.collection('mine').insertOne({ kept: true })
  })
  expect((await db(cwd, ['import', '--to', 'embedded:other'], { stdin: whole })).code).toBe(0)
  const { mine, ...after } = (await inStore(cwd, 'other', everything)) as Record<string, { bytes: string[] }>
  expect(after).toEqual(before)
  expect(mine!.bytes).toHaveLength(1)
})

test('an export that is interrupted leaves the former file, and no other', async () => {
  const cwd = site()
  await inStore(cwd, 'data', fill)
  writeFileSync(join(cwd, 'all.jsonl'), 'former')
  const result = await db(cwd, ['export', 'all.jsonl'], { signal: abortedAt(900) })
  expect(result).toMatchObject({ code: 130, stderr: expect.stringContaining('interrupted') as string })
  expect(readFileSync(join(cwd, 'all.jsonl'), 'utf8')).toBe('former')
  expect(readdirSync(cwd).filter((name) => name.endsWith('.tmp'))).toEqual([])
})

test('an export that cannot be written says why, and an import of what is not there too', async () => {
  const cwd = site()
  await inStore(cwd, 'data', fill)
  expect(await db(cwd, ['export', 'nowhere/all.jsonl'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('all.jsonl cannot be written: its folder is not there.') as string,
  })
  expect(await db(cwd, ['export', 'data'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('data cannot be written: it is a folder.') as string,
  })
  expect(readdirSync(cwd).filter((name) => name.endsWith('.tmp'))).toEqual([])
  expect(await db(cwd, ['import', 'missing.jsonl'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('missing.jsonl cannot be imported: there is no such file.') as string,
  })
})

const canMountSmall = canMount('tmpfs')
test.skipIf(!canMountSmall)(
  'an export to a full disk (mounted by root) says so and leaves nothing',
  async () => {
    const cwd = site()
    await inStore(cwd, 'data', async (target) => {
      await target
        .collection('large')
        .insertMany(Array.from({ length: 50 }, () => ({ text: 'x'.repeat(100_000) })))
    })
    const disk = mountDisk('tmpfs', 1) as Disk
    try {
      expect(await db(cwd, ['export', join(disk.folder, 'all.jsonl')])).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(
          /all\.jsonl cannot be written: its disk is full\.\n.*Free some space/,
        ) as string,
      })
      expect(readdirSync(disk.folder)).toEqual([])
    } finally {
      disk.remove()
    }
  },
)

test('what is no export makes no database', async () => {
  const cwd = site()
  const result = await db(cwd, ['import'], { stdin: '{"a":1}\n' })
  expect(result).toMatchObject({ code: 1, stderr: expect.stringContaining('is no export of tao') as string })
  expect(existsSync(join(cwd, 'data'))).toBe(false)
})

test('#11 a copy to another store by its URL is the same, is compared, and may be repeated when it was interrupted', async () => {
  const cwd = site()
  await inStore(cwd, 'data', fill)
  const before = await inStore(cwd, 'data', everything)
  await inStore(cwd, 'other', async (target, uri) => {
    const interrupted = await db(cwd, ['copy', '--to', uri], { signal: abortedAt(1100) })
    expect(interrupted).toMatchObject({
      code: 130,
      stderr: expect.stringContaining('The same command') as string,
    })
    expect(await target.collection('posts').countDocuments()).toBe(1000)
    await target.collection('posts').updateOne({ title: 't3' }, { $set: { title: 'half' } })
    const copied = await db(cwd, ['copy', '--to', uri, '--json'])
    expect(copied.code).toBe(0)
    const { collections } = JSON.parse(copied.stdout) as {
      collections: { documents: number; hash: string }[]
    }
    expect(collections.map(({ documents }) => documents)).toEqual([1, 0, 1235])
    expect(await everything(target)).toEqual(before)

    const refused = await db(cwd, ['copy', '--to', uri])
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('--merge') as string })
    await target.collection('mine').insertOne({ kept: true })
    expect((await db(cwd, ['copy', '--to', uri, '--merge'])).code).toBe(0)
    expect(await target.collection('mine').countDocuments()).toBe(1)
    expect((await db(cwd, ['copy', '--to', uri, '--force'])).code).toBe(0)
    expect(await everything(target)).toEqual(before)
  })
})

test('a copy with --force that was cut short while it dropped, or did not come out equal, begins anew when it is repeated', async () => {
  const cwd = site()
  const before = await inStore(cwd, 'data', async (source) => {
    await fill(source)
    return everything(source)
  })
  await inStore(cwd, 'other', async (target, uri) => {
    await target.collection('posts').insertOne({ strange: true })
    const dropping = vi.spyOn(Db.prototype, 'dropCollection').mockRejectedValueOnce(new Error('cut short'))
    expect((await db(cwd, ['copy', '--to', uri, '--force'])).stderr).toContain('cut short')
    dropping.mockRestore()
    // What was to be dropped is still there: without --force it is not taken for a part of this copy.
    expect((await db(cwd, ['copy', '--to', uri])).stderr).toContain('--force drops all of it first')
    expect((await db(cwd, ['copy', '--to', uri, '--force'])).code).toBe(0)
    expect(await everything(target)).toEqual(before)

    const marking = vi.spyOn(Db.prototype, 'dropCollection').mockRejectedValueOnce(new Error('cut short'))
    expect((await db(cwd, ['copy', '--to', uri, '--force'])).stderr).toContain('cut short')
    marking.mockRestore()
    expect((await db(cwd, ['copy', '--to', uri, '--force'])).code).toBe(0)
    await target
      .collection('tao.copy')
      .insertOne({ _id: 'copy', from: 'embedded:data', dropped: true } as object)
    await target.collection('posts').insertOne({ strange: true }, { bypassDocumentValidation: true })
    const differs = await db(cwd, ['copy', '--to', uri, '--force'])
    expect(differs).toMatchObject({ code: 1, stderr: expect.stringContaining('--force') as string })
    expect((await db(cwd, ['copy', '--to', uri, '--force'])).code).toBe(0)
    expect(await everything(target)).toEqual(before)
  })
})

test('a copy from one URL to another needs no project, and a database is not copied onto itself', async () => {
  const cwd = site()
  await inStore(cwd, 'data', async (source, from) => {
    await fill(source)
    const before = await everything(source)
    await inStore(cwd, 'other', async (target, to) => {
      expect((await db('/', ['copy', '--from', from, '--to', to])).code).toBe(0)
      expect(await everything(target)).toEqual(before)
    })
    const same = await db(cwd, ['copy', '--to', from, '--force'])
    expect(same).toMatchObject({ code: 2, stderr: expect.stringContaining('the same') as string })
    expect(await everything(source)).toEqual(before)
  })
})

test('a drop needs a yes', async () => {
  const cwd = site()
  await inStore(cwd, 'data', fill)
  const before = await inStore(cwd, 'data', everything)
  const unasked = await db(cwd, ['drop'])
  expect(unasked).toMatchObject({ code: 4, stderr: expect.stringContaining('--yes') as string })
  expect(await inStore(cwd, 'data', everything)).toEqual(before)
  expect(await db(cwd, ['drop', '--collection', 'posts', '--yes'])).toMatchObject({
    code: 0,
    stderr: 'Dropped posts of embedded:data, with 1235 documents.\n',
  })
  expect((await db(cwd, ['drop', '-y'])).code).toBe(0)
  expect(await inStore(cwd, 'data', everything)).toEqual({})
})

test.each([
  ['n', 1, 'Nothing was dropped.'],
  ['', 1, 'Nothing was dropped.'],
  ['yes', 0, 'Dropped the database mine'],
])('a drop asks on a terminal, and the answer %j is kept to', async (answer, code, said) => {
  const cwd = site()
  await inStore(cwd, 'data', (target) => target.collection('posts').insertOne({ title: 'one' }))
  let printed = ''
  const terminal = createTerminal({ isTTY: true, write: (text) => (printed += text) }, {})
  const world: CommandWorld = {
    cwd,
    env: {},
    stdin: Object.assign(Readable.from([`${answer}\n`]), { isTTY: true }),
    stdout: terminal,
    stderr: terminal,
    now: () => new Date(),
    interruption: () => new AbortController().signal,
  }
  expect(await runCommandLine(['db', 'drop', '--no-input'], world, '9.8.7')).toBe(4)
  expect(printed).not.toContain('[y/N]')
  expect(await runCommandLine(['db', 'drop'], world, '9.8.7')).toBe(code)
  expect(printed).toContain('[y/N]')
  expect(printed).toContain(said)
  const left = await inStore(cwd, 'data', (target) => target.collection('posts').countDocuments())
  expect(left).toBe(code)
})

test('status tells what there is and who serves it, and makes nothing', async () => {
  const cwd = site()
  const nothing = await db(cwd, ['status', '--json'])
  expect(JSON.parse(nothing.stdout)).toMatchObject({ exists: false, kind: 'embedded', collections: [] })
  expect(existsSync(join(cwd, 'data'))).toBe(false)
  await inStore(cwd, 'data', fill)
  const { stdout } = await db(cwd, ['status', '--json'])
  const status = JSON.parse(stdout) as { collections: { name: string }[] }
  expect(status).toMatchObject({ exists: true, owner: null, database: 'mine', folder: join(cwd, 'data') })
  expect(status.collections.find(({ name }) => name === 'posts')).toMatchObject({
    documents: 1235,
    bytes: expect.any(Number) as number,
    indexes: [
      { name: '_id_' },
      { name: 'by title', key: { title: 1, _id: -1 }, bytes: expect.any(Number) as number },
    ],
  })
  const page = (await db(cwd, ['status'])).stdout
  expect(page).toMatch(/^owner +none$/m)
  expect(page).toMatch(/^posts +1235 +\d+ kB +_id_ \(\d+.* by title \(/m)
})

test('status tells what tools connect to while somebody serves the store', async () => {
  const cwd = site()
  await inStore(cwd, 'data', async (target) => {
    await fill(target)
    const page = await startTao(['db', 'status'], { cwd }).ended
    expect(page).toMatchObject({ code: 0 })
    expect(page.stdout).toMatch(/^connect +mongodb:\/\/%2F\S+\.sock\/mine$/m)
    const { stdout } = await startTao(['db', 'status', '--json'], { cwd }).ended
    const { owner, connect } = JSON.parse(stdout) as { owner: { pid: number }; connect: string }
    expect(owner.pid).toBe(process.pid)
    const client = await MongoClient.connect(connect)
    expect(await client.db().collection('posts').countDocuments()).toBe(1235)
    await client.close()
  })
})

test.each([
  [['status', '--yes'], '--yes belongs to tao db drop.'],
  [['status', '--no-input'], '--no-input belongs to tao db drop.'],
  [['status', 'file'], 'takes no file'],
  [['copy'], 'needs --to'],
  [['stat'], 'status'],
  [['export', '-c', 'none'], 'There is no'],
])('tao db %j is wrong usage', async (words, message) => {
  const { code, stderr } = await db(site(), words)
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)])
})
