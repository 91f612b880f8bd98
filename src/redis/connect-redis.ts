import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import { readRedisUrl } from './redis-url.ts'

export interface RedisOptions {
  /** What the connection is for; Redis shows it in CLIENT LIST. */
  name: string
  log: Pick<Logger, 'info' | 'warn'>
  /** Called whenever the server can be spoken to, also after it was away: what the connection had set up there is gone. */
  onUp?: (() => void) | undefined
  onDown?: (() => void) | undefined
}

/** A connection to Redis, or to what speaks as it does (Valkey), that mends itself for as long as it is not closed. */
export interface RedisConnection {
  /** The client of the `ioredis` package. Without a connection its commands fail at once: nothing is queued or sent twice. */
  readonly client: Redis
  readonly isUp: boolean
  /** Where it is, without a password. */
  readonly label: string
  close(): Promise<void>
}

/** Milliseconds. */
const CONNECT_TIMEOUT = 3000
const COMMAND_TIMEOUT = 2000
const LONGEST_RETRY = 2000
const PING_INTERVAL = 5000
const CLOSE_TIMEOUT = 1000

/**
 * Connects to a server of Redis. `ioredis` is loaded by this call, not before. That the server goes away and comes back
 * is in the log, once each time; in between it is tried again, after 2 s at the latest.
 *
 * @param url `redis://HOST:PORT/DB`, `rediss://...` (TLS) or `unix:/PATH`
 * @returns when the first attempt has come to something, be it nothing: see `isUp`
 * @throws TAO_REDIS_URL
 */
export async function connectRedis(url: string, options: RedisOptions): Promise<RedisConnection> {
  const { target, label } = readRedisUrl(url)
  const { log } = options
  const { Redis } = await import('ioredis')
  const client = new Redis(target, {
    connectionName: options.name.replace(/[^\w:.-]/g, '_'),
    connectTimeout: CONNECT_TIMEOUT,
    commandTimeout: COMMAND_TIMEOUT,
    retryStrategy: (times) => Math.min(25 * 2 ** times, LONGEST_RETRY) * (0.75 + Math.random() / 4),
    // What was asked of a server that went away may have been done: whoever asked decides, not a queue.
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
  })
  let state: 'new' | 'up' | 'down' | 'closed' = 'new'
  let reason = 'the connection was closed'
  const tried = new Promise<void>((resolve) => client.once('ready', resolve).once('close', resolve))

  client.on('error', (error: Error & { code?: string }) => {
    reason = error.message || (error.code ?? error.name)
  })
  client.on('ready', () => {
    if (state === 'closed') return
    if (state === 'down') log.info(`Redis at ${label} is there again.`)
    state = 'up'
    options.onUp?.()
  })
  client.on('close', () => {
    if (state === 'closed' || state === 'down') return
    log.warn(`Redis at ${label} cannot be reached, and is tried again: ${reason}.`)
    const wasUp = state === 'up'
    state = 'down'
    if (wasUp) options.onDown?.()
  })
  // A connection that only listens never learns of a server that vanished without a word.
  const pinging = setInterval(() => {
    if (state !== 'up') return
    client.ping().catch((error: Error) => {
      reason = error.message
      if (state === 'up') client.disconnect(true)
    })
  }, PING_INTERVAL)
  pinging.unref()

  await tried
  return {
    client,
    label,
    get isUp() {
      return state === 'up'
    },
    async close() {
      const wasUp = state === 'up'
      state = 'closed'
      clearInterval(pinging)
      if (wasUp) {
        const late = setTimeout(() => client.disconnect(), CLOSE_TIMEOUT)
        // Answered after all that was sent before.
        await client.quit().catch(() => {})
        clearTimeout(late)
      }
      client.disconnect()
    },
  }
}
