import { cpSync } from 'node:fs'
import {
  appendFile,
  copyFile,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  truncate,
  writeFile,
} from 'node:fs/promises'

import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openStore } from '../../../src/mongo/index.ts'
import { openLmdbEngine, type LmdbEngine } from '../../../src/mongo/storage/lmdb-engine.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tao-damage-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

const key = (number: number): string => `key ${number}`

/** Writes ten commits, and copies the folder as a process killed now would leave it. */
async function killed(): Promise<string> {
  const [live, copy] = [join(folder, 'live'), join(folder, 'killed')]
  await mkdir(live)
  const engine = openLmdbEngine(live)
  for (let at = 0; at < 10; at++) {
    engine.put(key(at), Buffer.from(`value ${at}`))
    engine.commit()
  }
  await cp(live, copy, { recursive: true })
  await engine.close()
  return copy
}

function values(engine: LmdbEngine): number {
  return engine.scan('key ', 'key ~', { limit: 100 }).length
}

async function logOf(path: string): Promise<string> {
  const [name] = (await readdir(path)).filter((file) => /^log-\d+$/.test(file))
  return join(path, name as string)
}

test('A log whose last frame was cut short loses that frame and no other.', async () => {
  const path = await killed()
  const log = await logOf(path)
  await truncate(log, (await readFile(log)).length - 3)
  const engine = openLmdbEngine(path)
  expect(values(engine)).toBe(9)
  expect(engine.damaged).toEqual([])
  await engine.close()
})

test('A log that lacks what was on the disk already is told of, be it cut between two writes, in one, or gone.', async () => {
  const [live, path] = [join(folder, 'live'), join(folder, 'killed')]
  await mkdir(live)
  const engine = openLmdbEngine(live)
  const ends: number[] = []
  for (let at = 0; at < 3; at++) {
    engine.put(key(at), Buffer.from(`value ${at}`))
    engine.commit()
    ends.push((await readFile(await logOf(live))).length)
  }
  await engine.sync()
  await cp(live, path, { recursive: true })
  // This one may be missing: a power cut takes what was not synced, as it is in what was copied before.
  engine.put(key(3), Buffer.from('value 3'))
  engine.commit()
  await copyFile(await logOf(live), await logOf(path))
  await engine.close()
  expect(await readdir(live)).not.toContain('store.synced')
  const [, second, third] = ends as [number, number, number]
  for (const [length, left, cut] of [
    [third, 3, undefined],
    [third - 1, 2, third - second],
    [second, 2, third - second],
    [0, 0, third],
    [undefined, 0, third],
  ] as const) {
    const trial = join(folder, `cut to ${length}`)
    await cp(path, trial, { recursive: true })
    if (length === undefined) await rm(await logOf(trial))
    else await truncate(await logOf(trial), length)
    const store = openLmdbEngine(trial)
    expect(values(store)).toBe(left)
    expect(store.damaged).toEqual([])
    expect(store.cut).toBe(
      cut && `The last log in ${trial} is shorter than it was by ${cut} bytes: the last writes are missing.`,
    )
    await store.close()
    // Told once; what is left is whole.
    const again = openLmdbEngine(trial)
    expect(again.cut).toBe(undefined)
    await again.close()
  }
})

test('A log that ends in zeros, as after a power cut, is whole up to them.', async () => {
  const path = await killed()
  await appendFile(await logOf(path), Buffer.alloc(4096))
  const engine = openLmdbEngine(path)
  expect(values(engine)).toBe(10)
  expect(engine.damaged).toEqual([])
  await engine.close()
})

test.each([
  ['ends in zeros', (log: string) => appendFile(log, Buffer.alloc(4096))],
  ['lost half a frame', async (log: string) => truncate(log, (await readFile(log)).length - 3)],
  [
    'is damaged',
    async (log: string) => {
      const bytes = await readFile(log)
      bytes[bytes.length - 40] = (bytes[bytes.length - 40] as number) ^ 0xff
      await writeFile(log, bytes)
    },
  ],
])(
  'What is written after a log that %s was read survives a kill before it is in the file.',
  async (_, spoil) => {
    const path = await killed()
    await spoil(await logOf(path))
    const engine = openLmdbEngine(path)
    const left = values(engine)
    expect(left).toBeGreaterThan(7)
    engine.put('key later', Buffer.from('later'))
    engine.commit()
    const again = join(folder, 'killed again')
    cpSync(path, again, { recursive: true })
    await engine.close()
    expect((await readdir(again)).filter((file) => /^log-\d+$/.test(file))).toHaveLength(2)
    const heir = openLmdbEngine(again)
    expect(String(heir.get('key later'))).toBe('later')
    expect(values(heir)).toBe(left + 1)
    expect(heir.damaged).toEqual([])
    await heir.close()
  },
)

test('A log damaged in its middle is read up to there, and a copy is kept for a look.', async () => {
  const path = await killed()
  const log = await logOf(path)
  const bytes = await readFile(log)
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 0xff
  await writeFile(log, bytes)
  const second = join(folder, 'second')
  await cp(path, second, { recursive: true })
  const engine = openLmdbEngine(path)
  expect(values(engine)).toBeLessThan(10)
  expect(values(engine)).toBeGreaterThan(2)
  expect(engine.damaged).toEqual([`${log}.damaged`])
  await engine.close()
  const store = await openStore({ folder: second })
  expect(store.warnings).toEqual([expect.stringContaining(`${await logOf(second)}.damaged`)])
  await store.close()
})

describe('An older log', () => {
  const [name, other] = [join('live', 'log-000001'), join('live', 'log-000002')]

  /** Leaves the first log beside what came later, closed or killed. */
  async function later(closed: boolean): Promise<Buffer> {
    const live = join(folder, 'live')
    await mkdir(live)
    const first = openLmdbEngine(live)
    first.put(key(1), Buffer.from('old'))
    first.commit()
    const log = await readFile(join(folder, name))
    await first.close()
    const second = openLmdbEngine(live)
    second.put(key(1), Buffer.from('new'))
    second.put(key(2), Buffer.from('new'))
    second.commit()
    if (!closed) await cp(live, join(folder, 'killed'), { recursive: true })
    await second.close()
    return log
  }

  test('put back is not read: what it holds is in the file.', async () => {
    await writeFile(join(folder, name), await later(true))
    const engine = openLmdbEngine(join(folder, 'live'))
    expect(String(engine.get(key(1)))).toBe('new')
    expect(engine.damaged).toEqual([])
    await engine.close()
  })

  test('in the place of the last is told of, and not taken for it.', async () => {
    const log = await later(false)
    const path = join(folder, 'killed', basename(other))
    await writeFile(path, log)
    const engine = openLmdbEngine(join(folder, 'killed'))
    expect(engine.damaged).toEqual([`${path}.damaged`])
    expect(String(engine.get(key(1)))).toBe('old')
    await engine.close()
  })
})

test.each([
  ['truncated', (path: string) => truncate(path, 9000)],
  ['cut to less than its head', (path: string) => truncate(path, 50)],
  ['overwritten', (path: string) => writeFile(path, Buffer.alloc(100_000, 'nonsense'))],
])('A data file that was %s is refused in one sentence, and the process lives.', async (_, damage) => {
  const engine = openLmdbEngine(folder)
  for (let at = 0; at < 1000; at++) engine.put(key(at), Buffer.alloc(300, at))
  engine.commit()
  await engine.close()
  await damage(join(folder, 'store.mdb'))
  await expect(openStore({ folder })).rejects.toMatchObject({
    code: 'STORE_CORRUPT',
    message: expect.stringMatching(/store\.mdb is damaged: .*\.$/) as string,
  })
})
