import { mkdtemp, rm, stat, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { open, type RootDatabase } from 'lmdb'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openLmdbEngine } from '../../../src/mongo/storage/lmdb-engine.ts'
import { readMeta } from '../../../src/mongo/storage/lmdb-file.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tao-short-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** The same numbers at each run. */
function makeRandom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff
    return (state >> 8) % below
  }
}

/** Writes and removes at random until a transaction leaves a file that is shorter than its pages. */
async function makeShort(): Promise<Map<string, Buffer>> {
  const path = join(folder, 'store.mdb')
  // Where pages have 4 KB the first attempt is such a one.
  const random = makeRandom(234090746)
  for (let attempt = 0; attempt < 500; attempt++) {
    await rm(path, { force: true })
    const database = open<Buffer, Buffer>({
      path,
      noSubdir: true,
      keyEncoding: 'binary',
      encoding: 'binary',
      overlappingSync: false,
      eventTurnBatching: false,
      maxDbs: 1,
    })
    const expected = new Map<string, Buffer>()
    for (let round = 0; round < 8; round++) database.transactionSync(() => change(database, random, expected))
    await database.close()
    const { size, needed } = readMeta(path)!
    if (size < needed) return expected
  }
  throw new Error('every file was as long as its pages')
}

function change(
  database: RootDatabase<Buffer, Buffer>,
  random: (below: number) => number,
  expected: Map<string, Buffer>,
): void {
  const [count, keys, size, removals] = [20 + random(300), 50 + random(400), 20 + random(1500), random(100)]
  for (let i = 0; i < count; i++) {
    const key = `key ${random(keys)}`
    const value = Buffer.alloc(random(size) + 1, i)
    if (random(100) < removals) {
      database.removeSync(Buffer.from(key))
      expected.delete(key)
    } else {
      database.putSync(Buffer.from(key), value)
      expected.set(key, value)
    }
  }
}

test('A sound file may be shorter than its pages: it is opened, whole.', async () => {
  const expected = await makeShort()
  const engine = openLmdbEngine(folder)
  const found = engine.scan('key ', 'key ~', { limit: 1000 })
  expect(found.length).toBe(expected.size)
  for (const { key, value } of found) expect(expected.get(key)!.equals(value)).toBe(true)
  await engine.close()
}, 60_000)

test('One that is cut further is refused.', async () => {
  await makeShort()
  const file = join(folder, 'store.mdb')
  const { size } = await stat(file)
  await truncate(file, Math.floor(size / 2))
  expect(() => openLmdbEngine(folder)).toThrow(/is damaged: it holds \d+ bytes of \d+\./)
}, 60_000)
