import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildPackage, type BuiltPackage } from './built-package.ts'
import { makeSite, startServing, type Serving, type TestSite } from './serving.ts'

let built: BuiltPackage
let site: TestSite
let serving: Serving

beforeAll(async () => {
  built = buildPackage()
  site = makeSite(built, {
    'settings.ts': `import { defineSettings } from 'tao1'
export default defineSettings({ database: 'memory:', port: 0, log: { requests: false } })
`,
    'guards.ts': `import type { Next, Request } from 'tao1'
async function onlyMembers(_request: Request, next: Next) { return next() }
export default [onlyMembers]
`,
    'routes.ts': `import { route } from 'tao1'
import * as views from './views.ts'
import guards from './guards.ts'
export default [
  route('POST', '/teapots', views.save, 'save', { middleware: guards }),
  route('POST', '/teapots/json', views.saveJson, 'save-json'),
  route('GET', '/driver', views.askForNonsense, 'driver'),
]
`,
    'views.ts': `import type { Request } from 'tao1'
export async function save(request: Request) {
  const form = await request.form()
  await request.db.collection('teapots').insertOne({ name: form.get('name'), password: 'tok-' + 1 })
  await request.db.collection('teapots').find({ name: 'Brown Betty' }).toArray()
  throw new TypeError('The kettle is empty')
}
export async function saveJson(request: Request) {
  const { name } = (await request.json()) as { name: string }
  throw new TypeError('No teapot ' + name)
}
export async function askForNonsense(request: Request) {
  return await helper(request)
}
async function helper(request: Request) {
  return await request.db.collection('teapots').aggregate([{ $brew: {} }]).toArray()
}
`,
  })
  serving = await startServing(built, site, { reload: false, env: { NODE_ENV: 'development' } })
})
afterAll(async () => {
  await serving.stop()
  site.remove()
  built.remove()
})

function send(path: string, accept: string, body?: URLSearchParams | object): Promise<Response> {
  if (body === undefined) return fetch(serving.url + path, { headers: { accept } })
  const isForm = body instanceof URLSearchParams
  return fetch(serving.url + path, {
    method: 'POST',
    headers: { accept, ...(!isForm && { 'content-type': 'application/json' }) },
    body: isForm ? body : JSON.stringify(body),
  })
}

interface Told {
  place: { file: string; line: number; call: string }
  frames: { owner: string; call: string }[]
  form: unknown
  body: unknown
  route: { name: string; value: string }[]
  database: { name: string; value: string; note: string }[]
}

test('#14 the error page tells the form, the place of the view, the middleware and the database commands so far', async () => {
  const form = new URLSearchParams({ name: 'Brown Betty', password: 'tok-2' })
  const told = (await (await send('/teapots', 'application/json', form)).json()) as Told
  expect(told.form).toEqual([
    { name: 'name', value: 'Brown Betty' },
    { name: 'password', value: '••••••' },
  ])
  expect(Object.fromEntries(told.route.map(({ name, value }) => [name, value]))).toMatchObject({
    route: 'POST /teapots',
    view: 'save, views.ts:2',
    middleware: 'onlyMembers',
  })
  expect(told.database.map(({ name }) => name)).toEqual(['teapots.insert', 'teapots.find'])
  expect(told.database[0]!.value).toContain('Brown Betty')
  expect(told.database[0]!.note).toMatch(/^[\d.]+ ms · 1 added · views\.ts:4$/)
  expect(told.database[1]!.note).toMatch(/^[\d.]+ ms · 1 document · views\.ts:5$/)

  const html = await (await send('/teapots', 'text/html', form)).text()
  for (const part of ['Database commands', 'teapots.insert', 'Form', 'save, views.ts:2'])
    expect(html).toContain(part)
  expect(html).not.toMatch(/tok-\d/)
})

test('#14 what a JSON request sent is told, with secrets masked', async () => {
  const told = (await (
    await send('/teapots/json', 'application/json', { name: 'Cube', token: 'tok-3', lid: { fits: true } })
  ).json()) as Told
  expect(told.body).toEqual([
    { name: 'name', value: 'Cube' },
    { name: 'token', value: '••••••' },
    { name: 'lid', value: '{ fits: true }' },
  ])
  expect(told.form).toBeUndefined()
})

test("#14 an error deep in the database driver leads to the project's line that waits for it", async () => {
  const told = (await (await send('/driver', 'application/json')).json()) as Told
  expect(told.place).toMatchObject({ call: 'async helper', line: 16 })
  expect(told.place.file).toMatch(/views\.ts$/)
  expect(told.frames.filter(({ owner }) => owner === 'project').map(({ call }) => call)).toEqual([
    'async helper',
    'async askForNonsense',
  ])
  expect(told.database).toMatchObject([{ name: 'teapots.aggregate' }])
  expect(told.database[0]!.note).toContain('views.ts:16')
})
