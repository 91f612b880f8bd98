import { once } from 'node:events'
import { closeSync, mkdirSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { MongoClient, type Collection } from 'mongodb'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startChild, type Child } from './children/child.ts'
import { canMount, mountDisk, type Disk } from './children/mount.ts'

interface Row {
  _id: number
  a: number
  text: string
}

/** Takes what is left of a disk, to the last byte. */
function fill(path: string): void {
  const file = openSync(path, 'a')
  try {
    for (let size = 65_536; size >= 1;) {
      try {
        writeSync(file, Buffer.alloc(size))
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
        size = size > 1 ? size >> 1 : 0
      }
    }
  } finally {
    closeSync(file)
  }
}

const row = (at: number): Row => ({ _id: at, a: at % 10, text: 'x'.repeat(1600) })
const full = expect.objectContaining({
  code: 14031,
  codeName: 'OutOfDiskSpace',
  message: expect.stringMatching(
    /^The disk that holds .* is full\. Nothing was written\. Free some space/,
  ) as string,
}) as Error

describe.each(['tmpfs', 'ext4'] as const)('On a full disk (%s, mounted by root)', (kind) => {
  const runs = canMount(kind)
  let disk: Disk
  let data: string
  let owner: Child | undefined
  let client: MongoClient | undefined
  beforeEach(() => {
    if (!runs) return
    disk = mountDisk(kind, kind === 'tmpfs' ? 6 : 12) as Disk
    data = join(disk.folder, 'data')
  })
  afterEach(async () => {
    await client?.close()
    client = undefined
    await owner?.kill()
    owner = undefined
    if (runs) disk.remove()
  })

  async function open(): Promise<Collection<Row>> {
    owner = startChild('own', data)
    const uri = (await owner.line()).split(' ')[1] as string
    client = await MongoClient.connect(uri)
    return client.db('test').collection<Row>('rows')
  }

  async function close(): Promise<void> {
    await client?.close()
    owner?.process.stdin.write('close\n')
    if (owner) await once(owner.process, 'exit')
    expect(owner?.process.exitCode).toBe(0)
    owner = undefined
  }

  /** Writes until the disk is full. @returns the acknowledged ones */
  async function writeUntilFull(rows: Collection<Row>, from: number): Promise<number> {
    for (let next = from; ; next += 50) {
      try {
        await rows.insertMany(Array.from({ length: 50 }, (_, at) => row(next + at)))
      } catch (error) {
        expect(error).toEqual(full)
        return next
      }
    }
  }

  async function check(rows: Collection<Row>, count: number): Promise<void> {
    const found = await rows.find().sort({ _id: 1 }).toArray()
    const expected = Array.from({ length: count }, (_, at) => row(at))
    // Thousands of rows are compared as text: an assertion for each takes seconds.
    expect(JSON.stringify(found.slice(0, count)) === JSON.stringify(expected)).toBe(true)
    expect(await rows.countDocuments({ a: 3 })).toBe(found.filter(({ a }) => a === 3).length)
    expect(await client?.db('test').command({ validate: 'rows' })).toMatchObject({ errors: [], valid: true })
  }

  test.skipIf(!runs)(
    'writes fail with 14031, reads go on, nothing acknowledged is lost, and writes go on when there is room again.',
    async () => {
      const rows = await open()
      await rows.createIndex({ a: 1 })
      const filler = join(disk.folder, 'filler')
      const half = openSync(filler, 'w')
      for (let at = 0; at < 16; at++) writeSync(half, Buffer.alloc(131_072))
      closeSync(half)
      const first = await writeUntilFull(rows, 0)
      expect(first).toBeGreaterThan(1000)
      fill(filler)
      await expect(rows.insertOne({ ...row(1_000_000), text: 'x'.repeat(100_000) })).rejects.toEqual(full)
      await expect(rows.updateMany({}, { $set: { a: 11 } })).rejects.toEqual(full)
      await expect(rows.createIndex({ text: 1, a: 1 })).rejects.toMatchObject({
        code: 14031,
        message: expect.stringMatching(
          /^Index build failed: .* :: caused by :: The disk that holds .* is full\. Nothing was/,
        ),
      })
      expect((await rows.indexes()).map(({ name }) => name)).toEqual(['_id_', 'a_1'])
      await check(rows, first)

      rmSync(filler)
      await rows.createIndex({ _id: 1, a: -1 })
      await rows.insertOne(row(first))
      await check(rows, first + 1)
      fill(filler)
      await owner?.kill()
      await client?.close()

      const refused = startChild('own', data)
      await expect(refused.line()).rejects.toThrow(/StoreError: The disk that holds .*data is full\./)
      expect(readdirSync(data).filter((name) => /^(owner|store)\.json\../.test(name))).toEqual([])

      rmSync(filler)
      const again = await open()
      expect((await again.indexes()).map(({ name }) => name)).toEqual(['_id_', 'a_1', '_id_1_a_-1'])
      await check(again, first + 1)
      await close()
      await check(await open(), first + 1)
    },
    120_000,
  )

  test.skipIf(!runs)('a store that does not fit is not begun, and says so.', async () => {
    mkdirSync(data)
    fill(join(disk.folder, 'filler'))
    await expect(startChild('own', data).line()).rejects.toThrow(/The disk that holds .*data is full\./)
    expect(readdirSync(data)).toEqual([])
  })

  test.skipIf(!runs)('the log stays until what it holds fits into the file.', async () => {
    const rows = await open()
    const filler = join(disk.folder, 'filler')
    const last = await writeUntilFull(rows, 0)
    await close()
    expect(readdirSync(data).some((name) => name.startsWith('log-'))).toBe(true)
    rmSync(filler, { force: true })
    await check(await open(), last)
  })
})

test.skipIf(!canMount('tmpfs'))(
  'A sort and a group that need files on a full disk (mounted by root) say so, and go on when there is room again.',
  async () => {
    const disk = mountDisk('tmpfs', 48) as Disk
    const owner = startChild('own', join(disk.folder, 'data'))
    const client = await MongoClient.connect((await owner.line()).split(' ')[1] as string)
    try {
      const rows = client.db('test').collection<Row>('rows')
      await rows.insertMany(Array.from({ length: 1000 }, (_, at) => row(at)))
      // 30 MB: more than is held in memory.
      const many = [{ $set: { of: Array.from({ length: 18 }, (_, at) => at) } }, { $unwind: '$of' }]
      const sorted = (): Promise<unknown[]> =>
        rows
          .aggregate([
            ...many,
            { $sort: { of: 1, _id: -1 } },
            { $project: { _id: 1 } },

            { $skip: 17_999 },
          ])
          .toArray()
      const grouped = (): Promise<unknown[]> =>
        rows
          .aggregate([
            ...many,
            { $group: { _id: { _id: '$_id', of: '$of', text: '$text' }, a: { $first: '$a' } } },
            { $count: 'n' },
          ])
          .toArray()
      fill(join(disk.folder, 'filler'))
      const refused = expect.objectContaining({
        code: 14031,
        codeName: 'OutOfDiskSpace',
        message: expect.stringMatching(
          / :: A sort or group that does not fit in memory cannot use .*data: the disk is full\. Free some space, or/,
        ) as string,
      }) as Error
      // Each holds files open until it fails: were they not given back, the later ones would not fit.
      await expect(sorted()).rejects.toEqual(refused)
      await expect(grouped()).rejects.toEqual(refused)
      expect(await rows.countDocuments({ a: 3 })).toBe(100)
      rmSync(join(disk.folder, 'filler'))
      expect(await sorted()).toEqual([{ _id: 0 }])
      expect(await grouped()).toEqual([{ n: 18_000 }])
      await rows.insertOne(row(1000))
      expect(await client.db('test').command({ validate: 'rows' })).toMatchObject({ errors: [], valid: true })
    } finally {
      await client.close()
      await owner.kill()
      disk.remove()
    }
  },
)
