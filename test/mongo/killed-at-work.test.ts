import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { MongoClient, type Document } from 'mongodb'
import { describe, expect, test } from 'vitest'
import { readEntry } from '../../src/mongo/catalog/entry.ts'
import { openStore, type Store } from '../../src/mongo/index.ts'
import { openLmdbEngine } from '../../src/mongo/storage/lmdb-engine.ts'
import { after, catalogRange, settingName } from '../../src/mongo/storage/keys.ts'
import { startChild } from './children/child.ts'
// @ts-expect-error -- plain JavaScript: the processes that are killed run it too
import { scenarios as untyped, sweepOften as untypedSweep } from './children/scenarios.js'

interface Scenario {
  prepare(db: unknown): Promise<unknown>
  act(db: unknown, client: MongoClient): Promise<unknown>
  between?(found: Look, before: Look, after: Look): boolean
}
type Look = Record<string, { options: Document; indexes: string[]; documents: Document[] }>

const sweepOften = untypedSweep as () => void
const scenarios = untyped as Record<string, Scenario>
/** How often each scenario is killed: hundreds for a night, a few in between. */
const ROUNDS = Number(process.env['TAO_CRASH_ROUNDS'] ?? 1)

/** All there is, once `validate` has found nothing wrong. */
async function look(client: MongoClient): Promise<Look> {
  const all: Look = {}
  for (const name of ['one', 'two']) {
    const db = client.db(name)
    for (const { name: collection, type, options } of (await db.listCollections().toArray()) as Document[]) {
      if (collection === 'system.views') continue
      const isView = type === 'view'
      if (!isView) {
        const { valid, errors } = await db.command({ validate: collection, full: true })
        expect({ valid, errors }).toEqual({ valid: true, errors: [] })
      }
      const documents = await db.collection(collection).find().sort({ _id: 1 }).toArray()
      all[`${name}.${collection}`] = {
        options: options as Document,
        indexes: isView
          ? []
          : (await db.collection(collection).indexes()).map(
              ({ name, hidden }) => `${name}${hidden ? ' hidden' : ''}`,
            ),
        documents,
      }
    }
  }
  return all
}

async function using<T>(store: Store, work: (client: MongoClient) => Promise<T>): Promise<T> {
  const client = await MongoClient.connect(store.uri)
  try {
    return await work(client)
  } finally {
    await client.close()
    await store.close()
  }
}

/** What belongs to no collection and to no index of one, and is not about to be cleared away. */
async function strays(folder: string): Promise<string[]> {
  const engine = openLmdbEngine(folder)
  const known = new Set<string>()
  for (const { value } of engine.scan(...catalogRange(), { limit: 1000 })) {
    const entry = readEntry(value)
    if ('viewOn' in entry) continue
    known.add(`records ${entry.ident}`).add(`counters ${entry.ident}`)
    for (const { ident } of entry.indexes) known.add(`index ${ident}`)
  }
  const found = new Set<string>()
  for (let from = '\u0001'; ;) {
    const chunk = engine.scan(from, catalogRange()[0], { limit: 1000 })
    for (const { key } of chunk) {
      const kind = ['', 'setting', 'records', 'index', 'counters'][key.charCodeAt(0)] as string
      if (kind === 'setting') {
        const [what, ...name] = settingName(key).split(' ')
        if (what === 'trash') known.add(name.join(' '))
        if (what === 'draft') found.add(settingName(key))
      } else found.add(`${kind} ${Buffer.from(key, 'latin1').readUInt32BE(1)}`)
    }
    if (chunk.length < 1000) break
    from = after(chunk.at(-1)?.key as string)
  }
  await engine.close()
  return [...found].filter((name) => !known.has(name))
}

/** @returns what it had said when it ended */
async function runAndKill(folder: string, name: string, how: Kill): Promise<string[]> {
  const child = startChild('act', folder, name, String(how.call ?? 0), how.when ?? '')
  const said: string[] = []
  const ended = once(child.process, 'exit')
  try {
    for (;;) {
      said.push(await child.line())
      if (said.length === 1 && how.after !== undefined) void delay(how.after).then(() => child.kill())
    }
  } catch (error) {
    await ended
    if (child.process.signalCode !== 'SIGKILL' && child.process.exitCode !== 0) throw error
  }
  return said
}

interface Kill {
  /** Milliseconds after it began. */
  readonly after?: number
  /** The call to the file system it dies at, and whether before, after or in the middle of it. */
  readonly call?: number
  readonly when?: string
}

function anyKill(): Kill {
  if (Math.random() < 0.4) return { after: Math.random() ** 2 * 400 }
  const when = ['before', 'half', 'after'][Math.trunc(Math.random() * 3)] as string
  return { call: Math.trunc(Math.exp(Math.random() * Math.log(60))), when }
}

sweepOften()

describe.concurrent('Killed with -9 while', () => {
  test.each(Object.entries(scenarios))(
    '%s',
    async (name, { prepare, act, between }) => {
      const [first, last] = await using(await openStore({ memory: true }), async (client) => {
        await prepare(client.db('one'))
        const first = await look(client)
        await act(client.db('one'), client)
        return [first, await look(client)]
      })
      const folder = await mkdtemp(join(tmpdir(), 'tao-killed-'))
      try {
        for (let round = 0; round < ROUNDS; round++) {
          const how = anyKill()
          const said = await runAndKill(folder, name, how)
          expect(said[0]).toBe('ready')
          const found = await using(await openStore({ folder }), look)
          const same = (other: Look): boolean => JSON.stringify(found) === JSON.stringify(other)
          const whole = said.includes('done')
            ? same(last)
            : same(first) || same(last) || between?.(found, first, last)
          expect(whole, `${JSON.stringify(how)}: ${said.join()}, ${summary(found)}`).toBe(true)
          expect(await strays(folder), JSON.stringify(how)).toEqual([])
        }
      } finally {
        await rm(folder, { recursive: true })
      }
    },
    60_000 + ROUNDS * 30_000,
  )
})

function summary(look: Look): string {
  return JSON.stringify(
    Object.entries(look).map(([name, { indexes, documents, options }]) => [
      name,
      options,
      indexes,
      documents.length,
      documents[0]?.['_id'],
      documents.at(-1)?.['_id'],
    ]),
  )
}
