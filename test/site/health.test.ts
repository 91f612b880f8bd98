import { once } from 'node:events'
import { Agent } from 'node:http'
import { PassThrough } from 'node:stream'
import { expect, onTestFinished, test, vi } from 'vitest'
import { ask } from '../serve/ask.ts'
import { startSite } from '../start-site.ts'

const routes = `import { route } from 'tao1'
export default [
  route('GET', '/', () => 'page', 'index'),
  route('GET', '/data', async (request) => { await request.db.command({ ping: 1 }); return 'data' }, 'data'),
  route('GET', '/slow', async () => { await globalThis.slow; return 'slow' }, 'slow'),
  route('GET', '/spin', () => { const end = performance.now() + 60; while (performance.now() < end); return 'spun' }, 'spin'),
]
`

/** Every line of the log so far, as objects. */
function logLines(): { logStream: NodeJS.WriteStream; lines: () => Record<string, unknown>[] } {
  const stream = new PassThrough()
  let text = ''
  stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
  return {
    logStream: stream as unknown as NodeJS.WriteStream,
    lines: () =>
      text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>),
  }
}

test('#16 /healthz and /readyz answer before the host check and middleware, and are not logged', async () => {
  const { logStream, lines } = logLines()
  const client = await startSite(
    {
      'routes.ts': routes,
      'settings.ts':
        "export default { log: { format: 'json', requests: true }, middleware: [() => { throw new Error('met') }] }",
    },
    { mode: 'production', logStream, flags: { logLevel: 'info' } },
  )
  for (const [path, status] of [
    ['/healthz', 'alive'],
    ['/readyz?from=probe', 'ready'],
  ] as const) {
    const answer = await client.get(path, { headers: { host: '10.1.2.3:8000' } })
    expect([answer.status, await answer.json()]).toEqual([200, { status }])
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  }
  expect((await client.head('/healthz')).status).toBe(200)
  expect(await (await client.head('/healthz')).text()).toBe('')
  expect((await client.post('/healthz')).status).not.toBe(200)
  expect((await client.get('/healthz2')).status).not.toBe(200)
  await client.get('/')
  await vi.waitUntil(() => lines().some(({ path }) => path === '/'))
  expect(lines().filter(({ path, method }) => method === 'GET' && String(path).endsWith('z'))).toEqual([])
})

test('#16 the paths can be others, or none; a route of the site at such a path goes before', async () => {
  const client = await startSite({
    'settings.ts': "export default { health: { live: '/_/up', ready: false } }",
    'routes.ts': routes,
  })
  expect((await client.get('/_/up')).status).toBe(200)
  expect((await client.get('/healthz')).status).toBe(404)
  expect((await client.get('/readyz')).status).toBe(404)
  const own = await startSite({
    'routes.ts':
      "import { route } from 'tao1'\nexport default [route('GET', '/healthz', () => 'mine', 'health')]",
  })
  expect(await (await own.get('/healthz')).text()).toBe('mine')
})

test('#16 a database that does not answer makes it not ready: once it was used, or when it has to be there', async () => {
  const settings = (health: string): string =>
    `export default { database: 'mongodb://127.0.0.1:9/none', timeouts: { database: 0.2 }, health: ${health} }`
  const lazy = await startSite({ 'settings.ts': settings('{}'), 'routes.ts': routes })
  expect((await lazy.get('/readyz')).status).toBe(200)
  await lazy.get('/data')
  const answer = await lazy.get('/readyz')
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '10'])
  expect(await answer.json()).toMatchObject({ reason: 'database' })
  expect((await lazy.get('/healthz')).status).toBe(200)
  const strict = await startSite({ 'settings.ts': settings('{ database: true }'), 'routes.ts': routes })
  expect((await strict.get('/readyz')).status).toBe(503)
  const loose = await startSite({ 'settings.ts': settings('{ database: false }'), 'routes.ts': routes })
  await loose.get('/data')
  expect((await loose.get('/readyz')).status).toBe(200)
})

test('#16 a database that answers makes it ready', async () => {
  const client = await startSite(
    { 'settings.ts': 'export default { health: { database: true } }', 'routes.ts': routes },
    { flags: { database: 'memory:' } },
  )
  expect((await client.get('/readyz')).status).toBe(200)
})

test('H15 /readyz says 503 while the server drains, and /healthz that it lives', async () => {
  const client = await startSite({ 'routes.ts': routes })
  const { url } = await client.site.listen({ host: '127.0.0.1', port: 0 })
  const agents = [new Agent({ keepAlive: true }), new Agent({ keepAlive: true })]
  onTestFinished(() => agents.forEach((agent) => agent.destroy()))
  let finish!: (value: unknown) => void
  Reflect.set(globalThis, 'slow', new Promise((resolve) => (finish = resolve)))
  // Open, and between two requests.
  await Promise.all(agents.map((agent) => ask(`${url}/readyz`, agent)))
  const slow = ask(`${url}/slow`)
  await once(client.site.server, 'request')
  const closed = client.site.close()
  const [ready, live] = await Promise.all([ask(`${url}/readyz`, agents[0]), ask(`${url}/healthz`, agents[1])])
  expect([ready.reused, ready.status, live.reused, live.status]).toEqual([true, 503, true, 200])
  expect(ready.body).toContain('"reason":"stopping"')
  finish(undefined)
  expect((await slow).body).toBe('slow')
  await closed
})

test('#16 an event loop that is late is told 503 with Retry-After, until it is in time again', async () => {
  const { logStream, lines } = logLines()
  const client = await startSite(
    {
      'routes.ts': routes,
      'settings.ts':
        "export default { log: { format: 'json' }, overload: { maxEventLoopDelay: 15, retryAfter: 7 } }",
    },
    { logStream, flags: { logLevel: 'info' } },
  )
  // Over a socket: what is injected never lets the event loop turn.
  const { url } = await client.site.listen({ host: '127.0.0.1', port: 0 })
  let refused = await ask(`${url}/spin`)
  while (refused.status === 200) refused = await ask(`${url}/spin`)
  expect([refused.status, refused.headers['retry-after']]).toEqual([503, '7'])
  expect(JSON.parse(refused.body)).toMatchObject({ statusCode: 503, reason: 'overloaded' })
  expect((await client.get('/healthz')).status).toBe(200)
  expect(lines().some(({ msg }) => /^Overloaded, the event loop is \d+ ms late/.test(String(msg)))).toBe(true)
  await vi.waitUntil(async () => (await client.get('/')).status === 200, { timeout: 30_000, interval: 100 })
  expect(lines().at(-1)).toMatchObject({ msg: 'No longer overloaded' })
})

test('#10 #17 a WebSocket has its line in the access log when it is over', async () => {
  const { logStream, lines } = logLines()
  const client = await startSite(
    {
      'routes.ts': `import { route } from 'tao1'
export default [route('GET', '/live', async (request) => {
  const socket = await request.websocket()
  for await (const message of socket) await socket.send(message)
}, 'live')]`,
      'settings.ts': "export default { log: { format: 'json' } }",
    },
    {
      mode: 'production',
      logStream,
      env: { SECRET_KEY: 'x1y2z3a4b5c6d7e8'.repeat(4), LOG_REQUESTS: 'on' },
      flags: { logLevel: 'info' },
    },
  )
  const socket = await client.websocket('/live?secret=1')
  await socket.send('hello')
  expect(await socket.receive()).toBe('hello')
  expect(lines()).toEqual([])
  await socket.close()
  await vi.waitUntil(() => lines().length > 0)
  expect(lines()).toMatchObject([{ method: 'GET', path: '/live', status: 101, ip: '127.0.0.1' }])
})

test('#17 H17 the access log has a line for each request, with what a proxy’s log would have', async () => {
  const { logStream, lines } = logLines()
  const client = await startSite(
    {
      'routes.ts': routes,
      'static/a.txt': 'static text',
      'settings.ts': "export default { log: { format: 'json' } }",
    },
    {
      mode: 'production',
      logStream,
      env: { SECRET_KEY: 'x1y2z3a4b5c6d7e8'.repeat(4), LOG_REQUESTS: 'on' },
      flags: { logLevel: 'info' },
    },
  )
  const answer = await client.get('/?secret=1', { headers: { 'user-agent': 'curl/8' } })
  await client.get('/static/a.txt')
  await client.get('/missing')
  await vi.waitUntil(() => lines().length >= 3)
  expect(lines()).toMatchObject([
    {
      requestId: answer.headers.get('x-request-id'),
      method: 'GET',
      path: '/',
      status: 200,
      ip: '127.0.0.1',
      bytes: 4,
      userAgent: 'curl/8',
    },
    { path: '/static/a.txt', status: 200, bytes: 11 },
    { path: '/missing', status: 404 },
  ])
  expect(lines().every(({ ms }) => typeof ms === 'number')).toBe(true)
  expect(JSON.stringify(lines())).not.toContain('secret')
})
