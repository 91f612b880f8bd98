import { expect, test } from 'vitest'
import type { TestClient } from '../../src/testing/index.ts'
import { startSite, startView } from '../start-site.ts'

test('#9 #6 a request shows its method, path, query, headers, cookies, address and id', async () => {
  const client = await startSite({
    'routes.ts': `import { route } from 'tao1'
export default [route('GET', '/a/{n:int}', (request) => ({
  method: request.method, path: request.path, params: request.params,
  q: request.query.get('q'), all: request.query.getAll('t'), bracket: request.query.get('a[$gt]'),
  agent: request.headers.get('User-Agent'), none: request.headers.get('x-none'), has: request.headers.has('ACCEPT'),
  names: [...request.headers].map(([name]) => name),
  cookie: request.cookies.c, ip: request.ip, id: request.id, route: request.route.name, same: request.app.settings.name,
  url: String(request.url), search: request.url.searchParams.get('q'), made: request.url('a', { n: 8 }, { x: 1 }),
}), 'a')]`,
    'package.json': '{"name":"named"}',
  })
  client.cookies.set('c', 'ü;1')
  const response = await client.get('/a/7?q=1&t=a&t=b&a[$gt]=x', {
    headers: { 'user-agent': 'me', accept: '*/*' },
  })
  expect(await response.json()).toEqual({
    method: 'GET',
    path: '/a/7',
    params: { n: 7 },
    q: '1',
    all: ['a', 'b'],
    bracket: 'x',
    agent: 'me',
    none: null,
    has: true,
    names: ['accept', 'cookie', 'host', 'user-agent'],
    cookie: 'ü;1',
    ip: '127.0.0.1',
    id: response.headers.get('x-request-id'),
    route: 'a',
    same: 'named',
    url: 'http://localhost/a/7?q=1&t=a&t=b&a[$gt]=x',
    search: '1',
    made: '/a/8?x=1',
  })
})

test('#20 the app is on the request: settings, routes, templates, log, no globals', async () => {
  const client = await startSite({
    'settings.ts': "export default { extra: { n: 1 }, public: { title: 'T' } }",
    'routes.ts': `import { route } from 'tao1'
export default [route('GET', '/', ({ app }) => ({
  extra: app.settings.extra, title: app.settings.public.title, frozen: Object.isFrozen(app.settings.extra),
  routes: app.routes.entries.map((entry) => entry.path), templ: app.templ.has('none'), log: typeof app.log.info,
  url: app.url('home'), css: app.static('site.css'),
}), 'home')]`,
  })
  expect(await (await client.get('/')).json()).toEqual({
    extra: { n: 1 },
    title: 'T',
    frozen: true,
    routes: ['/'],
    templ: false,
    log: 'function',
    url: '/',
    css: '/static/site.css',
  })
})

test('#20 two sites in one process keep apart', async () => {
  const view = (name: string): string =>
    `import { route } from 'tao1'\nexport default [route('GET', '/', () => '${name}', 'v')]`
  const [a, b] = await Promise.all([
    startSite({ 'routes.ts': view('a') }),
    startSite({ 'routes.ts': view('b') }),
  ])
  expect([await (await a.get('/')).text(), await (await b.get('/')).text()]).toEqual(['a', 'b'])
})

const ECHO = `async function view(request) {
  const kind = request.query.get('as')
  if (kind === 'form') { const form = await request.form(); return { entries: [...form].map(([k, v]) => [k, typeof v === 'string' ? v : { name: v.name, type: v.type, size: v.size }]) } }
  if (kind === 'text') return { text: await request.text() }
  if (kind === 'twice') { await request.json(); return request.form() }
  return { json: await request.json() }
}`

test('#9 a url-encoded form: keys are flat text, the same key may come twice', async () => {
  const client = await startView(ECHO)
  const response = await client.post('/?as=form', {
    body: 'a=1&a=2&b%5B%24gt%5D=x&c=%C3%BC+y&__proto__=z',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
  expect(await response.json()).toEqual({
    entries: [
      ['a', '1'],
      ['a', '2'],
      ['b[$gt]', 'x'],
      ['c', 'ü y'],
      ['__proto__', 'z'],
    ],
  })
})

test('#9 multipart with files; nothing stays in the temporary folder', async () => {
  const client = await startView(ECHO)
  const form = new FormData()
  form.append('title', 'T')
  form.append('doc', new File(['x'.repeat(200_000)], '../../etc/passwd', { type: 'text/plain' }))
  const response = await client.post('/?as=form', { form })
  expect(await response.json()).toEqual({
    entries: [
      ['title', 'T'],
      ['doc', { name: 'passwd', type: 'text/plain', size: 200_000 }],
    ],
  })
})

test.each([
  ['{"a":1', 'application/json', 400],
  ['{"__proto__":{"x":1}}', 'application/json', 400],
  ['{"constructor":{"prototype":1}}', 'application/json', 400],
  ['a=1', 'text/plain', 415],
  ['', 'application/json', 400],
  ['['.repeat(100) + ']'.repeat(100), 'application/json', 400],
  [`"${'x'.repeat(1 << 20)}"`, 'application/json', 413],
])('#9 H3 a JSON body %.20s of type %s is answered %i', async (body, type, status) => {
  const client = await startView(ECHO)
  const response = await client.post('/', { body, headers: { 'content-type': type } })
  expect(response.status).toBe(status)
  expect(await (await client.post('/', { json: { ok: 1 } })).json()).toEqual({ json: { ok: 1 } })
})

test('#9 invalid JSON is told the position and the reason', async () => {
  const client = await startView(ECHO)
  const response = await client.post('/', {
    body: '{\n  "a": tru\n}',
    headers: { 'content-type': 'application/json' },
  })
  const { message } = (await response.json()) as { message: string }
  expect(message).toMatch(/line 2/)
})

test('#9 reading a body twice in two ways says which came first', async () => {
  const client = await startView(ECHO)
  expect((await client.post('/?as=twice', { json: {} })).status).toBe(500)
})

test('#18 a body schema: JSON and forms come typed, mistakes are 400 with place and reason', async () => {
  const client = await startSite({
    'routes.ts': `import { route, Type } from 'tao1'
const Note = Type.Object({ title: Type.String({ minLength: 2 }), count: Type.Integer({ default: 1 }), tags: Type.Optional(Type.Array(Type.String())) }, { additionalProperties: false })
const Query = Type.Object({ page: Type.Integer({ minimum: 1, default: 1 }) })
export default [
  route('POST', '/', async (request) => ({ body: request.body, json: request.headers.get('content-type').includes('json') ? await request.json() : null }), 'a', { body: Note }),
  route('GET', '/', (request) => ({ args: request.args }), 'b', { query: Query }),
  route('GET', '/bad', () => ({ n: 'x' }), 'c', { response: Type.Object({ n: Type.Number() }) }),
  route('GET', '/good', () => ({ n: 1 }), 'd', { response: Type.Object({ n: Type.Number() }) }),
]`,
  })
  const ok = await client.post('/', { json: { title: 'hi', count: 2 } })
  expect(await ok.json()).toEqual({ body: { title: 'hi', count: 2 }, json: { title: 'hi', count: 2 } })
  const form = await client.post('/', { form: { title: 'hi', count: '3', tags: ['a'] } })
  expect(await form.json()).toEqual({ body: { title: 'hi', count: 3, tags: ['a'] }, json: null })
  const bad = await client.post('/', {
    json: { title: 'x', count: '2', more: 1 },
    headers: { accept: 'application/json' },
  })
  expect(bad.status).toBe(400)
  expect(await bad.json()).toMatchObject({
    errors: [
      { place: '/more', reason: 'is not expected' },
      { place: '/title', reason: 'must NOT have fewer than 2 characters' },
      { place: '/count', reason: 'must be integer' },
    ],
  })
  const missing = await client.post('/', { json: {} })
  expect(((await missing.json()) as { message: string }).message).toBe(
    'The body is not valid: /title is missing.',
  )
  expect((await client.post('/', { json: { title: { $gt: '' } } })).status).toBe(400)
  expect((await client.post('/', { body: 'x', headers: { 'content-type': 'text/plain' } })).status).toBe(415)
  expect(await (await client.get('/?page=3')).json()).toEqual({ args: { page: 3 } })
  expect(await (await client.get('/')).json()).toEqual({ args: { page: 1 } })
  expect((await client.get('/?page=x')).status).toBe(400)
  expect((await client.get('/bad')).status).toBe(500)
  expect(await (await client.get('/good')).json()).toEqual({ n: 1 })
})

test('#12 a session is a plain object, written when it changed and only then', async () => {
  const client = await startSite({
    'routes.ts': `import { route } from 'tao1'
export default [
  route('GET', '/untouched', () => 'x', 'u'),
  route('GET', '/read', (request) => ({ n: request.session.n ?? null }), 'r'),
  route('GET', '/count', (request) => { request.session.n = (request.session.n ?? 0) + 1; return { n: request.session.n } }, 'c'),
  route('GET', '/deep', (request) => { request.session.list ??= []; request.session.list.push(1); return request.session.list }, 'd'),
  route('GET', '/end', (request) => { request.session.destroy(); return 'x' }, 'e'),
  route('GET', '/flash', (request) => { request.session.flash('info', 'saved'); return 'x' }, 'f'),
  route('GET', '/flashes', (request) => request.session.flashes(), 'g'),
]`,
  })
  expect((await client.get('/untouched')).headers.getSetCookie()).toEqual([])
  expect((await client.get('/read')).headers.getSetCookie()).toEqual([])
  const first = await client.get('/count')
  expect(first.headers.get('set-cookie')).toMatch(/^session=[^;]+; .*HttpOnly/)
  expect(first.headers.get('set-cookie')).toContain('SameSite=Lax')
  expect(first.headers.get('set-cookie')).not.toContain('Secure')
  expect(first.headers.get('vary')).toContain('Cookie')
  expect(await (await client.get('/count')).json()).toEqual({ n: 2 })
  const read = await client.get('/read')
  expect([await read.json(), read.headers.getSetCookie()]).toEqual([{ n: 2 }, []])
  await client.get('/deep')
  expect(await (await client.get('/deep')).json()).toEqual([1, 1])
  await client.get('/flash')
  expect(await (await client.get('/flashes')).json()).toEqual([{ kind: 'info', message: 'saved' }])
  expect(await (await client.get('/flashes')).json()).toEqual([])
  await client.get('/end')
  expect(await (await client.get('/read')).json()).toEqual({ n: null })
})

test('H7 a tampered session cookie is a visitor without one, never an error', async () => {
  const client = await startSite({
    'routes.ts': `import { route } from 'tao1'\nexport default [route('GET', '/', (request) => ({ ...request.session }), 'r'), route('GET', '/set', (request) => { request.session.a = 1 }, 's')]`,
  })
  await client.get('/set')
  const sealed = client.cookies.get('session')!
  for (const value of [
    '',
    'x',
    '__proto__',
    sealed.slice(1),
    sealed.slice(0, -1),
    `${sealed}x`,
    sealed.replace('*', '!'),
    'Fe26.2*1***',
    '%00',
    'a'.repeat(5000),
  ]) {
    client.cookies.set('session', value)
    const response = await client.get('/')
    expect([value.slice(0, 20), response.status, await response.json()]).toEqual([
      value.slice(0, 20),
      200,
      {},
    ])
  }
  client.cookies.set('session', sealed)
  expect(await (await client.get('/')).json()).toEqual({ a: 1 })
})

test('H7 a site that was restarted opens the cookies it sealed before, wherever they are asked for', async () => {
  const files = {
    'routes.ts': `import { route } from 'tao1'
export default [
  route('GET', '/set', (request) => { request.session.user = 'Ada' }, 's'),
  route('GET', '/sync', (request) => ({ ...request.session }), 'r'),
  route('POST', '/form', async (request) => [(await request.form()).get('a'), request.session.user], 'f'),
]`,
    'templ/404.html': 'none of yours, {{ session.user }}',
    'templ/403.html': 'not you, {{ session.user }}',
  }
  const client = await startSite(files)
  await client.get('/set')
  const sealed = client.cookies.get('session')!
  const asks: [expected: string, ask: (client: TestClient) => Promise<Response>][] = [
    ['{"user":"Ada"}', (other) => other.get('/sync')],
    ['["1","Ada"]', (other) => other.post('/form', { form: { a: '1' } })],
    ['none of yours, Ada', (other) => other.get('/nowhere', { headers: { accept: 'text/html' } })],
    ['none of yours, Ada', (other) => other.get('/static/nothing.css', { headers: { accept: 'text/html' } })],
    [
      'not you, Ada',
      (other) =>
        other.post('/form', { headers: { accept: 'text/html', origin: 'http://elsewhere.example' } }),
    ],
  ]
  for (const [expected, ask] of asks) {
    const restarted = await startSite(files)
    restarted.cookies.set('session', sealed)
    expect(await (await ask(restarted)).text()).toBe(expected)
    // Remembered now.
    expect(await (await ask(restarted)).text()).toBe(expected)
  }
})

test('a session that cannot be kept is an error 500, whose page may read it', async () => {
  const client = await startSite({
    'routes.ts': `import { file, route } from 'tao1'
const large = (request) => { request.session.large = 'x'.repeat(5000); request.session.user = 'Ada'; return 'x' }
const odd = (request) => { request.session.odd = 1n; request.session.user = 'Ada'; return 'x' }
export default [
  route('GET', '/large', large, 'a'),
  route('GET', '/large-later', async (request) => large(request), 'b'),
  route('GET', '/large-file', (request) => { large(request); return file('routes.ts') }, 'c'),
  route('GET', '/odd', odd, 'd'),
  route('GET', '/odd-later', async (request) => odd(request), 'e'),
  route('GET', '/fine', (request) => { request.session.n = 1; return 'fine' }, 'f'),
]`,
    'templ/500.html': '{{ status }} {{ session.user }}',
  })
  for (const path of ['/large', '/large-later', '/large-file', '/odd', '/odd-later']) {
    const response = await client.get(path, { headers: { accept: 'text/html' } })
    expect([path, response.status, await response.text()]).toEqual([path, 500, '500 Ada'])
    expect(response.headers.getSetCookie()).toEqual([])
    expect(response.headers.get('vary')).toContain('Cookie')
  }
  expect(await (await client.get('/fine')).text()).toBe('fine')
})

test('H7 the session cookie is Secure where the site is https', async () => {
  const client = await startSite({
    'settings.ts': "export default { siteUrl: 'https://example.com', allowedHosts: ['localhost'] }",
    'routes.ts': `import { route } from 'tao1'\nexport default [route('GET', '/', (request) => { request.session.a = 1 }, 's')]`,
  })
  const response = await client.get('/')
  expect(response.headers.get('set-cookie')).toContain('Secure')
  expect(response.headers.get('strict-transport-security')).toMatch(/^max-age=\d+/)
})
