import { scryptSync } from 'node:crypto'
import { expect, test } from 'vitest'
import type { TestClient } from '../../src/testing/index.ts'
import { startSite } from '../start-site.ts'

const files = {
  'routes.ts': `import { login, logout, redirect, requireLogin, route, templ, NotFound, Unauthorized, verifyPassword } from 'tao1'
const users = (request) => request.db.collection('users')
const isBoss = { middleware: requireLogin({ allow: (user) => user.boss === true }) }
export default [
  route('GET', '/', (request) => request.user?.name ?? 'nobody', 'index'),
  route('GET', '/still', () => 'still', 'still'),
  route('GET', '/page', (request) => templ('page', request), 'page'),
  route('GET', '/me', (request) => request.user, 'me'),
  route('POST', '/basket', (request) => { request.session.basket = request.query.get('of') }, 'basket'),
  route('GET', '/session', (request) => ({ ...request.session }), 'session'),
  route('GET', '/login', () => 'the login page', 'login'),
  route('POST', '/login', async (request) => {
    const form = await request.form()
    const user = await users(request).findOne({ name: String(form.get('name')) })
    if (!(await verifyPassword(String(form.get('password')), user?.password))) throw new Unauthorized()
    login(request, user)
    return redirect.local(request.query.get('next'))
  }, 'log-in'),
  route('POST', '/logout', (request) => { logout(request); return String(request.user) }, 'logout'),
  route('POST', '/odd', async (request) => login(request, (await request.json()).user), 'odd'),
  route('GET', '/account', (request) => 'account of ' + request.user.name, 'account', { middleware: requireLogin() }),
  route('POST', '/account', () => 'written', 'write', { middleware: requireLogin() }),
  route('GET', '/boss', () => 'the boss', 'boss', isBoss),
  route('GET', '/live', async (request) => { (await request.websocket()).send(request.user.name) }, 'live', { middleware: requireLogin() }),
]`,
  'templ/page.html': '{{ user.name or "nobody" }}',
  'templ/404.html': 'no page for {{ user.name or "nobody" }}',
}

/** Of "correct horse", cheaper than those that are made now: the tests open it often. */
const PASSWORD = cheapHash('correct horse')

function cheapHash(password: string): string {
  const salt = Buffer.alloc(16, 7)
  const key = scryptSync(password, salt, 32, { N: 2 ** 4, r: 8, p: 1 })
  return `$scrypt$ln=4,r=8,p=1$${salt.toString('base64').slice(0, 22)}$${key.toString('base64').slice(0, 43)}`
}

const memory = { flags: { database: 'memory:' } }

async function start(settings?: string): Promise<TestClient> {
  return startSite(settings === undefined ? files : { ...files, 'settings.ts': settings }, memory)
}

async function addUser(client: TestClient, user: object): Promise<{ _id: unknown; name: string }> {
  const { insertedId } = await client.db.collection('users').insertOne({ password: PASSWORD, ...user })
  return (await client.db.collection('users').findOne({ _id: insertedId })) as never
}

const textOf = async (response: Promise<Response> | Response): Promise<string> => (await response).text()

test('#12 #23 whoever logs in is request.user from then on, in views, templates and error pages', async () => {
  const client = await start()
  await addUser(client, { name: 'Ann' })
  expect(await textOf(client.get('/'))).toBe('nobody')
  expect(await textOf(client.get('/page'))).toBe('nobody')
  const wrong = await client.post('/login', { form: { name: 'Ann', password: 'wrong' } })
  expect([wrong.status, wrong.headers.get('set-cookie')]).toEqual([401, null])
  const right = await client.post('/login?next=/page', { form: { name: 'Ann', password: 'correct horse' } })
  expect([right.status, right.headers.get('location')]).toEqual([302, '/page'])
  expect(await textOf(client.get('/'))).toBe('Ann')
  expect(await textOf(client.get('/page'))).toBe('Ann')
  expect(await textOf(client.get('/nowhere', { headers: { accept: 'text/html' } }))).toBe('no page for Ann')
  expect(await textOf(client.post('/logout'))).toBe('undefined')
  expect(client.cookies.get('session')).toBeUndefined()
  expect(await textOf(client.get('/'))).toBe('nobody')
})

test('H7 a login seals the session anew: a basket stays, what another user left does not', async () => {
  const client = await start()
  await client.login(await addUser(client, { name: 'Ann' }))
  await client.post('/basket?of=Ann')
  const anns = client.cookies.get('session')
  await addUser(client, { name: 'Bob' })
  const login = { form: { name: 'Bob', password: 'correct horse' } }
  await client.post('/login', login)
  expect(client.cookies.get('session')).not.toBe(anns)
  expect(await (await client.get('/session')).json()).not.toHaveProperty('basket')

  client.logout()
  await client.post('/basket?of=guest')
  const guests = client.cookies.get('session')
  await client.post('/login', login)
  const first = client.cookies.get('session')
  expect(first).not.toBe(guests)
  expect(await (await client.get('/session')).json()).toMatchObject({ basket: 'guest' })
  await client.post('/login', login)
  expect(client.cookies.get('session')).not.toBe(first)
})

test('a changed password, and a user who is gone, end the login and all the session held', async () => {
  const client = await start()
  const users = client.db.collection('users')
  const ann = await addUser(client, { name: 'Ann' })
  await client.login(ann)
  await client.post('/basket?of=Ann')
  await users.updateOne({ name: 'Ann' }, { $set: { password: cheapHash('another') } })
  expect(await textOf(client.get('/'))).toBe('nobody')
  expect(client.cookies.get('session')).toBeUndefined()

  await client.login(String(ann._id))
  expect(await textOf(client.get('/'))).toBe('Ann')
  await users.deleteOne({ name: 'Ann' })
  expect(await textOf(client.get('/'))).toBe('nobody')
  expect(client.cookies.get('session')).toBeUndefined()
})

test('a visitor who is not logged in asks nothing of the database, and a page that asks for the user varies', async () => {
  // There is no database here: a look into it would be 503.
  const client = await startSite(files)
  for (const path of ['/', '/page', '/still']) expect((await client.get(path)).status).toBe(200)
  await client.post('/basket?of=guest')
  const guest = await client.get('/still')
  expect([guest.status, guest.headers.get('vary')]).toEqual([200, null])
  expect((await client.get('/')).headers.get('vary')).toBe('Cookie')
  client.logout()
  expect((await client.get('/')).headers.get('vary')).toBe('Cookie')
  expect((await client.get('/page')).headers.get('vary')).toBe('Cookie')
  await client.login({ _id: 7, name: 'Ann' })
  expect((await client.get('/still')).status).toBe(503)
})

test('a view that answers with the user does not tell the password', async () => {
  const client = await start()
  await client.login(await addUser(client, { name: 'Ann' }))
  const me = (await (await client.get('/me')).json()) as object
  expect(me).toMatchObject({ name: 'Ann' })
  expect(me).not.toHaveProperty('password')
})

test('ids are text, numbers, ObjectIds and UUIDs', async () => {
  const { UUID } = await import('mongodb')
  const client = await start()
  const uuid = new UUID()
  for (const [id, typed] of [
    ['ann', 'ann'],
    [7, '7'],
    [uuid, uuid.toString()],
    ['0123456789abcdef01234567', '0123456789abcdef01234567'],
  ] as const) {
    await client.login(await addUser(client, { _id: id, name: `one ${typed}` }))
    expect(await textOf(client.get('/'))).toBe(`one ${typed}`)
    client.logout()
    await client.login(typed)
    expect(await textOf(client.get('/'))).toBe(`one ${typed}`)
    client.logout()
  }
  await expect(client.login('nobody')).rejects.toMatchObject({ code: 'TAO_USER_UNKNOWN' })
  for (const user of [{ name: 'x' }, { _id: { ne: 1 } }, null, 'Ann']) {
    const { status } = await client.post('/odd', { json: { user } })
    expect(status).toBe(500)
  }
  expect(client.cookies.get('session')).toBeUndefined()
})

test('settings.auth names another collection, or a function that finds users', async () => {
  const inPeople = await start(`export default { auth: { collection: 'people' } }`)
  await inPeople.db.collection('people').insertOne({ _id: 1, name: 'Ann' } as object)
  await inPeople.login('1')
  expect(await textOf(inPeople.get('/'))).toBe('Ann')

  const byFunction = await start(`export default {
  auth: { load: (id, app) => (id === 'ann' ? { id, name: 'Ann of ' + app.settings.name } : null) },
}`)
  await byFunction.login('ann')
  expect(await textOf(byFunction.get('/'))).toMatch(/^Ann of /)
  await expect(byFunction.login('bob')).rejects.toThrow(/There is no user "bob" in what settings.auth.load/)
})

test('requireLogin sends browsers to the login page and back, and refuses others', async () => {
  const client = await start()
  const html = { accept: 'text/html' }
  const page = await client.get('/account?a=1&b=2', { headers: html })
  expect([page.status, page.headers.get('location')]).toEqual([302, '/login?next=%2Faccount%3Fa%3D1%26b%3D2'])
  const posted = await client.post('/account', { headers: html, form: {} })
  expect([posted.status, posted.headers.get('location')]).toEqual([303, '/login'])
  const json = await client.get('/account', { headers: { accept: 'application/json' } })
  expect([json.status, json.headers.get('www-authenticate')]).toEqual([401, 'Session'])
  await expect(client.websocket('/live')).rejects.toThrow('401')

  await client.login(await addUser(client, { name: 'Ann' }))
  expect(await textOf(client.get('/account'))).toBe('account of Ann')
  const socket = await client.websocket('/live')
  expect(await socket.receive()).toBe('Ann')
  expect((await client.get('/boss', { headers: html })).status).toBe(403)
  client.logout()
  await client.login(await addUser(client, { name: 'Cora', boss: true }))
  expect(await textOf(client.get('/boss'))).toBe('the boss')
})

test('requireLogin around a whole site lets visitors come to the login page', async () => {
  for (const loginUrl of ['/login', 'login']) {
    const client = await start(`import { requireLogin } from 'tao1'
export default { auth: { loginUrl: '${loginUrl}' }, middleware: [requireLogin()] }`)
    const page = await client.get('/still', { headers: { accept: 'text/html' }, follow: true })
    expect([page.status, await page.text()]).toEqual([200, 'the login page'])
  }
})
