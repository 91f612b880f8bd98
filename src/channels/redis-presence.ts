import type { RedisConnection } from '../redis/index.ts'
import type { Member } from './channel.ts'
import { HEARTBEAT, SILENCE } from './layer.ts'
import { OwnMembers } from './own-members.ts'
import type { RedisKeys } from './redis-keys.ts'

/** Seconds that a list of members outlives the last word of any server. */
const LIST_LIFE = 3600

export interface RedisPresence {
  enter(channel: string, member: Member): Promise<void>
  leave(channel: string, id: string): Promise<void>
  others(channel: string): Promise<readonly Member[] | undefined>
  /** Says all again: Redis may have lost it. */
  restore(): Promise<void>
  close(): Promise<void>
}

/**
 * Keeps in Redis who is where. Every server has a key that ends when it is not renewed; members of a server without one
 * are gone.
 *
 * @param connection what there is of one by now
 */
export function createRedisPresence(
  me: string,
  keys: RedisKeys,
  connection: () => Promise<RedisConnection>,
): RedisPresence {
  const own = new OwnMembers()
  /** Those who left while Redis was away. */
  let owed: [channel: string, id: string][] = []
  const field = (id: string): string => `${me} ${id}`
  const serverKey = keys.server(me)

  let beat: NodeJS.Timeout | undefined
  let beats = 0

  async function renew(): Promise<void> {
    const { client, isUp } = await connection()
    if (!isUp || own.isEmpty) return
    const known = await client.expire(serverKey, SILENCE).catch(() => undefined)
    beats += 1
    // Its members were taken off the lists by whoever noticed.
    if (known === 0) await restore()
    else if (beats % 100 === 0) {
      const pipeline = client.pipeline()
      for (const channel of own.channels) pipeline.expire(keys.members(channel), LIST_LIFE)
      await pipeline.exec().catch(() => {})
    }
  }

  async function restore(): Promise<void> {
    const { client } = await connection()
    if (own.isEmpty && owed.length === 0) return
    const gone = owed
    owed = []
    const pipeline = client.pipeline()
    for (const [channel, id] of gone) pipeline.hdel(keys.members(channel), field(id))
    if (!own.isEmpty) pipeline.set(serverKey, '1', 'EX', SILENCE)
    for (const [channel, member] of own.entries()) {
      pipeline.hset(keys.members(channel), field(member.id), JSON.stringify(member))
      pipeline.expire(keys.members(channel), LIST_LIFE)
    }
    await pipeline.exec().catch(() => {
      owed.push(...gone)
    })
  }

  return {
    restore,
    async enter(channel, member) {
      own.add(channel, member)
      beat ??= setInterval(() => void renew(), HEARTBEAT * 1000).unref()
      const { client, isUp } = await connection()
      if (!isUp) return
      await client
        .pipeline()
        .set(serverKey, '1', 'EX', SILENCE)
        .hset(keys.members(channel), field(member.id), JSON.stringify(member))
        .expire(keys.members(channel), LIST_LIFE)
        .exec()
        .catch(() => {})
    },
    async leave(channel, id) {
      own.remove(channel, id)
      const { client, isUp } = await connection()
      const done =
        isUp && (await client.hdel(keys.members(channel), field(id)).catch(() => undefined)) !== undefined
      if (!done) owed.push([channel, id])
    },
    async others(channel) {
      const { client, isUp } = await connection()
      if (!isUp) return undefined
      try {
        const all = Object.entries(await client.hgetall(keys.members(channel)))
        const servers = [...new Set(all.map(([name]) => serverOf(name)))].filter((server) => server !== me)
        if (servers.length === 0) return []
        const alive = await client.mget(servers.map((server) => keys.server(server)))
        const living = new Set(servers.filter((_, index) => alive[index] !== null))
        const dead = all.filter(([name]) => serverOf(name) !== me && !living.has(serverOf(name)))
        if (dead.length > 0) client.hdel(keys.members(channel), ...dead.map(([name]) => name)).catch(() => {})
        return all
          .filter(([name]) => living.has(serverOf(name)))
          .map(([, text]) => JSON.parse(text) as Member)
      } catch {
        return undefined
      }
    },
    async close() {
      clearInterval(beat)
      const { client, isUp } = await connection()
      if (!isUp) return
      const pipeline = client.pipeline().del(serverKey)
      for (const [channel, { id }] of own.entries()) pipeline.hdel(keys.members(channel), field(id))
      await pipeline.exec().catch(() => {})
    },
  }
}

function serverOf(field: string): string {
  return field.slice(0, field.indexOf(' '))
}
