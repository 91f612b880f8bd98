import { expect, test, vi } from 'vitest'
import { runTao } from '../commands/run-tao.ts'
import { startSite } from '../start-site.ts'
import { writeFile } from '../temp-site.ts'
import type { TestClient } from '../../src/testing/index.ts'

const files = {
  'routes.ts': `import { route } from 'tao1'\nexport default [route('GET', '/', () => 'home')]`,
  'apps/blog/routes.ts': `import { events, route } from 'tao1'
const ticks = (request) => events(request, (async function* () { yield { data: 'first' }; await new Promise(() => {}) })())
export default [
  route('GET', '/blog', () => 'blog', 'index'),
  route('GET', '/blog/news', ticks, 'news'),
  route('POST', '/blog', () => 'posted', 'create'),
  route('GET', '/blog/live', async (request) => {
    const socket = await request.websocket()
    for await (const message of socket) await socket.send('echo ' + message)
  }, 'live'),
]`,
  'apps/blog/static/blog.css': 'p {}',
  'apps/shop/routes.ts': `import { events, route } from 'tao1'
const ticks = (request) => events(request, (async function* () { yield { data: 'first' }; await new Promise(() => {}) })())
export default [
  route('GET', '/shop', () => 'shop', 'index'),
  route('GET', '/shop/news', ticks, 'news'),
  route('GET', '/shop/live', async (request) => {
    const socket = await request.websocket()
    for await (const message of socket) await socket.send('echo ' + message)
  }, 'live'),
]`,
}

const turn = async (client: TestClient, ...words: string[]): Promise<void> => {
  expect(await runTao(['app', ...words], { cwd: client.site.project.root })).toMatchObject({ code: 0 })
}

const untilStatus = (client: TestClient, path: string, status: number): Promise<void> =>
  vi.waitFor(async () => expect((await client.get(path)).status).toBe(status), { timeout: 10_000 })

test('#24 an app is turned off and on in a running site; the rest stays up', async () => {
  const client = await startSite(files)
  expect(await (await client.get('/blog')).text()).toBe('blog')
  await turn(client, 'off', 'blog', '--message', 'Back <soon>.', '--retry-after', '60')
  await untilStatus(client, '/blog', 503)

  const page = await client.get('/blog')
  expect(page.headers.get('retry-after')).toBe('60')
  expect(await page.text()).toContain('Back &#60;soon&#62;.')
  expect((await client.post('/blog')).status).toBe(503)
  const told = await client.get('/blog', { headers: { accept: 'application/json' } })
  expect(told.headers.get('content-type')).toMatch('application/json')
  expect(await told.json()).toMatchObject({ statusCode: 503, message: 'Back <soon>.' })

  expect(await (await client.get('/')).text()).toBe('home')
  expect(await (await client.get('/shop')).text()).toBe('shop')
  // The page that says so may need them, and servers in front send them without asking.
  expect((await client.get('/static/blog/blog.css')).status).toBe(200)

  await turn(client, 'on', 'blog')
  await untilStatus(client, '/blog', 200)
})

test("#24 its page is the app's own 503, else the site's; also while developing", async () => {
  const client = await startSite(
    { ...files, 'templ/503.html': 'site {{ message }}', '.tao/apps.json': '{ "blog": {}, "gone": {} }' },
    { mode: 'development' },
  )
  expect(await (await client.get('/blog')).text()).toContain(
    'site This part of the site is closed for maintenance.',
  )
  writeFile(client.site.project.root, 'apps/blog/templ/503.html', 'blog {{ status }}')
  expect(await (await client.get('/blog')).text()).toContain('blog 503')
})

test('#24 its open websockets are closed with 1013, those of others are not; new ones are refused', async () => {
  const client = await startSite(files)
  const [blog, shop] = [await client.websocket('/blog/live'), await client.websocket('/shop/live')]
  await blog.send('a')
  expect(await blog.receive()).toBe('echo a')
  await turn(client, 'off', 'blog')
  expect(await blog.whenClosed).toMatchObject({ code: 1013 })
  await expect(client.websocket('/blog/live')).rejects.toThrow('503')
  await shop.send('b')
  expect(await shop.receive()).toBe('echo b')
})

test('#24 its open event streams end, those of others do not', async () => {
  const client = await startSite(files)
  const blog = await client.events('/blog/news')
  const shop = await client.events('/shop/news')
  expect(await blog.receive()).toMatchObject({ data: 'first' })
  expect(await shop.receive()).toMatchObject({ data: 'first' })
  await turn(client, 'off', 'blog')
  expect(await blog.receive()).toBe(undefined)
  const more = shop.receive()
  expect(await Promise.race([more, client.get('/').then(() => 'open')])).toBe('open')
})

test('#24 the settings turn it off too; a file that breaks while the site runs changes nothing', async () => {
  const client = await startSite({
    ...files,
    'settings.ts': `export default { apps: { shop: { off: { message: 'Moving.', retryAfter: 9 } } } }`,
  })
  const page = await client.get('/shop')
  expect([page.status, page.headers.get('retry-after')]).toEqual([503, '9'])
  await turn(client, 'off', 'blog')
  await untilStatus(client, '/blog', 503)
  const logged = vi.spyOn(client.site.log, 'error')
  writeFile(client.site.project.root, '.tao/apps.json', '{')
  await vi.waitFor(() => expect(logged).toHaveBeenCalled(), { timeout: 10_000 })
  expect((await client.get('/blog')).status).toBe(503)
})
