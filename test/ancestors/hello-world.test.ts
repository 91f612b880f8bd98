import { expect, test } from 'vitest'
import { startSite } from '../start-site.ts'

// The first program of each system tao inherits from, in the words its own README uses for what it shows, as a tao app.

test('#27 #6 aiohttp: a handler with a name in the path, and a websocket beside it', async () => {
  const client = await startSite({
    'apps/hello/views.ts': `export async function handle(request) {
  const name = request.params.name ?? 'Anonymous'
  return 'Hello, ' + name
}
export async function wshandle(request) {
  const socket = await request.websocket()
  for await (const message of socket) {
    if (message === 'close') break
    if (typeof message === 'string') await socket.send('Hello, ' + message)
    else await socket.send(message)
  }
}`,
    'apps/hello/routes.ts': `import { route } from 'tao1'
import * as views from './views.ts'
export default [route('GET', '/', views.handle), route('GET', '/echo', views.wshandle), route('GET', '/hello/{name}', views.handle, 'named')]`,
  })
  expect(await (await client.get('/')).text()).toBe('Hello, Anonymous')
  expect(await (await client.get('/hello/Ada')).text()).toBe('Hello, Ada')
  const socket = await client.websocket('/echo')
  await socket.send('Ada')
  expect(await socket.receive()).toBe('Hello, Ada')
  await socket.send(Buffer.from('raw'))
  expect(await socket.receive()).toEqual(Buffer.from('raw'))
})

test('#27 #7 aiohttp_jinja2: a decorated view returns the context of its template', async () => {
  const client = await startSite({
    'apps/tmpl/views.ts': `import { templ } from 'tao1'\nexport const handler = (request) => templ('tmpl:index', request, { name: 'Andrew', surname: 'Svetlov' })`,
    'apps/tmpl/routes.ts': `import { route } from 'tao1'\nimport { handler } from './views.ts'\nexport default [route('GET', '/', handler)]`,
    'apps/tmpl/templ/index.html': '<h1>Hello, {{ name }} {{ surname }}</h1>',
  })
  expect(await (await client.get('/')).text()).toBe('<h1>Hello, Andrew Svetlov</h1>')
})

test('#27 #12 aiohttp_session: the last visit is remembered in an encrypted cookie', async () => {
  const client = await startSite({
    'routes.ts': `import { route } from 'tao1'
export default [route('GET', '/', (request) => {
  const last = request.session.lastVisit
  request.session.lastVisit = 'today'
  return last ? 'Last visited: ' + last : 'First visit'
}, 'handler')]`,
  })
  expect(await (await client.get('/')).text()).toBe('First visit')
  expect(client.cookies.get('session')).not.toContain('today')
  expect(await (await client.get('/')).text()).toBe('Last visited: today')
})

test('#27 #13 #21 Growler: middleware in a chain, then routes; a logger, a cookie parser, an error handler', async () => {
  const client = await startSite({
    'settings.ts': `import { html } from 'tao1'
const lines = []
export default { middleware: [
  async function logger(request, next) { const response = await next(); response.headers.set('x-log', request.method + ' ' + request.path); return response },
  async function errors(request, next) { try { return await next() } catch { return html('404 - Not Found', { status: 404 }) } },
  async function named(request, next) { request.user = { name: request.query.get('name') ?? 'world' }; return next() },
] }`,
    'routes.ts': `import { route, html } from 'tao1'
export default [route('GET', '/', (request) => html('<h1>Hello, ' + request.user.name + '</h1>'), 'index'), route('GET', '/hello', () => 'Hello!!', 'hello_world')]`,
  })
  const index = await client.get('/?name=Growler')
  expect([await index.text(), index.headers.get('x-log')]).toEqual(['<h1>Hello, Growler</h1>', 'GET /'])
  expect(await (await client.get('/hello')).text()).toBe('Hello!!')
  expect(await (await client.get('/none')).text()).toBe('404 - Not Found')
})

test('#27 #19 Growler: routerify turns the methods of an object into routes', async () => {
  const client = await startSite({
    'routes.ts': `import { resource, action } from 'tao1'
class MyRouter {
  home = action('GET', '/', () => 'home')
  item = action('GET', '/item/{id:int}', (request) => ({ id: request.params.id }))
  show(request) { return 'page ' + request.params.id }
}
export default [resource('/mine', MyRouter)]`,
  })
  expect(await (await client.get('/mine')).text()).toBe('home')
  expect(await (await client.get('/mine/item/3')).json()).toEqual({ id: 3 })
  expect(await (await client.get('/mine/about')).text()).toBe('page about')
})

test('#27 #6 Muffin: a string, an object and a status are answers', async () => {
  const client = await startSite({
    'routes.ts': `import { route, text } from 'tao1'
export default [
  route('GET', '/', () => 'Hello, world!', 'hello'),
  route('GET', ['/json'][0], () => ({ json: 'here' }), 'json'),
  route('GET', '/denied', () => text('forbidden', { status: 403 }), 'denied'),
  route(['GET', 'POST'], '/hello/{name}', (request) => 'Hello, ' + request.params.name + '!', 'name'),
]`,
  })
  expect(await (await client.get('/')).text()).toBe('Hello, world!')
  expect(await (await client.get('/json')).json()).toEqual({ json: 'here' })
  expect((await client.get('/denied')).status).toBe(403)
  expect(await (await client.post('/hello/Mike')).text()).toBe('Hello, Mike!')
})

test('#27 Pulsar: hello as plain text with its length', async () => {
  const client = await startSite({
    'routes.ts': `import { route, text } from 'tao1'\nexport default [route('GET', '/', () => text('Hello World!\\n'), 'hello')]`,
  })
  const response = await client.get('/')
  expect([
    response.status,
    response.headers.get('content-type'),
    response.headers.get('content-length'),
  ]).toEqual([200, 'text/plain; charset=utf-8', '13'])
})

test('#27 #4 #13 interest: a service of resources, with middleware around and paths by type', async () => {
  const client = await startSite({
    'apps/math/middleware.ts': `export default async function processor(request, next) { const response = await next(); response.headers.set('x-service', 'math'); return response }`,
    'apps/math/routes.ts': `import { resource, action, prefix } from 'tao1'
class Math { power = action('GET', '/power/{value:int}', (request) => ({ result: request.params.value ** Number(request.query.get('power') ?? 2) })) }
export default [prefix('/api/v1', 'api', [resource('/math', Math)])]`,
  })
  const response = await client.get('/api/v1/math/power/3')
  expect([await response.json(), response.headers.get('x-service')]).toEqual([{ result: 9 }, 'math'])
  expect((await client.get('/api/v1/math/power/x')).status).toBe(404)
  expect(client.url('math:api:math:power', { value: 2 })).toBe('/api/v1/math/power/2')
})

test('#27 #6 Spanner: params of query and path, JSON out', async () => {
  const client = await startSite({
    'routes.ts': `import { route } from 'tao1'
export default [route('GET', '/', () => 'Hello World', 'index'), route('GET', '/items/{id}', (request) => ({ id: request.params.id, full: request.query.get('full') === '1' }), 'item')]`,
  })
  expect(await (await client.get('/')).text()).toBe('Hello World')
  expect(await (await client.get('/items/a?full=1')).json()).toEqual({ id: 'a', full: true })
})

test('#27 #13 astrid: an app of routes, a hook before requests, a template', async () => {
  const client = await startSite({
    'settings.ts': `export default { middleware: [async function before(request, next) { request.user = { name: 'guest' }; return next() }] }`,
    'templ/index.html': 'Hello {{ user.name }}!',
    'routes.ts': `import { route, templ } from 'tao1'\nexport default [route('GET', '/', (request) => templ('index', request), 'hello')]`,
  })
  expect(await (await client.get('/')).text()).toBe('Hello guest!')
})

test('#27 #6 #9 aiorest: a REST function gets the request and returns an object', async () => {
  const client = await startSite({
    'routes.ts': `import { route, Conflict } from 'tao1'
const stored = new Map()
export default [
  route('GET', '/', () => ({ hello: 'world' }), 'hello'),
  route('POST', '/users', async (request) => {
    const { login } = await request.json()
    if (stored.has(login)) throw new Conflict('Taken')
    stored.set(login, true)
    return { user: login }
  }, 'add'),
]`,
  })
  expect(await (await client.get('/')).json()).toEqual({ hello: 'world' })
  expect(await (await client.post('/users', { json: { login: 'a' } })).json()).toEqual({ user: 'a' })
  expect((await client.post('/users', { json: { login: 'a' } })).status).toBe(409)
})

test('#27 #13 Express: hello, route parameters, a chain of handlers, a static folder', async () => {
  const client = await startSite({
    'static/hello.txt': 'static hello',
    'routes.ts': `import { route, Unauthorized, Forbidden } from 'tao1'
const needsUser = (request, next) => { if (!request.headers.has('x-user')) throw new Unauthorized(); return next() }
const needsAdmin = (request, next) => { if (request.headers.get('x-user') !== 'admin') throw new Forbidden(); return next() }
export default [
  route('GET', '/', () => 'Hello World!', 'hello'),
  route('GET', '/users/{userId}/books/{bookId}', (request) => request.params, 'book'),
  route('GET', '/admin', () => 'secret', 'admin', { middleware: [needsUser, needsAdmin] }),
]`,
  })
  expect(await (await client.get('/')).text()).toBe('Hello World!')
  expect(await (await client.get('/users/34/books/8989')).json()).toEqual({ userId: '34', bookId: '8989' })
  expect((await client.get('/admin')).status).toBe(401)
  expect((await client.get('/admin', { headers: { 'x-user': 'me' } })).status).toBe(403)
  expect(await (await client.get('/admin', { headers: { 'x-user': 'admin' } })).text()).toBe('secret')
  expect(await (await client.get('/static/hello.txt')).text()).toBe('static hello')
})

test('#27 Flask and Django: a rule with a converter, url_for and reverse, an escaped page', async () => {
  const client = await startSite({
    'apps/polls/routes.ts': `import { route, templ, html } from 'tao1'
export default [
  route('GET', '/polls', (request) => templ('polls:index', request, { question: "What's <up>?", id: 5 }), 'index'),
  route('GET', '/polls/{question_id:int}', (request) => html("You're looking at question " + request.params.question_id + '.'), 'detail'),
]`,
    'apps/polls/templ/index.html':
      '<a href="{{ url("polls:detail", { question_id: id }) }}">{{ question }}</a>',
  })
  expect(await (await client.get('/polls')).text()).toBe('<a href="/polls/5">What&#39;s &lt;up&gt;?</a>')
  expect(await (await client.get(client.url('polls:detail', { question_id: 34 }))).text()).toBe(
    "You're looking at question 34.",
  )
})
