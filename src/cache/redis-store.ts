import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import { connectRedis, type RedisConnection } from '../redis/index.ts'
import type { CacheStore, Look, Versions } from './cache.ts'

export interface RedisStoreOptions {
  readonly url: string
  /** In front of every key. */
  readonly prefix: string
  readonly log: Pick<Logger, 'info' | 'warn'>
}

/** Seconds a name is known after its last use; longer than anything is kept. */
const NAME_LIFE = 400 * 24 * 60 * 60

const MISS: Look = { kept: undefined, versions: undefined }

/**
 * Keeps values in Redis, for every process and machine that shares it. A server that is away is as one that has nothing: the
 * connection says so in the log, once, and what was invalidated meanwhile is invalidated when it is back.
 *
 * A value is one string: the length of the JSON in front, that JSON (head, whether the body is bytes, and the versions of its
 * names), the body. A name is a key with its version; to invalidate it is to give it another.
 */
export function createRedisStore({ url, prefix, log }: RedisStoreOptions): CacheStore {
  const pending = new Set<string>()
  let connecting: Promise<RedisConnection> | undefined
  let complained = false

  const connect = (): Promise<RedisConnection> =>
    (connecting ??= connectRedis(url, { name: `tao:cache:${prefix}`, log, onUp: () => void replay() }))

  const nameKey = (name: string): string => `${prefix}n:${name}`
  const valueKey = (key: string): string => `${prefix}v:${key}`

  /** Does something with the server; `otherwise` when it is away or fails, which is said once until it works again. */
  const attempt = async <T>(work: (redis: RedisConnection) => Promise<T>, otherwise: T): Promise<T> => {
    const redis = await connect()
    if (!redis.isUp) return otherwise
    try {
      const result = await work(redis)
      complained = false
      return result
    } catch (error) {
      if (redis.isUp && !complained) {
        complained = true
        log.warn({ err: error }, `The cache in Redis at ${redis.label} fails, and is done without`)
      }
      return otherwise
    }
  }

  const replay = async (): Promise<void> => {
    const names = [...pending]
    if (names.length > 0 && (await rename(names))) for (const name of names) pending.delete(name)
  }

  const rename = (names: readonly string[]): Promise<boolean> =>
    attempt(async ({ client }) => {
      const all = client.multi()
      for (const name of names) all.set(nameKey(name), randomUUID(), 'EX', NAME_LIFE)
      await all.exec()
      return true
    }, false)

  /** The versions of names; those that have none get one, so that a name that was lost never looks as it did before. */
  const readVersions = async (redis: RedisConnection, names: readonly string[]): Promise<Versions> => {
    if (names.length === 0) return {}
    const all = redis.client.multi()
    for (const name of names) all.set(nameKey(name), randomUUID(), 'EX', NAME_LIFE, 'NX').get(nameKey(name))
    const replies = (await all.exec()) ?? []
    return Object.fromEntries(names.map((name, i) => [name, String(replies[2 * i + 1]?.[1])]))
  }

  return {
    look: (key, names) =>
      attempt(async (redis) => {
        // Until it is said to the server, it knows nothing of it.
        if (pending.size > 0) return MISS
        const [bytes, ...found] = await redis.client.mgetBuffer(valueKey(key), ...names.map(nameKey))
        const value = bytes ? readValue(bytes) : undefined
        if (value) {
          const known = new Map(names.map((name, i) => [name, found[i]?.toString()]))
          const others = Object.keys(value.versions).filter((name) => !known.has(name))
          const versions = others.length === 0 ? [] : await redis.client.mget(...others.map(nameKey))
          others.forEach((name, i) => known.set(name, versions[i] ?? undefined))
          const isCurrent = Object.entries(value.versions).every(
            ([name, version]) => known.get(name) === version,
          )
          if (isCurrent) return { kept: value }
        }
        return { kept: undefined, versions: await readVersions(redis, names) }
      }, MISS),
    async keep(key, kept, seconds, versions) {
      await attempt(async ({ client }) => {
        await client.set(valueKey(key), writeValue(kept, versions), 'PX', Math.ceil(seconds * 1000))
      }, undefined)
    },
    async forget(key) {
      await attempt(async ({ client }) => void (await client.del(valueKey(key))), undefined)
    },
    async invalidate(names) {
      for (const name of names) pending.add(name)
      await replay()
    },
    async close() {
      await (await connecting)?.close()
    },
  }
}

interface Value {
  readonly head: string
  readonly body: string | Uint8Array
  readonly versions: Versions
}

function writeValue({ head, body }: { head: string; body: string | Uint8Array }, versions: Versions): Buffer {
  const json = Buffer.from(JSON.stringify({ head, versions, bytes: typeof body !== 'string' }))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(json.length)
  return Buffer.concat([length, json, typeof body === 'string' ? Buffer.from(body) : body])
}

/** @returns nothing for what is no value of ours: of another version of tao, or of somebody else */
function readValue(value: Buffer): Value | undefined {
  try {
    const length = value.readUInt32BE()
    const { head, versions, bytes } = JSON.parse(value.toString('utf8', 4, 4 + length)) as {
      head: string
      versions: Versions
      bytes: boolean
    }
    const body = value.subarray(4 + length)
    return { head, versions, body: bytes ? body : body.toString() }
  } catch {
    return undefined
  }
}
