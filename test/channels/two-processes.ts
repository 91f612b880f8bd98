import { EventEmitter } from 'node:events'
import { onTestFinished } from 'vitest'
import type { Relay } from '../../src/base/relay.ts'
import { createChannels, type Channels, type Delivery, type Joiner } from '../../src/channels/index.ts'
import { startRedis, type RedisServer } from '../redis-server.ts'

/** What a primary does for its workers: everybody but the sender hears, later, what JSON made of it. */
export function createBus(): (() => Relay) & { end(process: number): void } {
  const bus = new EventEmitter().setMaxListeners(0)
  let processes = 0
  const plug = (): Relay => {
    const me = ++processes
    return {
      post: (topic, message) => {
        const text = JSON.stringify(message)
        setImmediate(() => bus.emit(topic, me, text))
      },
      listen(topic, listener) {
        const hear = (from: number, text: string): void => {
          if (from !== me) listener(JSON.parse(text), from)
        }
        bus.on(topic, hear)
        return () => bus.off(topic, hear)
      },
      onEnd(listener) {
        bus.on(ENDED, listener)
        return () => bus.off(ENDED, listener)
      },
    }
  }
  return Object.assign(plug, { end: (process: number) => void bus.emit(ENDED, process) })
}

const ENDED = Symbol('ended')

export interface Logged {
  lines: string[]
}

/** The channels of one more process of a site. */
export type MakeChannels = (name?: string) => Channels & Logged

export async function over(
  way: 'relay' | 'redis',
): Promise<MakeChannels & { redis?: RedisServer; end(process: number): void }> {
  const redis = way === 'redis' ? await startRedis() : undefined
  const plug = createBus()
  const make: MakeChannels = (name = 'site') => {
    const lines: string[] = []
    const keep = (...words: unknown[]): void => void lines.push(String(words.at(-1)))
    const channels = createChannels({
      url: redis?.url ?? 'memory:',
      name,
      log: { info: keep, warn: keep, error: keep } as never,
      relay: redis ? undefined : plug(),
    })
    onTestFinished(() => channels.close())
    return { ...channels, lines }
  }
  return Object.assign(make, { end: plug.end }, redis && { redis })
}

/** One who joins, and remembers what reached it. */
export interface Listener extends Joiner {
  heard: unknown[]
  leave(): void
}

export function joiner(onDelivery?: (message: Delivery) => unknown): Listener {
  let leave!: () => void
  let closed = false
  const whenClosed = new Promise<void>((resolve) => {
    leave = () => {
      closed = true
      resolve()
    }
  })
  const heard: unknown[] = []
  return {
    heard,
    leave,
    get closed() {
      return closed
    },
    whenClosed,
    deliver(message) {
      heard.push(message.value)
      return onDelivery?.(message)
    },
  }
}
