import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import type { Relay } from '../../src/base/relay.ts'
import { createCache, type Cache } from '../../src/cache/index.ts'
import { hasRedis, startRedis } from '../redis-server.ts'

afterEach(() => void vi.useRealTimers())

function open(url = 'memory:', more: { bytes?: number; relay?: Relay; lines?: string[] } = {}): Cache {
  const keep = (...line: unknown[]): void => void more.lines?.push(String(line.at(-1)))
  const { cache, close } = createCache({
    url,
    bytes: more.bytes ?? 1 << 20,
    name: 'test',
    log: { info: keep, warn: keep } as never,
    relay: more.relay,
  })
  onTestFinished(close)
  return cache
}

/** Relays of processes that hear each other. */
function makeRelays(count: number): Relay[] {
  const listeners = Array.from({ length: count }, () => new Set<(topic: string, message: unknown) => void>())
  return listeners.map((own) => ({
    post(topic, message) {
      const text = JSON.stringify(message)
      for (const other of listeners) {
        if (other !== own) for (const hear of other) hear(topic, JSON.parse(text))
      }
    },
    listen(topic, listener) {
      const hear = (told: string, message: unknown): void => void (told === topic && listener(message, 0))
      own.add(hear)
      return () => void own.delete(hear)
    },
    onEnd: () => () => {},
  }))
}

const kinds = hasRedis ? (['memory', 'redis'] as const) : (['memory'] as const)

describe.each(kinds)('#22 the cache in %s', (kind) => {
  const start = async (): Promise<Cache> => open(kind === 'redis' ? (await startRedis()).url : undefined)

  test('#22 keeps what JSON can carry, as copies, and forgets it', async () => {
    const cache = await start()
    const value = { list: [1, { a: 'é' }] }
    await cache.set('k', value, 60)
    value.list.push(2)
    expect(await cache.get('k')).toEqual({ list: [1, { a: 'é' }] })
    expect(await cache.get('other')).toBeUndefined()
    await cache.set('k', null, 60)
    expect(await cache.get('k')).toBeNull()
    await cache.delete('k')
    expect(await cache.get('k')).toBeUndefined()
  })

  test('#22 forgets by name and all at once; names that were never heard of are nothing', async () => {
    const cache = await start()
    await cache.set('a', 1, { seconds: 60, name: 'posts' })
    await cache.set('b', 2, { seconds: 60, name: ['posts', 'home'] })
    await cache.set('c', 3, { seconds: 60, name: 'home' })
    await cache.invalidate('posts', 'nobody')
    expect(await Promise.all(['a', 'b', 'c'].map((key) => cache.get(key)))).toEqual([undefined, undefined, 3])
    await cache.clear()
    expect(await cache.get('c')).toBeUndefined()
    await cache.set('c', 4, 60)
    expect(await cache.get('c')).toBe(4)
  })

  test('#22 of many that ask at once, one computes', async () => {
    const cache = await start()
    const make = vi.fn(async () => ({ n: 1 }))
    const asked = Array.from({ length: 20 }, () => cache.getOrSet('k', 60, make))
    expect(new Set((await Promise.all(asked)).map(({ n }) => n))).toEqual(new Set([1]))
    expect(make).toHaveBeenCalledTimes(1)
    await expect(cache.getOrSet('bad', 60, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await cache.getOrSet('bad', 60, () => 'mended')).toBe('mended')
  })

  test('#22 what was invalidated while it was computed is not kept', async () => {
    const cache = await start()
    const stale = await cache.getOrSet('k', { seconds: 60, name: 'posts' }, async () => {
      await cache.invalidate('posts')
      return 'stale'
    })
    expect([stale, await cache.get('k')]).toEqual(['stale', undefined])
  })

  test('#22 who asks after something was invalidated gets none of what was computed before', async () => {
    const cache = await start()
    let finish!: (value: string) => void
    const old = cache.getOrSet<string>(
      'slow',
      { seconds: 60, name: 'n' },
      () => new Promise((done) => (finish = done)),
    )
    await vi.waitFor(() => expect(finish).toBeDefined())
    await cache.invalidate('n')
    expect(await cache.getOrSet('slow', { seconds: 60, name: 'n' }, () => 'new')).toBe('new')
    finish('old')
    expect(await old).toBe('old')
    expect(await cache.getOrSet('slow', { seconds: 60, name: 'n' }, () => 'third')).toBe('new')
  })

  test('#22 what is kept has an end', async () => {
    const cache = await start()
    await cache.set('k', 1, 0.05)
    await vi.waitFor(async () => expect(await cache.get('k')).toBeUndefined(), { timeout: 10_000 })
  })
})

test('#22 memory is bounded: what was not used for longest goes first, what is too large is not taken', async () => {
  const cache = open('memory:', { bytes: 100_000 })
  const text = 'x'.repeat(4000)
  await cache.set('large', 'x'.repeat(10_000), 60)
  expect(await cache.get('large')).toBeUndefined()
  for (let i = 0; i < 30; i++) {
    await cache.set(`k${i}`, text, 60)
    await cache.get('k0')
  }
  const kept = await Promise.all(Array.from({ length: 30 }, (_, i) => cache.get(`k${i}`)))
  expect(kept[0]).toBe(text)
  expect(kept[1]).toBeUndefined()
  expect(kept.at(-1)).toBe(text)
  expect(kept.filter((value) => value !== undefined).length).toBeLessThan(13)
})

test('#22 the processes of one machine forget together', async () => {
  const [a, b] = makeRelays(2).map((relay) => open('memory:', { relay }))
  await Promise.all([a!, b!].map((cache) => cache.set('k', 1, { seconds: 60, name: 'posts' })))
  await a!.set('k', 2, { seconds: 60, name: 'posts' })
  expect(await b!.get('k')).toBeUndefined()
  await b!.set('k', 3, { seconds: 60, name: 'posts' })
  expect(await a!.get('k')).toBeUndefined()
  await a!.set('k', 4, { seconds: 60, name: 'posts' })
  await b!.invalidate('posts')
  expect(await a!.get('k')).toBeUndefined()
})

test('#22 wrong use is told', async () => {
  const cache = open()
  await expect(cache.set('k', 1, -1)).rejects.toThrow('a number of seconds above 0, not -1')
  await expect(cache.set('', 1, 1)).rejects.toThrow('a key is some text')
  await expect(cache.set('k', undefined, 1)).rejects.toThrow('which JSON has no form for')
})

test.runIf(hasRedis)('#22 two machines on one Redis share what is kept, and what is forgotten', async () => {
  const { url } = await startRedis()
  const [a, b] = [open(url), open(url)]
  await a.set('k', 1, { seconds: 60, name: 'posts' })
  expect(await b.get('k')).toBe(1)
  await b.invalidate('posts')
  expect(await a.get('k')).toBeUndefined()
})

test.runIf(hasRedis)(
  '#22 without Redis everything is computed, one line is logged, and what was invalidated meanwhile is gone',
  async () => {
    const server = await startRedis('unix', ['--appendonly', 'yes', '--appendfsync', 'always'])
    const lines: string[] = []
    const cache = open(server.url, { lines })
    await cache.set('k', 'old', { seconds: 600, name: 'posts' })
    await cache.set('other', 'kept', 600)
    await server.stop()
    await vi.waitFor(() => expect(lines).toHaveLength(1), { timeout: 10_000 })
    expect(await cache.get('k')).toBeUndefined()
    expect(await cache.getOrSet('k', 60, () => 'computed')).toBe('computed')
    await cache.invalidate('posts')
    expect(lines).toEqual([expect.stringMatching(/cannot be reached/)])
    await server.start()
    await vi.waitFor(async () => expect(await cache.get('other')).toBe('kept'), { timeout: 10_000 })
    expect(await cache.get('k')).toBeUndefined()
  },
)
