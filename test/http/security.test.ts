import { expect, test } from 'vitest'
import { startSite, startView } from '../start-site.ts'

const VIEW = "function view() { return 'ok' }"

test('H10 every answer carries the security headers: pages, errors, static files, malformed requests', async () => {
  const client = await startSite({
    'static/a.txt': 'a',
    'routes.ts': `import { route } from 'tao1'\nexport default [route('GET', '/', () => 'x', 'a'), route('GET', '/boom', () => { throw new Error('x') }, 'b')]`,
  })
  for (const path of ['/', '/boom', '/none', '/static/a.txt', '/static/none', '/%ff']) {
    const { headers } = await client.get(path)
    expect([path, Object.fromEntries(headers)]).toMatchObject([
      path,
      {
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'same-origin',
        'x-frame-options': 'DENY',
        'cross-origin-opener-policy': 'same-origin',
        'content-security-policy':
          "base-uri 'self'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
        'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      },
    ])
    expect(headers.get('strict-transport-security')).toBeNull()
    expect(headers.get('x-powered-by')).toBeNull()
  }
})

test('H10 each of them can be set, for the site and for one route, and a view has the last word', async () => {
  const client = await startSite({
    'settings.ts':
      "export default { security: { headers: { 'X-Frame-Options': 'SAMEORIGIN', 'referrer-policy': false } } }",
    'routes.ts': `import { route, text } from 'tao1'
export default [
  route('GET', '/', () => 'x', 'a'),
  route('GET', '/embed', () => 'x', 'b', { headers: { 'x-frame-options': false } }),
  route('GET', '/own', () => text('x', { headers: { 'X-Frame-Options': 'ALLOW' } }), 'c'),
]`,
  })
  const frame = async (path: string): Promise<string | null> =>
    (await client.get(path)).headers.get('x-frame-options')
  expect([await frame('/'), await frame('/embed'), await frame('/own')]).toEqual([
    'SAMEORIGIN',
    null,
    'ALLOW',
  ])
  expect((await client.get('/')).headers.get('referrer-policy')).toBeNull()
})

test.each([
  ['localhost', 200],
  ['localhost:8000', 200],
  ['blog.localhost', 200],
  ['127.0.0.1:1', 200],
  ['[::1]:80', 200],
  ['example.com', 400],
  ['localhost.example.com', 400],
  ['localhost@evil.example', 400],
  ['local host', 400],
  ['localhost:99999999', 400],
  ['localhost:99999', 400],
  // Node 26 has an URL parser that takes it.
  ['xn--a.localhost', URL.canParse('http://xn--a.localhost') ? 200 : 400],
  ['localhost/x', 400],
])('H1 without ALLOWED_HOSTS the loopback names alone are answered: %j', async (host, status) => {
  const client = await startView(VIEW)
  const response = await client.get('/', { headers: { host } })
  expect(response.status).toBe(status)
  if (status === 400) expect(await response.text()).toContain('Invalid Host header')
})

test('H1 ALLOWED_HOSTS names hosts and domains', async () => {
  const client = await startSite(
    {
      'routes.ts': `import { route } from 'tao1'\nexport default [route('GET', '/', (request) => request.absolute('/x'), 'a')]`,
    },
    {
      env: {
        SECRET_KEY: 'a secret that is long enough 0123456789',
        ALLOWED_HOSTS: 'example.com,.example.org',
      },
    },
  )
  const ask = async (host: string): Promise<number> => (await client.get('/', { headers: { host } })).status
  expect([
    await ask('example.com'),
    await ask('EXAMPLE.com:80'),
    await ask('a.b.example.org'),
    await ask('example.org'),
  ]).toEqual([200, 200, 200, 200])
  expect([await ask('www.example.com'), await ask('localhost'), await ask('notexample.org')]).toEqual([
    400, 400, 400,
  ])
})

test('H1 where hosts are not checked, an address made from a malformed one is refused, not a failure', async () => {
  const client = await startSite({
    'settings.ts': 'export default { security: { hostCheck: false } }',
    'routes.ts': `import { route } from 'tao1'
export default [route('GET', '/', () => 'ok', 'a'), route('GET', '/url', (request) => request.url.href, 'b')]`,
  })
  const ask = async (path: string, host: string): Promise<number> =>
    (await client.get(path, { headers: { host } })).status
  expect([await ask('/', 'a b'), await ask('/url', 'a.example'), await ask('/url', 'a:99999')]).toEqual([
    200, 200, 400,
  ])
})

test('H1 absolute URLs come from SITE_URL, not from Host', async () => {
  const client = await startSite({
    'settings.ts': "export default { siteUrl: 'https://example.com', allowedHosts: ['*'] }",
    'routes.ts': `import { route } from 'tao1'\nexport default [route('GET', '/', (request) => ({ a: request.absolute('/x', { q: 1 }), u: request.url.href }), 'a')]`,
  })
  const response = await client.get('/', { headers: { host: 'evil.example' } })
  expect(await response.json()).toEqual({ a: 'https://example.com/x?q=1', u: 'https://example.com/' })
})

const CROSS: [headers: Record<string, string>, status: number][] = [
  [{}, 200],
  [{ origin: 'http://localhost' }, 200],
  [{ 'sec-fetch-site': 'same-origin' }, 200],
  [{ 'sec-fetch-site': 'none' }, 200],
  [{ 'sec-fetch-site': 'cross-site' }, 403],
  [{ 'sec-fetch-site': 'same-site' }, 403],
  [{ origin: 'http://evil.example' }, 403],
  [{ origin: 'https://localhost' }, 403],
  [{ origin: 'null' }, 403],
  [{ origin: 'http://localhost', 'sec-fetch-site': 'cross-site' }, 403],
  [{ origin: 'https://pay.example', 'sec-fetch-site': 'cross-site' }, 200],
]

test.each(CROSS)('H6 an unsafe request with %j is answered %i', async (headers, status) => {
  const client = await startSite({
    'settings.ts': "export default { security: { trustedOrigins: ['https://pay.example'] } }",
    'routes.ts': `import { route } from 'tao1'
export default [route(['GET', 'POST', 'DELETE'], '/', () => 'ok', 'a'), route('POST', '/hook', () => 'ok', 'b', { crossOrigin: true })]`,
  })
  const response = await client.post('/', { headers, form: { a: 1 } })
  expect(response.status).toBe(status)
  if (status === 403) expect(await response.text()).toContain('Cross-origin request refused')
  expect((await client.delete('/', { headers })).status).toBe(status)
  expect((await client.get('/', { headers })).status).toBe(200)
  expect((await client.post('/hook', { headers })).status).toBe(200)
})

test('H17 a request id comes from a trusted proxy alone, and only when it looks like one', async () => {
  const files = {
    'routes.ts': `import { route } from 'tao1'\nexport default [route('GET', '/', (request) => request.id, 'a')]`,
  }
  const env = { SECRET_KEY: 'a secret that is long enough 0123456789' }
  const alone = await startSite(files, { env })
  expect(
    (await alone.get('/', { headers: { 'x-request-id': 'abcdefgh' } })).headers.get('x-request-id'),
  ).not.toBe('abcdefgh')
  const behind = await startSite(files, { env: { ...env, TRUST_PROXY: '127.0.0.1' } })
  const ask = async (id: string): Promise<string> =>
    (await behind.get('/', { headers: { 'x-request-id': id } })).text()
  expect(await ask('abcdefgh')).toBe('abcdefgh')
  expect(await ask('a b c d e f g')).toMatch(/^[0-9a-f-]{36}$/)
  expect(await ask('short')).toMatch(/^[0-9a-f-]{36}$/)
})

test('H18 forwarded headers count only from a trusted proxy', async () => {
  const files = {
    'routes.ts': `import { route } from 'tao1'\nexport default [route('GET', '/', (request) => ({ ip: request.ip, secure: request.secure, host: request.host }), 'a')]`,
  }
  const env = { SECRET_KEY: 'a secret that is long enough 0123456789' }
  const headers = {
    'x-forwarded-for': '6.6.6.6, 203.0.113.7, 10.0.0.2',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'localhost:9',
  }
  const alone = await startSite(files, { env })
  expect(await (await alone.get('/', { headers })).json()).toEqual({
    ip: '127.0.0.1',
    secure: false,
    host: 'localhost',
  })
  const behind = await startSite(files, { env: { ...env, TRUST_PROXY: '127.0.0.1,10.0.0.0/8' } })
  expect(await (await behind.get('/', { headers })).json()).toEqual({
    ip: '203.0.113.7',
    secure: true,
    host: 'localhost:9',
  })
})

test('H2 H13 static paths and form keys stay what they are', async () => {
  const client = await startSite({
    'static/a.txt': 'a',
    'static/.hidden': 'h',
    'settings.ts': 'export default {}',
  })
  for (const path of [
    '/static/../settings.ts',
    '/static/%2e%2e/settings.ts',
    '/static/..%2fsettings.ts',
    '/static/..\\settings.ts',
    '/static/.hidden',
    '/static/',
    '/static/a.txt%00',
  ]) {
    expect([path, (await client.get(path)).status]).toEqual([path, expect.toBeOneOf([400, 403, 404])])
  }
  const post = await client.post('/static/a.txt')
  expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  expect((await client.head('/static/a.txt')).status).toBe(200)
})
