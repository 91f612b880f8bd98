import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { developmentHooks } from '../../src/serve/development-hooks.ts'
import { startSite } from '../start-site.ts'
import { asPage, startWatched } from './watched-site.ts'

const site = {
  'settings.ts': `
    async function outer(request, next) { return next() }
    export default { middleware: [outer], extra: { apiKey: 'hush-hush', pageSize: 20 } }`,
  'templ/layout.html':
    '<!doctype html><html><head><title>x</title></head><body>{% block main %}{% endblock %}{% include "foot" %}</body></html>',
  'templ/foot.html': '<footer>foot</footer>',
  'templ/index.html': '{% extends "layout" %}{% block main %}{{ posts.length }}{% endblock %}',
  'routes.ts': `
    import { route } from 'tao1'
    import * as views from './views.ts'
    export default [
      route('GET', '/', views.index),
      route('GET', '/posts/{id:int}', views.post),
      route('GET', '/posts/{slug}', views.bySlug),
      route('POST', '/posts', views.create),
      route('GET', '/boom', views.boom),
    ]`,
  'views.ts': `
    import { templ, redirect, NotFound } from 'tao1'
    export async function index(request) {
      request.log.info({ posts: 3, password: 'hunter2' }, 'Looking for posts')
      for (const n of [1, 2, 3]) await request.db.collection('posts').findOne({ n })
      return templ('index', request, { posts: [1, 2], token: 'hidden-value' })
    }
    export const post = (request) => ({ id: request.params.id })
    export const bySlug = () => 'slug'
    export async function create(request) {
      const form = await request.form()
      request.session.user = 'ann'
      await request.db.collection('posts').insertOne({ title: form.get('title') })
      return redirect('index')
    }
    export function boom() { throw new Error('It went wrong') }`,
}

test('a path that no route answers is told with the nearest routes, unless the site has a page for it', async () => {
  const client = await startWatched(site)
  const page = await client.get('/bom', asPage)
  const text = await page.text()
  expect([page.status, page.headers.get('cache-control')]).toEqual([404, 'no-store'])
  expect(text).toContain('No route answers GET /bom')
  expect(text).toMatch(/Did you mean[\s\S]*<a href="\/boom">\/boom<\/a>[\s\S]*Routes/)
  expect(text).not.toContain('/__tao__/toolbar/{')
  const json = await client.get('/bom', { headers: { accept: 'application/json' } })
  expect(await json.json()).toMatchObject({ statusCode: 404, error: 'Not Found' })
  expect(await (await client.get('/<b>x</b>', asPage)).text()).not.toContain('<b>x')
  expect(await (await client.get('/static/none.css', asPage)).text()).not.toContain('Did you mean')

  const own = await startWatched({ ...site, 'templ/404.html': 'Nothing here' })
  expect(await (await own.get('/bom', asPage)).text()).toContain('Nothing here')
})

test('the log of requests has no lines of the toolbar itself', async () => {
  const lines = new PassThrough()
  const client = await startSite(site, {
    mode: 'development',
    flags: { database: 'memory:', logLevel: 'info' },
    logStream: lines as unknown as NodeJS.WriteStream,
    development: await developmentHooks({ root: '/', editor: undefined, generation: undefined }),
  })
  await client.get('/', asPage)
  expect((await client.get('/__tao__/toolbar/history', asPage)).status).toBe(200)
  expect((await client.get('/static/tao-toolbar/toolbar.css')).status).toBe(200)
  await client.get('/posts/1', asPage)
  const asked = String(lines.read()).match(/GET \S+ \d+ in/g)
  expect(asked).toEqual(['GET / 200 in', expect.stringMatching(/^GET \/post/)])
})

test('#14 the request panel shows who is logged in, and no password', async () => {
  const client = await startWatched({
    ...site,
    'settings.ts': `export default { auth: { load: (id) => ({ id, name: 'Ann Example', password: 'a-hash-of-it' }) } }`,
  })
  await client.get('/', asPage)
  expect(await client.panel('request')).toContain('Nobody was logged in')
  await client.login({ id: 'ann', password: 'a-hash-of-it' })
  await client.get('/', asPage)
  const panel = await client.panel('request')
  expect(panel).toContain('Ann Example')
  expect(panel).not.toContain('a-hash-of-it')
})

test('#14 the panels show what a request was and did', async () => {
  const client = await startWatched(site)
  const page = await client.get('/?q=tea&token=abc', asPage)
  const text = await page.text()
  expect(page.headers.get('x-tao-toolbar')).toBe(`/__tao__/toolbar/${client.last().id}`)
  expect(text).toContain('<head><script src="/static/tao-toolbar/handle.js" data-toolbar="/__tao__/toolbar/')

  const request = await client.panel('request')
  expect(request).toContain('tea')
  expect(request).not.toContain('abc')
  expect(await client.panel('headers')).toContain('x-content-type-options')
  const performance = await client.panel('performance')
  for (const name of ['outer', 'posts.find', 'index']) expect(performance).toContain(name)
  const database = await client.panel('database')
  expect(database).toContain('<b>3</b> commands')
  expect(database).toContain('3 alike')
  expect(database).toMatch(/views\.ts:5/)
  const templates = await client.panel('templates')
  expect(templates).toMatch(/extends<\/span> <span class="name">layout/)
  expect(templates).toMatch(/includes<\/span> <span class="name">foot/)
  expect(templates).not.toContain('hidden-value')
  const routes = await client.panel('routes')
  expect(routes).toContain('answers')
  const middleware = await client.panel('middleware')
  expect(middleware).toMatch(/<b>outer<\/b>.*settings\.middleware/)
  expect(middleware).toMatch(/settings\.ts:2/)
  const logs = await client.panel('logs')
  expect(logs).toContain('Looking for posts')
  expect(logs).not.toContain('hunter2')
  const settings = await client.panel('settings')
  expect(settings).toContain('pageSize')
  expect(settings).not.toContain('hush-hush')
  expect(settings).not.toContain('every test 0123456789')
  expect(await client.panel('versions')).toContain(process.version)
  expect(await client.panel('exceptions')).toContain('Nothing was thrown')
})
