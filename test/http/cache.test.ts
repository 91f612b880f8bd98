import { expect, onTestFinished, test, vi } from 'vitest'
import { cache, route, type Request } from '../../src/http/index.ts'
import { runTao } from '../commands/run-tao.ts'
import { hasRedis, startRedis } from '../redis-server.ts'
import { startSite } from '../start-site.ts'
import { tempSite } from '../temp-site.ts'
import type { TestClient } from '../../src/testing/index.ts'

/** A site whose view `page` counts its calls; `use` is what stands around it. */
function startPage(use: string, body = `'n' + ++n`, more: Record<string, string> = {}): Promise<TestClient> {
  return startSite({
    'routes.ts': `import { cache, compress, html, json, route, stream, templ } from 'tao1'
let n = 0
async function page(request) { return ${body} }
export default [
  route('GET', '/page', ${use}(page)),
  route('GET', '/item/{id:int}', ${use}(page), 'item'),
  route('POST', '/page', ${use}(page), 'post'),
  route('GET', '/login', (request) => { request.session.name = 'Ann'; return 'in' }, 'login'),
]`,
    'templ/nothing.html': '',
    ...more,
  })
}

const text = async (client: TestClient, path: string, headers = {}): Promise<string> =>
  (await client.get(path, { headers })).text()

test('#22 an answer is kept for some seconds, for each path and query; HEAD is served from it, POST never is', async () => {
  const client = await startPage('cache({ seconds: 60 })')
  const first = await client.get('/page')
  expect([await first.text(), first.headers.get('age')]).toEqual(['n1', '0'])
  expect(await text(client, '/page')).toBe('n1')
  expect(await text(client, '/page?a=1')).toBe('n2')
  expect(await text(client, '/item/7')).toBe('n3')
  expect(await text(client, '/item/7')).toBe('n3')
  expect(await text(client, '/page', { host: '127.0.0.1' })).toBe('n4')
  const head = await client.head('/page')
  expect([head.status, head.headers.get('content-length'), head.headers.get('etag')]).toEqual([
    200,
    '2',
    first.headers.get('etag'),
  ])
  expect(await (await client.post('/page')).text()).toBe('n5')
  expect(await (await client.post('/page')).text()).toBe('n6')
})

test('#22 it ends, and its Age tells how old it is', async () => {
  const client = await startPage('cache({ seconds: 1.2 })')
  expect(await text(client, '/page')).toBe('n1')
  await vi.waitFor(async () => expect((await client.get('/page')).headers.get('age')).toBe('1'), {
    timeout: 10_000,
    interval: 10,
  })
  await vi.waitFor(async () => expect(await text(client, '/page')).not.toBe('n1'), { timeout: 10_000 })
})

test('#22 it is forgotten by name; the name may come from the request', async () => {
  const client = await startPage(
    `cache({ seconds: 60, name: (request) => ['items', 'item-' + request.params.id] })`,
  )
  expect([await text(client, '/item/1'), await text(client, '/item/2')]).toEqual(['n1', 'n2'])
  await client.app.cache.invalidate('item-2')
  expect([await text(client, '/item/1'), await text(client, '/item/2')]).toEqual(['n1', 'n3'])
  await client.app.cache.invalidate('items')
  expect([await text(client, '/item/1'), await text(client, '/item/2')]).toEqual(['n4', 'n5'])
})

test('#22 of many that ask at once, one computes, and the others wait for it', async () => {
  const client = await startPage(
    'cache({ seconds: 60 })',
    `(await new Promise((done) => setTimeout(done, 20)), 'n' + ++n)`,
  )
  const answers = await Promise.all(Array.from({ length: 20 }, () => text(client, '/page')))
  expect(new Set(answers)).toEqual(new Set(['n1']))
})

test('#22 who asks after something was invalidated gets none of what was computed before, though it is under way', async () => {
  const client = await startPage(
    `cache({ seconds: 60, name: 'page' })`,
    `await new Promise((resolve) => process.emit('tao-test-computing', resolve)) ?? 'n' + ++n`,
  )
  const ends: (() => void)[] = []
  const hear = (end: () => void): void => void ends.push(end)
  process.on('tao-test-computing' as never, hear as never)
  onTestFinished(() => void process.off('tao-test-computing', hear))
  const before = text(client, '/page')
  await vi.waitFor(() => expect(ends).toHaveLength(1))
  await client.app.cache.invalidate('page')
  const after = text(client, '/page')
  const alsoAfter = text(client, '/page')
  await vi.waitFor(() => expect(ends).toHaveLength(2))
  for (const end of ends.toReversed()) end()
  expect(await Promise.all([before, after, alsoAfter])).toEqual(['n2', 'n1', 'n1'])
  expect(await text(client, '/page')).toBe('n1')
  expect(ends).toHaveLength(2)
})

test('#22 an answer that one could not share is computed by each', async () => {
  const client = await startPage(
    'cache({ seconds: 60 })',
    `(await null, html('n' + ++n, { headers: { 'cache-control': 'no-store' } }))`,
  )
  const answers = await Promise.all(Array.from({ length: 3 }, () => text(client, '/page')))
  expect(new Set(answers).size).toBe(3)
})

test('#22 a browser that has it hears 304, with the headers that matter', async () => {
  const client = await startPage(`cache({ seconds: 60, vary: ['Accept-Language'] })`)
  const first = await client.get('/page')
  const etag = first.headers.get('etag')!
  const again = await client.get('/page', { headers: { 'if-none-match': `"x", W/${etag}` } })
  expect([again.status, again.headers.get('etag'), again.headers.get('cache-control')]).toEqual([
    304,
    etag,
    'no-cache',
  ])
  expect(again.headers.get('vary')).toBe('Accept-Language, Cookie')
  expect((await client.get('/page', { headers: { 'if-none-match': '"x"' } })).status).toBe(200)
})

test('#22 headers named by vary tell answers apart', async () => {
  const client = await startPage(`cache({ seconds: 60, vary: ['Accept-Language'], maxAge: 5 })`)
  expect(await text(client, '/page', { 'accept-language': 'de' })).toBe('n1')
  expect(await text(client, '/page', { 'accept-language': 'fr' })).toBe('n2')
  const again = await client.get('/page', { headers: { 'accept-language': 'de' } })
  expect([await again.text(), again.headers.get('cache-control')]).toEqual(['n1', 'max-age=5'])
})

test.each([
  ['a cookie', `html('n' + ++n).cookie('a', 'b')`],
  ['another status', `html('n' + ++n, { status: 201 })`],
  ['a stream', `stream(['n' + ++n])`],
  ['no-store', `html('n' + ++n, { headers: { 'cache-control': 'no-store' } })`],
  ['private', `html('n' + ++n, { headers: { 'cache-control': 'private, max-age=9' } })`],
  ['a nonce', `html('n' + ++n, { headers: { 'content-security-policy': "script-src 'nonce-abc'" } })`],
  ['a header it varies by and does not name', `html('n' + ++n, { headers: { vary: 'Accept' } })`],
  ['a changed session', `(request.session.n = ++n, 'n' + n)`],
  ['a message for the next page', `(request.session.flash('info', 'x'), 'n' + ++n)`],
])('#22 an answer with %s is not kept', async (_what, view) => {
  const client = await startPage('cache({ seconds: 60 })', view)
  expect(await text(client, '/page')).toBe('n1')
  client.cookies.clear()
  expect(await text(client, '/page')).toBe('n2')
})

test('#22 visitors with a session or credentials are answered anew, and never get what others left', async () => {
  const client = await startPage('cache({ seconds: 60 })', `(request.session.name ?? 'nobody') + ++n`)
  expect(await text(client, '/page')).toBe('nobody1')
  expect(await text(client, '/page')).toBe('nobody1')
  expect(await text(client, '/page', { authorization: 'Bearer x' })).toBe('nobody2')
  await client.get('/login')
  expect(await text(client, '/page')).toBe('Ann3')
  expect(await text(client, '/page')).toBe('Ann4')
  client.cookies.clear()
  const anonymous = await client.get('/page')
  expect([await anonymous.text(), anonymous.headers.get('vary')]).toEqual(['nobody1', 'Cookie'])
})

test('#22 visitors: all keeps one for everybody, unless the view looks at the session', async () => {
  const client = await startPage(`cache({ seconds: 60, visitors: 'all' })`)
  await client.get('/login')
  expect(await text(client, '/page')).toBe('n1')
  client.cookies.clear()
  expect(await text(client, '/page')).toBe('n1')
  const looking = await startPage(
    `cache({ seconds: 60, visitors: 'all' })`,
    `String(request.session.name) + ++n`,
  )
  await looking.get('/login')
  expect(await text(looking, '/page')).toBe('Ann1')
  expect(await text(looking, '/page')).toBe('Ann2')
})

test('#22 visitors: each keeps one for each session', async () => {
  const client = await startPage(
    `cache({ seconds: 60, visitors: 'each' })`,
    `String(request.session.name) + ++n`,
  )
  await client.get('/login')
  const own = await client.get('/page')
  expect([await own.text(), own.headers.get('cache-control')]).toEqual(['Ann1', 'private, no-cache'])
  expect(await text(client, '/page')).toBe('Ann1')
  client.cookies.clear()
  expect(await text(client, '/page')).toBe('undefined2')
  await client.get('/login')
  expect(await text(client, '/page')).toBe('Ann3')
})

test('#22 as a middleware it is for a route, a group or an app; compressed by what stands outside', async () => {
  const client = await startSite({
    'settings.ts': `import { compress } from 'tao1'\nexport default { middleware: [compress({ threshold: 1 })] }`,
    'apps/blog/middleware.ts': `import { cache } from 'tao1'\nexport default cache({ seconds: 60 })`,
    'apps/blog/routes.ts': `import { route } from 'tao1'
let n = 0
export default [route('GET', '/blog', () => ({ n: ++n }), 'index')]`,
  })
  expect(await (await client.get('/blog')).json()).toEqual({ n: 1 })
  const again = await client.get('/blog', { headers: { 'accept-encoding': 'gzip' } })
  expect(again.headers.get('content-encoding')).toBe('gzip')
  expect(await (await client.get('/blog')).json()).toEqual({ n: 1 })
})

test('#22 while developing every change shows', async () => {
  const files = {
    'routes.ts': `import { cache, route } from 'tao1'\nlet n = 0\nexport default [route('GET', '/', cache({ seconds: 60 })(() => 'n' + ++n))]`,
  }
  const client = await startSite(files, { mode: 'development' })
  expect([await text(client, '/'), await text(client, '/')]).toEqual(['n1', 'n2'])
})

test('#22 the view keeps its name, its place, and the check of its parameters', async () => {
  const cwd = tempSite({
    'views.ts': `export function byId() {\n  return 'x'\n}\n`,
    'routes.ts': `import { cache, route } from 'tao1'\nimport { byId } from './views.ts'\nexport default [route('GET', '/{id:int}', cache({ seconds: 60 })(byId))]`,
  })
  const { stdout } = await runTao(['routes', '--json'], { cwd })
  expect(JSON.parse(stdout)).toMatchObject([{ name: 'byId', view: 'byId', place: 'views.ts:1' }])

  const byId = (request: Request<{ id: number }>): string => String(request.params.id)
  const bySlug = (request: Request<{ slug: string }>): string => request.params.slug
  const named = cache({ seconds: 1, name: (request: Request<{ slug: string }>) => request.params.slug })
  expect([
    route('GET', '/a/{id:int}', cache({ seconds: 60 })(byId)),
    // @ts-expect-error the path has an id and no slug
    route('GET', '/b/{id:int}', cache({ seconds: 60 })(bySlug)),
    route('GET', '/c/{slug}', named(bySlug)),
    route('GET', '/d/{id:int}', byId, 'd', { middleware: cache({ seconds: 60 }) }),
  ]).toHaveLength(4)
})

test('#22 wrong options are told where they are written', () => {
  const call = (options: object) => () => cache(options as never)
  expect(call({})).toThrow('cache() got undefined as seconds.')
  expect(call({ seconds: 60, names: 'a' })).toThrow('cache() got the option "names", which is none.')
  expect(call({ seconds: 60, visitors: 'none' })).toThrow('cache() got "none" as visitors.')
  expect(call({ seconds: 60, vary: 'Accept' })).toThrow('no list of header names')
})

test.runIf(hasRedis)(
  '#22 two sites on one Redis share pages; without it they are computed, and none fails',
  async () => {
    const redis = await startRedis()
    const settings = { 'settings.ts': `export default { name: 'shared', cache: '${redis.url}' }` }
    const [a, b] = [
      await startPage(`cache({ seconds: 60, name: 'posts' })`, `html('ä' + ++n)`, settings),
      await startPage(`cache({ seconds: 60, name: 'posts' })`, `Buffer.from([255, ++n])`, settings),
    ]
    expect(await text(a, '/page')).toBe('ä1')
    await vi.waitFor(async () => expect(await text(b, '/page')).toBe('ä1'))
    await b.app.cache.invalidate('posts')
    const bytes = async (client: TestClient): Promise<number[]> => [
      ...new Uint8Array(await (await client.get('/page')).arrayBuffer()),
    ]
    await vi.waitFor(async () => expect(await bytes(b)).toEqual(await bytes(a)), { timeout: 10_000 })
    await redis.stop()
    const answers = await Promise.all([a, b].map((client) => client.get('/page')))
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
  },
)
