import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import { connectRedis, type RedisConnection } from '../redis/index.ts'
import type { Member } from './channel.ts'
import type { Layer, LayerEvents } from './layer.ts'
import type { Packet } from './message.ts'
import { redisKeys } from './redis-keys.ts'
import { createRedisPresence } from './redis-presence.ts'

export interface RedisLayerOptions {
  readonly url: string
  readonly name: string
  readonly log: Pick<Logger, 'info' | 'warn'>
}

type Word = readonly [
  from: string,
  ...(readonly ['message', Packet] | readonly ['enter', Member] | readonly ['leave', string]),
]

/** How many channels are subscribed to by one command. */
const BATCH = 500

/**
 * Joins the machines of a site by the publish and subscribe of Redis: what it carries arrives at most once, in the order
 * each server sent it. While Redis is away nothing is carried and nothing kept; afterwards all is subscribed to again.
 */
export function createRedisLayer({ url, name, log }: RedisLayerOptions, events: LayerEvents): Layer {
  const me = randomUUID()
  const keys = redisKeys(name)
  const wanted = new Set<string>()
  let started: Promise<{ sender: RedisConnection; receiver: RedisConnection }> | undefined

  const start = (): NonNullable<typeof started> => (started ??= connect())
  const presence = createRedisPresence(me, keys, async () => (await start()).sender)

  async function connect(): Promise<{ sender: RedisConnection; receiver: RedisConnection }> {
    const quiet = { info: () => {}, warn: () => {} }
    const [sender, receiver] = await Promise.all([
      connectRedis(url, {
        name: 'tao:channels',
        log,
        onUp: () => void presence.restore(),
      }),
      // A connection that has subscribed does nothing else. One of the two tells of the loss.
      connectRedis(url, {
        name: 'tao:channels:listen',
        log: quiet,
        onUp: () => void listenAgain(),
      }),
    ])
    receiver.client.on('message', (key: string, text: string) => hear(keys.channelOf(key), text))
    return { sender, receiver }
  }

  async function listenAgain(): Promise<void> {
    const { receiver } = await start()
    const all = [...wanted].map((channel) => keys.messages(channel))
    for (let from = 0; from < all.length; from += BATCH)
      await receiver.client.subscribe(...all.slice(from, from + BATCH)).catch(() => {})
  }

  function hear(channel: string, text: string): void {
    const [from, kind, what] = JSON.parse(text) as Word
    if (from === me) return
    if (kind === 'message') events.message(channel, what)
    else if (kind === 'enter') events.entered(channel, what)
    else events.left(channel, what)
  }

  async function say(channel: string, ...[kind, what]: WithoutFrom<Word>): Promise<void> {
    const { sender } = await start()
    if (!sender.isUp) return
    await sender.client.publish(keys.messages(channel), JSON.stringify([me, kind, what])).catch(() => {})
  }

  return {
    async subscribe(channel) {
      wanted.add(channel)
      const { receiver } = await start()
      if (receiver.isUp && wanted.has(channel))
        await receiver.client.subscribe(keys.messages(channel)).catch(() => {})
    },
    unsubscribe(channel) {
      wanted.delete(channel)
      void start().then(({ receiver }) => {
        if (receiver.isUp && !wanted.has(channel))
          receiver.client.unsubscribe(keys.messages(channel)).catch(() => {})
      })
    },
    publish: (channel, packet) => say(channel, 'message', packet),
    async enter(channel, member) {
      await presence.enter(channel, member)
      await say(channel, 'enter', member)
    },
    async leave(channel, id) {
      await presence.leave(channel, id)
      await say(channel, 'leave', id)
    },
    others: (channel) => presence.others(channel),
    warm: () => void start(),
    async close() {
      // Who never connected has nothing to end.
      if (!started) return
      const { sender, receiver } = await started
      await presence.close()
      await Promise.all([sender.close(), receiver.close()])
    },
  }
}

type WithoutFrom<W> = W extends readonly [string, ...infer Rest] ? Rest : never
