import { expect, test } from 'vitest'
import { startSite, startView } from '../start-site.ts'

const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
const API = { accept: 'application/json' }

test('#6 thrown HTTP errors answer with their status, message and headers', async () => {
  const client = await startView(
    "function view() { throw new NotFound('No such post', { headers: { 'x-a': '1' } }) }",
    'NotFound',
  )
  const page = await client.get('/', { headers: BROWSER })
  expect([page.status, page.headers.get('x-a'), page.headers.get('content-type')]).toEqual([
    404,
    '1',
    'text/html; charset=utf-8',
  ])
  expect(await page.text()).toContain('No such post')
})

test('#6 JSON clients get statusCode, error, message and requestId', async () => {
  const client = await startView(
    "function view() { throw new Conflict('Taken', { details: { by: 'x' } }) }",
    'Conflict',
  )
  const response = await client.get('/', { headers: API })
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
  expect(await response.json()).toEqual({
    statusCode: 409,
    error: 'Conflict',
    message: 'Taken',
    by: 'x',
    requestId: response.headers.get('x-request-id'),
  })
})

test.each([
  ["function view() { throw new Error('secret /etc/path') }", ''],
  ["async function view() { await null; throw new Error('secret /etc/path') }", ''],
  ["function view() { throw 'secret string' }", ''],
  ['function view() { throw undefined }', ''],
  ["function view() { throw new InternalServerError('secret') }", 'InternalServerError'],
])('H9 #6 %s: a bare 500, and the next request is served', async (view, imports) => {
  const client = await startSite({
    'routes.ts': `import { route${imports && `, ${imports}`} } from 'tao1'\nexport default [route('GET', '/', ${view}, 'v'), route('GET', '/ok', () => 'ok', 'ok')]`,
  })
  for (const headers of [BROWSER, API]) {
    const response = await client.get('/', { headers })
    expect(response.status).toBe(500)
    const body = await response.text()
    expect(body).not.toMatch(/secret|\.ts|stack|node_modules/)
    expect(body).toContain(response.headers.get('x-request-id'))
  }
  expect(await (await client.get('/ok')).text()).toBe('ok')
})

test('H9 templates 404 and 500 of the app, then of the site, replace the built-in pages', async () => {
  const client = await startSite({
    'templ/404.html': 'site 404: {{ message }}',
    'templ/500.html': 'site {{ status }} {{ requestId }}',
    'apps/blog/templ/404.html': 'blog 404: {{ message }} for {{ request.path }}',
    'apps/blog/routes.ts': `import { route, NotFound } from 'tao1'
export default [route('GET', '/blog', () => { throw new NotFound('<gone>') }, 'a'), route('GET', '/blog/x', () => { throw new Error('x') }, 'b')]`,
  })
  const texts = await Promise.all(
    ['/nowhere', '/blog', '/blog/x'].map(async (path) =>
      (await client.get(path, { headers: BROWSER })).text(),
    ),
  )
  expect(texts[0]).toBe('site 404: Not Found')
  expect(texts[1]).toBe('blog 404: &lt;gone&gt; for /blog')
  expect(texts[2]).toMatch(/^site 500 [0-9a-f-]{36}$/)
})

test('H9 a page of errors has what context processors add, waits for them, and does without them when they fail', async () => {
  const client = await startSite({
    'settings.ts': `export default { templ: { contextProcessors: [async (request) => {
  if (request.query.has('fail')) throw new Error('the database of names is away')
  return { visitor: await 'Ada' }
}] } }`,
    'templ/404.html': 'nothing here, {{ visitor }}',
  })
  const textOf = async (path: string): Promise<string> => {
    const response = await client.get(path, { headers: BROWSER })
    expect(response.status).toBe(404)
    return response.text()
  }
  expect(await textOf('/nowhere')).toBe('nothing here, Ada')
  expect(await textOf('/nowhere?fail')).toContain('<!doctype html>')
})

test('H9 an error page that fails itself gives way to the built-in one', async () => {
  const client = await startSite({
    'templ/500.html': '{{ nothing.here.at.all() }}',
    'routes.ts': `import { route } from 'tao1'\nexport default [route('GET', '/', () => { throw new Error('x') }, 'a')]`,
  })
  const response = await client.get('/', { headers: BROWSER })
  expect(response.status).toBe(500)
  expect(await response.text()).toContain('Internal Server Error')
})

test('#4 an unknown path is 404, a wrong method 405 with Allow, OPTIONS tells the methods', async () => {
  const client = await startSite({
    'routes.ts': `import { route } from 'tao1'\nexport default [route('GET', '/a', () => 'x', 'a'), route(['PUT', 'DELETE'], '/a', () => 'x', 'b')]`,
  })
  expect((await client.get('/b')).status).toBe(404)
  const wrong = await client.post('/a')
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, PUT, DELETE, HEAD'])
  const options = await client.options('/a')
  expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, PUT, DELETE, HEAD, OPTIONS'])
})

test('a malformed address is 400, one beyond the limit 414 (H4)', async () => {
  const client = await startView("function view() { return 'x' }")
  expect((await client.get('/%E0%A4%A')).status).toBe(400)
  expect((await client.get('/static/%ff')).status).toBe(400)
  expect((await client.get(`/?${'x'.repeat(9000)}`)).status).toBe(414)
})
