import { expect, test } from 'vitest'
import { toolbarOf } from '../../src/toolbar/index.ts'
import { asPage, startWatched } from './watched-site.ts'

const routes = (lines: string): string => `
import { route, html, json, templ, redirect, NotFound } from 'tao1'
export default [${lines}]`

test('#14 every command that can be explained is, by the database itself, and writes are not made', async () => {
  const client = await startWatched({
    'routes.ts': routes(`route('GET', '/', async (request) => {
      const posts = request.db.collection('posts')
      await posts.insertMany([{ n: 1 }, { n: 2 }, { n: 3 }])
      await posts.createIndex({ n: 1 })
      await posts.find({ n: { $gt: 1 } }).toArray()
      await posts.find({ other: 1 }).toArray()
      await posts.aggregate([{ $match: { n: 1 } }, { $group: { _id: '$n' } }]).toArray()
      await posts.distinct('n', { n: 1 })
      await posts.estimatedDocumentCount()
      await posts.updateOne({ n: 1 }, { $set: { seen: true } })
      await posts.deleteOne({ n: 1 })
      await posts.findOneAndUpdate({ n: 2 }, { $set: { taken: true } })
      return 'done'
    }, 'index')`),
  })
  await client.get('/')
  const record = client.last()
  const answers: Record<string, string> = {}
  for (const [index, query] of record.queries.entries()) {
    const page = await client.post(`/__tao__/toolbar/${record.id}/explain/${index}`)
    expect(page.status).toBe(200)
    const plan = /<div class="plan"[\s\S]*?<\/div>/.exec(await page.text())?.[0]
    answers[`${index} ${query.command}`] =
      plan === undefined ? 'none' : plan.includes('class="failure"') ? plan : 'a plan'
    if (index === 2) expect(plan).toMatch(/IXSCAN n_1/)
    if (index === 3) expect(plan).toMatch(/COLLSCAN[\s\S]*An index on what the filter names/)
  }
  expect(answers).toEqual({
    '0 insert': 'none',
    '1 createIndexes': 'none',
    '2 find': 'a plan',
    '3 find': 'a plan',
    '4 aggregate': 'a plan',
    '5 distinct': 'a plan',
    '6 count': 'a plan',
    '7 update': 'a plan',
    '8 delete': 'a plan',
    '9 findAndModify': 'a plan',
  })
  expect(await client.db.collection('posts').countDocuments()).toBe(2)
})

test('#14 an explanation that the database refuses is told in its place', async () => {
  const client = await startWatched({
    'routes.ts': routes(`route('GET', '/', async (request) => {
      await request.db.collection('a').find({ a: { $nonsense: 1 } }).toArray().catch(() => {})
      return 'x'
    }, 'index')`),
  })
  await client.get('/')
  const { id, queries } = client.last()
  expect(queries[0]!.failure).toContain('$nonsense')
  const page = await (await client.post(`/__tao__/toolbar/${id}/explain/0`)).text()
  expect(page).toContain('The database does not explain it')
})

test('#14 a form and a session are shown as the view had them, secrets apart', async () => {
  const client = await startWatched({
    'routes.ts': routes(`
      route('POST', '/', async (request) => {
        const form = await request.form()
        request.session.user = 'ann'
        request.session.token = 'hush-1'
        return { title: form.get('title') }
      }, 'create'),
      route('POST', '/unread', () => 'x', 'unread'),
      route('POST', '/json', async (request) => request.json(), 'json')`),
  })
  const body = new FormData()
  body.set('title', 'Of kettles')
  body.set('password', 'hush-2')
  body.set('picture', new File(['abc'], 'tea.png', { type: 'image/png' }))
  await client.post('/', { form: body })
  const page = await client.panel('request')
  expect(page).toContain('read by request.form()')
  expect(page).toContain('Of kettles')
  expect(page).toContain('tea.png (image/png, 3 bytes)')
  expect(page).toContain('ann')
  expect(page).not.toMatch(/hush-/)
  const headers = await client.panel('headers')
  expect(headers).toMatch(/set-cookie[\s\S]*session=••••••; /)
  await client.post('/unread', { form: { a: '1' } })
  expect(await client.panel('request')).toContain('Nobody read it.')
  await client.post('/json', { json: { a: [1] } })
  expect(await client.panel('request')).toContain('read by request.json()')
})

test('#14 what was thrown is shown with its source, also when a middleware caught it', async () => {
  const client = await startWatched({
    'settings.ts': `
      async function rescue(request, next) {
        try { return await next() } catch { return 'rescued' }
      }
      export default { middleware: [rescue] }`,
    'routes.ts': routes(`
      route('GET', '/', () => { throw new TypeError('The kettle is empty') }, 'index'),
      route('GET', '/broken', (request) => templ('broken', request), 'broken')`),
    'templ/broken.html': '<p>\n{{ nothing() }}',
  })
  expect(await (await client.get('/')).text()).toBe('rescued')
  const page = await client.panel('exceptions')
  expect(page).toContain('TypeError: The kettle is empty')
  expect(page).toContain('thrown in the view')
  expect(page).toContain('answered with 200')
  expect(page).toMatch(/class="at"/)
  await client.get('/broken')
  expect(await client.panel('exceptions')).toMatch(/broken\.html:2/)
  expect(client.last().failures).toHaveLength(1)
})

test('#14 a path that no route answers is explained by those that come near it', async () => {
  const client = await startWatched({
    'routes.ts': routes(
      `route('GET', '/blog/{id:int}', () => 'x', 'post'), route('POST', '/blog/new', () => 'x', 'new')`,
    ),
  })
  await client.get('/blog/new')
  const page = await client.panel('routes')
  expect(client.last().status).toBe(405)
  expect(page).toContain('No route answers')
  expect(page).toContain('other method')
  expect(page).toContain('&quot;new&quot; does not match')
})

test('#14 redirects are in the history; the switch holds them, with what they set', async () => {
  const client = await startWatched({
    'routes.ts': routes(`
      route('GET', '/', () => 'home', 'index'),
      route('POST', '/save', (request) => {
        request.session.saved = true
        return redirect('index').cookie('seen', '1')
      }, 'save'),
      route('POST', '/again', () => redirect('index', {}, { status: 307 }), 'again'),
      route('GET', '/odd', () => json({}, { status: 302, headers: { location: 'javascript:alert(1)' } }), 'odd')`),
  })
  const held = async (path: string, method: 'GET' | 'POST' = 'POST') => client.request(method, path, asPage)
  expect((await held('/save')).status).toBe(302)
  await client.post('/__tao__/toolbar/history', { form: { hold: 'on' } })
  const page = await held('/save')
  expect(page.status).toBe(200)
  expect(page.headers.get('location')).toBeNull()
  expect(page.headers.getSetCookie().map((cookie) => cookie.split('=')[0])).toEqual(
    expect.arrayContaining(['seen']),
  )
  const text = await page.text()
  expect(text).toContain('This redirect is held')
  expect(text).toContain('<a class="button primary" href="/"')
  expect(text).toContain('handle.js')
  expect(client.last()).toMatchObject({ status: 302, location: '/', held: true })
  // A form that is to be sent again, and what a script asks for, go on as ever.
  expect((await held('/again')).status).toBe(307)
  expect((await client.post('/save', { headers: { 'sec-fetch-dest': 'empty' } })).status).toBe(302)
  expect(await (await held('/odd', 'GET')).text()).not.toContain('href="javascript:')
  const history = await (await client.get('/__tao__/toolbar/history')).text()
  expect(history).toContain('aria-checked="true"')
  await client.post('/__tao__/toolbar/history', { form: { hold: 'off' } })
  expect((await held('/save')).status).toBe(302)
  await client.post('/__tao__/toolbar/history', { form: { clear: '1' } })
  expect(toolbarOf(client.app).history.list()).toEqual([])
})

test('#14 a websocket is in the history when its view has ended', async () => {
  const client = await startWatched({
    'routes.ts': routes(`route('GET', '/live', async (request) => {
      const socket = await request.websocket()
      await request.db.collection('a').findOne({})
      for await (const message of socket) socket.send(message)
    }, 'live')`),
  })
  const socket = await client.websocket('/live')
  expect(client.last()).toMatchObject({ path: '/live', status: 0, done: false })
  for (const panel of ['request', 'performance', 'middleware', 'headers']) {
    expect(await client.panel(panel)).not.toContain('NaN')
  }
  await socket.send('tea')
  for await (const message of socket) {
    expect(message).toBe('tea')
    break
  }
  await socket.close()
  await expect.poll(() => client.last().status).toBe(101)
  expect(client.last().queries).toHaveLength(1)
})

test('#14 an app brings panels of its own; one that fails leaves the others alone', async () => {
  const client = await startWatched({
    'apps/shop/routes.ts': routes(
      `route('GET', '/shop', (request) => { request.basket = ['tea']; return 'x' }, 'index')`,
    ),
    'apps/shop/panels.ts': `export default [
      { id: 'basket', title: 'Basket', template: 'shop:basket-panel',
        collect: (request) => request.basket, badge: (record, basket) => basket?.length,
        show: (record, site, basket) => ({ basket, count: site.apps.length }) },
      { id: 'worst', title: 'Worst', template: 'shop:basket-panel',
        collect() { throw new Error('in collect') }, badge() { throw new Error('in badge') },
        show() { throw new Error('The scales are off') } },
    ]`,
    'apps/shop/templ/basket-panel.html':
      '{% extends "tao-toolbar:panel.html" %}{% block panel %}In it: {{ basket | join }} of {{ count }}{% endblock %}',
  })
  expect(await (await client.get('/shop')).text()).toBe('x')
  const page = await client.panel('basket')
  expect(page).toContain('In it: tea of 1')
  expect(page).toMatch(/Basket <span class="badge">1</)
  expect(await client.panel('worst')).toContain('The scales are off')
  expect(await client.panel('request')).toContain('GET')
})

test.each([
  ['no list', 'export default {}', 'TAO_PANELS_FILE'],
  ['no panel', 'export default [{ id: "Basket" }]', 'TAO_PANELS_FILE'],
  ['a taken name', 'export default [{ id: "logs", title: "L", template: "x" }]', 'TAO_PANEL_TWICE'],
])('#14 a panels.ts with %s stops the start and names the file', async (_what, text, code) => {
  const start = startWatched({
    'apps/shop/routes.ts': 'export default []',
    'apps/shop/panels.ts': text,
  })
  await expect(start).rejects.toMatchObject({ code, message: expect.stringContaining('apps/shop/panels.ts') })
})

test('#14 what the toolbar trips over costs the page nothing', async () => {
  const client = await startWatched({
    'routes.ts': routes(`route('GET', '/', (request) => {
      Object.defineProperty(request, 'cookies', { get() { throw new Error('no cookies') } })
      return redirect.external('https://example.com')
    }, 'index')`),
  })
  expect((await client.get('/', asPage)).status).toBe(302)
})
