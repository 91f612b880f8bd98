import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { after, keyOf } from '../../../src/mongo/storage/keys.ts'
import { openLmdbEngine } from '../../../src/mongo/storage/lmdb-engine.ts'
import { openMemoryEngine } from '../../../src/mongo/storage/memory-engine.ts'

const folders: string[] = []

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'tao-engine-'))
  folders.push(path)
  return path
}

afterEach(async () => {
  for (const path of folders.splice(0)) await rm(path, { recursive: true })
})

const key = fc.uint8Array({ minLength: 1, maxLength: 3, max: 6 }).map((bytes) => keyOf(bytes))
// Some fill a slab of the log's memory, and some are larger than one.
const text = fc
  .tuple(
    fc.nat(1000),
    fc.oneof(
      { weight: 12, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.constantFrom(3000, 150_000, 400_000) },
    ),
  )
  .map(([number, size]) => `${number}`.padEnd(size, '.'))
const operation = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('put' as const), key, value: text }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('remove' as const), key }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('commit' as const, 'rollback' as const, 'breathe' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('scan' as const),
      from: key,
      to: key,
      limit: fc.integer({ min: 1, max: 12 }),
      reverse: fc.boolean(),
    }),
  },
)

describe.each([
  ['memory', () => Promise.resolve({ engine: openMemoryEngine(), reopen: undefined })],
  [
    'lmdb',
    async () => {
      const path = await folder()
      return { engine: openLmdbEngine(path), reopen: () => openLmdbEngine(path) }
    },
  ],
])('The %s engine', (_, make) => {
  test('answers as a sorted map would, whatever the order of writes, scans and undos', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { maxLength: 80 }), async (operations) => {
        const made = await make()
        let { engine } = made
        const model = new Map<string, string>()
        let committed = new Map<string, string>()
        for (const step of operations) {
          if (step.kind === 'put') {
            engine.put(step.key, Buffer.from(step.value))
            model.set(step.key, step.value)
          } else if (step.kind === 'remove') {
            engine.remove(step.key)
            model.delete(step.key)
          } else if (step.kind === 'rollback') {
            engine.rollback()
            model.clear()
            for (const [name, value] of committed) model.set(name, value)
          } else if (step.kind === 'scan') {
            const [low, high] = [step.from, step.to]
            const expected = [...model]
              .filter(([name]) => name >= low && name < high)
              .sort(([a], [b]) => (a < b ? -1 : 1))
            if (step.reverse) expected.reverse()
            const found = engine.scan(step.from, step.to, step)
            expect(found.map((entry) => [entry.key, entry.value.toString()])).toEqual(
              expected.slice(0, step.limit),
            )
          } else {
            engine.commit()
            committed = new Map(model)
            if (step.kind === 'breathe') await new Promise((resolve) => setImmediate(resolve))
          }
        }
        engine.commit()
        if (made.reopen) {
          await engine.close()
          engine = made.reopen()
        }
        const all = engine.scan('\0', '\u00ff', { limit: 1000 })
        expect(new Map(all.map((entry) => [entry.key, entry.value.toString()]))).toEqual(model)
        for (const [name, value] of model) expect(engine.get(name)?.toString()).toBe(value)
        await engine.close()
      }),
      { numRuns: 60 },
    )
  })

  test.each([
    [10, 400_000],
    [100_000, 100_000],
    [300_000, 10],
    [300_000, 300_000],
  ])(
    'undoes what went beyond the memory it began in, and harms nothing committed there (values of %i, then %i bytes)',
    async (kept, undone) => {
      const { engine, reopen } = await make()
      const expected = new Map<string, Buffer>()
      for (let round = 0; round < 6; round++) {
        const value = Buffer.alloc(kept, 65 + round)
        engine.put(`kept${round}`, value)
        expected.set(`kept${round}`, value)
        engine.commit()
        for (let at = 0; at < 4; at++) engine.put(`kept${at}`, Buffer.alloc(undone, 97 + at))
        engine.rollback()
        for (const [name, bytes] of expected) expect(engine.get(name)?.equals(bytes)).toBe(true)
      }
      await engine.close()
      if (!reopen) return
      const again = reopen()
      for (const [name, bytes] of expected) expect(again.get(name)?.equals(bytes)).toBe(true)
      await again.close()
    },
  )
})

test('The lmdb engine keeps answering while megabytes move from its log into the file.', async () => {
  const path = await folder()
  const engine = openLmdbEngine(path)
  const value = Buffer.alloc(2000, 7)
  const name = (number: number): string => String(number).padStart(8, '0')
  for (let number = 0; number < 20_000; number++) {
    engine.put(name(number), value)
    if (number % 100 === 99) {
      engine.commit()
      await engine.ready()
      for (let past = 0; past < number; past += 1999) expect(engine.get(name(past))?.length).toBe(2000)
    }
  }
  let from = name(0)
  let seen = 0
  for (;;) {
    const chunk = engine.scan(from, '~', { limit: 777 })
    if (chunk.length === 0) break
    for (const entry of chunk) expect(entry.key).toBe(String(seen++).padStart(8, '0'))
    from = after(chunk.at(-1)?.key as string)
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(seen).toBe(20_000)
  await engine.close()
  expect((await readdir(path)).filter((file) => file.startsWith('log-'))).toEqual([])
})
