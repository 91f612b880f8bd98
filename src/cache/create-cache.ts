import type { Logger } from 'pino'
import type { Relay } from '../base/relay.ts'
import type { Cache, CachePages, CacheStore, Flight, Flights, KeepOptions, Look } from './cache.ts'
import { badCacheUse } from './errors.ts'
import { createMemoryStore } from './memory-store.ts'
import { createRedisStore } from './redis-store.ts'

export interface CacheOptions {
  /** `memory:`, or the URL of a Redis server. */
  readonly url: string
  /** Bytes, of a cache in memory. */
  readonly bytes: number
  /** The site's name: sites that share a server keep apart by it. */
  readonly name: string
  readonly log: Pick<Logger, 'info' | 'warn'>
  /** Reaches the other processes of this site. */
  readonly relay?: Relay | undefined
}

/** What the processes of one site tell each other. */
interface Told {
  readonly names?: readonly string[]
  readonly key?: string
}

const TOPIC = 'cache'

/** The name that every value has beside its own. */
const EVERYTHING = '*'

/** The cache of one site. Nothing is connected to before it is used. */
export function createCache({ url, bytes, name, log, relay }: CacheOptions): {
  cache: Cache
  close(): Promise<void>
} {
  const shared = url !== 'memory:'
  const store: CacheStore = shared
    ? createRedisStore({ url, prefix: `tao:${name}:cache:`, log })
    : createMemoryStore(bytes)
  const flights: Flights = new Map()
  const tell = (message: Told): void => {
    if (!shared) relay?.post(TOPIC, message)
  }
  const stopListening = shared
    ? undefined
    : relay?.listen(TOPIC, (message) => {
        const { names, key } = message as Told
        if (names) {
          flights.clear()
          void store.invalidate(names)
        }
        if (key !== undefined) void forget(key)
      })

  const look = async (key: string, names: readonly string[]): Promise<Look> =>
    store.look(`d:${checkKey(key)}`, names)
  const keep = async (key: string, value: unknown, seconds: number, found: Look): Promise<void> => {
    if (found.kept || !found.versions) return
    await store.keep(`d:${key}`, { head: '', body: toJson(key, value) }, seconds, found.versions)
  }
  const forget = async (key: string): Promise<void> => {
    flights.delete(key)
    await store.forget(key)
  }
  const invalidate = async (names: readonly string[]): Promise<void> => {
    flights.clear()
    await store.invalidate(names)
    // Those that began before the store knew of it.
    flights.clear()
    tell({ names })
  }

  const pages: CachePages = {
    flights,
    look: (key, names) => store.look(`p:${key}`, [...names, EVERYTHING]),
    keep(key, kept, seconds, found) {
      if (found.kept || !found.versions) return undefined
      return store.keep(`p:${key}`, kept, seconds, found.versions)
    },
  }
  const cache: Cache = {
    pages,
    async get<Value>(key: string) {
      const { kept } = await look(key, [])
      return kept && (JSON.parse(String(kept.body)) as Value)
    },
    async set(key, value, options) {
      const { seconds, names } = readOptions(options)
      await forget(`d:${checkKey(key)}`)
      await keep(key, value, seconds, await look(key, names))
      tell({ key: `d:${key}` })
    },
    async delete(key) {
      await forget(`d:${checkKey(key)}`)
      tell({ key: `d:${key}` })
    },
    async getOrSet<Value>(key: string, options: KeepOptions | number, make: () => Value | Promise<Value>) {
      const { seconds, names } = readOptions(options)
      const flight = flights.get(`d:${key}`)
      if (flight) return copy(key, await flight.result) as Value
      let own: Flight | undefined
      const compute = async (): Promise<unknown> => {
        const found = await look(key, names)
        if (found.kept) return JSON.parse(String(found.kept.body)) as unknown
        const value = await make()
        if (flights.get(`d:${key}`) === own) await keep(key, value, seconds, found)
        return value
      }
      own = { result: compute() }
      flights.set(`d:${key}`, own)
      try {
        return (await own.result) as Value
      } finally {
        if (flights.get(`d:${key}`) === own) flights.delete(`d:${key}`)
      }
    },
    invalidate: (...names) => invalidate(names),
    clear: () => invalidate([EVERYTHING]),
  }

  return {
    cache,
    async close() {
      stopListening?.()
      await store.close()
    },
  }
}

function readOptions(options: KeepOptions | number): { seconds: number; names: string[] } {
  const { seconds, name = [] } = typeof options === 'number' ? { seconds: options } : options
  if (typeof seconds !== 'number' || !(seconds > 0)) {
    throw badCacheUse(`a value is kept for a number of seconds above 0, not ${String(seconds)}`)
  }
  return { seconds, names: [...[name].flat(), EVERYTHING] }
}

function checkKey(key: string): string {
  if (typeof key === 'string' && key !== '') return key
  throw badCacheUse(`a key is some text, not ${typeof key === 'string' ? 'none' : `a ${typeof key}`}`)
}

function toJson(key: string, value: unknown): string {
  const text = JSON.stringify(value) as string | undefined
  if (text !== undefined) return text
  throw badCacheUse(`what is kept under "${key}" is ${typeof value}, which JSON has no form for`)
}

/** What was computed by somebody else is a copy, as what was kept is. */
function copy(key: string, value: unknown): unknown {
  return JSON.parse(toJson(key, value)) as unknown
}
