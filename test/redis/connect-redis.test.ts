import { execFile } from 'node:child_process'
import { createServer } from 'node:net'
import { promisify } from 'node:util'
import { expect, onTestFinished, test, vi } from 'vitest'
import { connectRedis, type RedisConnection } from '../../src/redis/index.ts'
import { checkout } from '../house/source-files.ts'
import { hasRedis, startRedis } from '../redis-server.ts'

interface Watched {
  redis: RedisConnection
  lines: string[]
  ups: () => number
  /** Resolves when the log has a line that matches. */
  logged(pattern: RegExp): Promise<void>
}

async function connect(url: string, name = 'tao:test'): Promise<Watched> {
  const lines: string[] = []
  const keep = (line: string): void => void lines.push(line)
  let ups = 0
  const redis = await connectRedis(url, {
    name,
    log: { info: keep, warn: keep } as never,
    onUp: () => void ups++,
  })
  onTestFinished(() => redis.close())
  return {
    redis,
    lines,
    ups: () => ups,
    logged: (pattern) =>
      vi.waitFor(() => expect(lines.find((line) => pattern.test(line))).toBeDefined(), {
        timeout: 30_000,
      }),
  }
}

test.runIf(hasRedis).each(['tcp', 'unix'] as const)(
  'connects over %s, and the connection has a name',
  async (where) => {
    const { url } = await startRedis(where)
    const { redis, lines } = await connect(url, 'tao:a name')
    expect(redis.isUp).toBe(true)
    expect(await redis.client.set('a', '1')).toBe('OK')
    expect(await redis.client.client('GETNAME')).toBe('tao:a_name')
    expect(lines).toEqual([])
  },
)

test.runIf(hasRedis)('loss and return are logged once each, and whoever listens is told', async () => {
  const server = await startRedis()
  const { redis, lines, logged, ups } = await connect(server.url)
  await server.stop()
  await logged(/cannot be reached/)
  expect(redis.isUp).toBe(false)
  await expect(redis.client.get('a')).rejects.toThrow()
  await server.start()
  await logged(/there again/)
  expect(await redis.client.get('a')).toBe(null)
  expect(ups()).toBe(2)
  expect(lines).toEqual([
    `Redis at ${server.url} cannot be reached, and is tried again: the connection was closed.`,
    `Redis at ${server.url} is there again.`,
  ])
})

test.runIf(hasRedis)('a server that is not there yet is found when it comes', async () => {
  const server = await startRedis()
  await server.stop()
  const { redis, logged } = await connect(server.url)
  expect(redis.isUp).toBe(false)
  await logged(/cannot be reached.*ENOENT|ECONNREFUSED/)
  await server.start()
  await logged(/there again/)
  expect(redis.isUp).toBe(true)
})

test.runIf(hasRedis)(
  'a command that was under way when the server went fails: it is not sent again',
  async () => {
    const server = await startRedis()
    const { redis, logged } = await connect(server.url)
    const other = await connect(server.url)
    const waiting = redis.client.blpop('list', 0).catch((error: Error) => error)
    await vi.waitFor(async () =>
      expect(await other.redis.client.info('clients')).toContain('blocked_clients:1'),
    )
    await server.stop()
    expect(await waiting).toBeInstanceOf(Error)
    await server.start()
    await logged(/there again/)
    expect(await redis.client.info('clients')).toContain('blocked_clients:0')
  },
)

test.runIf(hasRedis)('a server that stands still is noticed, and taken again when it moves', async () => {
  const server = await startRedis()
  const { redis, logged } = await connect(server.url)
  server.freeze()
  await logged(/cannot be reached.*timed out/)
  expect(redis.isUp).toBe(false)
  server.thaw()
  await logged(/there again/)
  expect(await redis.client.ping()).toBe('PONG')
})

test.runIf(hasRedis)('a wrong password is said, and not the password', async () => {
  const { url } = await startRedis('tcp', ['--requirepass', 'right'])
  const { redis, lines, logged } = await connect(url.replace('//', '//:wrong@'))
  expect(redis.isUp).toBe(false)
  await logged(/WRONGPASS/)
  expect(lines.join()).not.toContain('wrong@')
  const { redis: good } = await connect(url.replace('//', '//:right@'))
  expect(good.isUp).toBe(true)
})

test('a server that takes the connection and never answers holds nobody for ever', async () => {
  const silent = createServer((socket) => onTestFinished(() => void socket.destroy()))
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void silent.close())
  const { port } = silent.address() as { port: number }
  const { redis } = await connect(`redis://127.0.0.1:${port}`)
  expect(redis.isUp).toBe(false)
})

test.each([
  ['http://localhost', 'of no known kind'],
  ['redis://', 'of no known kind'],
  ['unix:redis.sock', 'of no known kind'],
  ['redis://user:secret@localhost/first', '"first" is no number of a database'],
])('%s is no address of a server', async (url, why) => {
  const failure = await connect(url).catch((error: Error) => error)
  expect(failure).toMatchObject({ code: 'TAO_REDIS_URL', message: expect.stringContaining(why) })
  expect((failure as Error).message).not.toContain('secret')
})

test('the client is not loaded before somebody connects', async () => {
  const { stderr } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '-e', `await import('${checkout}/dist/index.js')`],
    { env: { ...process.env, NODE_DEBUG: 'esm,module' }, maxBuffer: 64 << 20 },
  )
  expect(stderr).not.toContain('node_modules/ioredis/')
})
