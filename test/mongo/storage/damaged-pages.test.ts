import { cp, mkdtemp, open, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, test } from 'vitest'
import { openLmdbEngine } from '../../../src/mongo/storage/lmdb-engine.ts'

const PAGE = 4096
const COUNT = 3000

let whole: string
let folder: string
beforeAll(async () => {
  whole = await mkdtemp(join(tmpdir(), 'tao-whole-'))
  const engine = openLmdbEngine(whole)
  // In two closings, so that pages were freed and the file is no longer fresh.
  for (let at = 0; at < COUNT; at++) engine.put(key(at), Buffer.alloc(at % 500, at))
  engine.put('large', Buffer.alloc(100_000, 7))
  engine.commit()
  await engine.close()
  const again = openLmdbEngine(whole)
  for (let at = 0; at < COUNT; at += 3) again.put(key(at), Buffer.alloc(200, at))
  again.commit()
  await again.close()
})
afterAll(() => rm(whole, { recursive: true }))
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tao-pages-'))
  await cp(whole, folder, { recursive: true })
})
afterEach(() => rm(folder, { recursive: true }))

function key(at: number): string {
  return `key ${String(at).padStart(5, '0')}`
}

const file = (): string => join(folder, 'store.mdb')

async function write(at: number, bytes: Buffer): Promise<void> {
  const handle = await open(file(), 'r+')
  await handle.write(bytes, 0, bytes.length, at)
  await handle.close()
}

test('Of a closed file no byte may be another: it is refused before LMDB maps it.', async () => {
  const bytes = await readFile(file())
  for (let at = 16; at < bytes.length; at += 9973) {
    await write(at, Buffer.from([(bytes[at] as number) ^ 0x10]))
    expect(() => openLmdbEngine(folder), `byte ${at}`).toThrow(corrupt)
    await write(at, bytes.subarray(at, at + 1))
  }
  const engine = openLmdbEngine(folder)
  expect(engine.get('large')?.length).toBe(100_000)
  await engine.close()
})

test('A file that was only looked at is not read through at its closing.', async () => {
  await openLmdbEngine(folder).close()
  const state = await readFile(join(folder, 'store.state'), 'utf8')
  await openLmdbEngine(folder).close()
  expect(JSON.parse(await readFile(join(folder, 'store.state'), 'utf8'))).toEqual(JSON.parse(state))
})

/** As after a process that did not close it. */
const leaveOpen = (): Promise<void> => writeFile(join(folder, 'store.open'), '')

const corrupt = expect.objectContaining({
  code: 'STORE_CORRUPT',
  message: expect.stringMatching(/store\.mdb is damaged: .+\.$/) as string,
  hint: expect.stringContaining('backup') as string,
}) as Error

test('A whole file is opened after a crash as well, pages of large values and freed ones among them.', async () => {
  await leaveOpen()
  const engine = openLmdbEngine(folder)
  expect(engine.scan('key ', 'key ~', { limit: COUNT * 2 }).length).toBe(COUNT)
  expect(engine.get('large')?.length).toBe(100_000)
  await engine.close()
  await expect(stat(join(folder, 'store.open'))).rejects.toMatchObject({ code: 'ENOENT' })
})

describe('A head that is another', () => {
  test.each(Array.from({ length: 14 }, (_, at) => 48 + 8 * at))('at byte %i is refused.', async (at) => {
    const bytes = await readFile(file())
    for (const page of [0, PAGE]) bytes[page + at] = (bytes[page + at] as number) ^ 2
    await writeFile(file(), bytes)
    expect(() => openLmdbEngine(folder)).toThrow(corrupt)
  })

  test('because it is an older one, is refused.', async () => {
    const old = await readFile(file())
    const engine = openLmdbEngine(folder)
    engine.put(key(0), Buffer.from('new'))
    engine.commit()
    await engine.close()
    await writeFile(file(), old)
    expect(() => openLmdbEngine(folder)).toThrow(corrupt)
  })

  test('because the file is gone, is refused.', async () => {
    await rm(file())
    expect(() => openLmdbEngine(folder)).toThrow(corrupt)
  })
})

test('A file that lacks a page in use is refused.', async () => {
  const { size } = await stat(file())
  for (const share of [0, 0.001, 0.1, 0.5, 0.9]) {
    await truncate(file(), Math.floor(size * share))
    expect(() => openLmdbEngine(folder)).toThrow(corrupt)
    await cp(whole, folder, { recursive: true, force: true })
  }
})

test('After a crash a page of the tree that holds something else is found, wherever it lies.', async () => {
  await leaveOpen()
  const bytes = await readFile(file())
  let used = 0
  for (let number = 2; number < bytes.length / PAGE; number += 7) {
    for (const content of [Buffer.alloc(PAGE), Buffer.alloc(PAGE, 0xa5)]) {
      await write(number * PAGE, content)
      try {
        await openLmdbEngine(folder).close()
        await leaveOpen()
        await cp(whole, folder, { recursive: true, force: true })
      } catch (error) {
        expect(error).toEqual(corrupt)
        used++
      }
      await write(number * PAGE, bytes.subarray(number * PAGE, (number + 1) * PAGE))
    }
  }
  // Some pages are free, and most of a large value may be anything: the others are found out.
  expect(used).toBeGreaterThan(bytes.length / PAGE / 14)
})
