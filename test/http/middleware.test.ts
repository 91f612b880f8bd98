import type { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { startSite } from '../start-site.ts'

const TRACE = `const mark = (name) => {
  const one = async (request, next) => {
    request.trail = [...(request.trail ?? []), name]
    const response = await next()
    response.headers.append('x-out', name)
    return response
  }
  Object.defineProperty(one, 'name', { value: name })
  return one
}
`

test('#13 #21 middleware is an onion: site, app, group, route, outermost first', async () => {
  const client = await startSite({
    'mark.ts': `${TRACE}export { mark }`,
    'settings.ts': `import { mark } from './mark.ts'\nexport default { middleware: [mark('site1'), mark('site2')] }`,
    'apps/blog/middleware.ts': `import { mark } from '../../mark.ts'\nexport default [mark('app')]`,
    'apps/blog/routes.ts': `import { route, prefix } from 'tao1'
import { mark } from '../../mark.ts'
const view = (request) => ({ trail: request.trail })
export default [
  route('GET', '/blog', view, 'plain'),
  prefix('/group', 'group', [route('GET', '/x', view, 'x', { middleware: mark('route') })], { middleware: [mark('group')] }),
]`,
    'routes.ts': `import { route } from 'tao1'\nexport default [route('GET', '/', (request) => ({ trail: request.trail }), 'home')]`,
  })
  const blog = await client.get('/blog')
  expect(await blog.json()).toEqual({ trail: ['site1', 'site2', 'app'] })
  expect(blog.headers.get('x-out')).toBe('app, site2, site1')
  expect(await (await client.get('/group/x')).json()).toEqual({
    trail: ['site1', 'site2', 'app', 'group', 'route'],
  })
  expect(await (await client.get('/')).json()).toEqual({ trail: ['site1', 'site2'] })
  expect(client.url('blog:group:x')).toBe('/group/x')
})

test('#13 an error handler is a middleware with a try and a catch, for unknown paths too', async () => {
  const client = await startSite({
    'settings.ts': `import { HttpError, json } from 'tao1'
export default { middleware: [async function handleErrors(request, next) {
  try { return await next() } catch (error) { return json({ caught: error.message }, { status: error instanceof HttpError ? error.status : 500 }) }
}] }`,
    'routes.ts': `import { route } from 'tao1'\nexport default [route('GET', '/', () => { throw new Error('mine') }, 'home')]`,
  })
  const failed = await client.get('/')
  expect([failed.status, await failed.json()]).toEqual([500, { caught: 'mine' }])
  const missing = await client.get('/none')
  expect([missing.status, await missing.json()]).toEqual([404, { caught: 'Not Found' }])
  expect((await client.post('/')).status).toBe(405)
})

test('#13 a middleware may answer by itself, with anything a view may return', async () => {
  const client = await startSite({
    'settings.ts': `export default { middleware: [(request, next) => request.query.has('stop') ? { stopped: true } : next()] }`,
    'routes.ts': `import { route } from 'tao1'\nexport default [route('GET', '/', () => 'view', 'home')]`,
  })
  expect(await (await client.get('/?stop')).json()).toEqual({ stopped: true })
  expect(await (await client.get('/')).text()).toBe('view')
})

test('#13 calling next twice, or returning nothing, is a clear error', async () => {
  const client = await startSite({
    'routes.ts': `import { route } from 'tao1'
const twice = async (request, next) => { await next(); return next() }
const nothing = async (request, next) => { await next() }
const tell = async (request, next) => { try { return await next() } catch (error) { return error.message } }
export default [
  route('GET', '/twice', () => 'x', 'a', { middleware: [tell, twice] }),
  route('GET', '/nothing', () => 'x', 'b', { middleware: [tell, nothing] }),
]`,
  })
  expect(await (await client.get('/twice')).text()).toBe('A middleware called next() twice for one request.')
  expect(await (await client.get('/nothing')).text()).toContain(
    'The view of the middleware nothing returned nothing',
  )
})

test('#13 ready ones: compress, response time, headers, a folder, sessions', async () => {
  const client = await startSite({
    'files/a.txt': 'a file',
    'settings.ts': `import { compress, responseTime, responseHeaders, serveFolder } from 'tao1'
import { fileURLToPath } from 'node:url'
export default { middleware: [responseTime(), compress({ threshold: 10 }), responseHeaders({ 'x-a': '1' }), serveFolder('/files', fileURLToPath(new URL('files', import.meta.url)))] }`,
    'routes.ts': `import { route, html, json } from 'tao1'
export default [route('GET', '/', () => html('x'.repeat(5000)), 'home'), route('GET', '/s', () => 'tiny', 's')]`,
  })
  const brotli = await client.get('/', { headers: { 'accept-encoding': 'gzip, br' } })
  expect([
    brotli.headers.get('content-encoding'),
    brotli.headers.get('vary'),
    brotli.headers.get('x-a'),
  ]).toEqual(['br', 'Accept-Encoding', '1'])
  expect(Number(brotli.headers.get('content-length'))).toBeLessThan(100)
  expect(brotli.headers.get('server-timing')).toMatch(/^total;dur=\d/)
  const gzip = await client.get('/', { headers: { 'accept-encoding': 'br;q=0, gzip;q=0.5' } })
  expect(gzip.headers.get('content-encoding')).toBe('gzip')
  const plain = await client.get('/')
  expect([plain.headers.get('content-encoding'), plain.headers.get('vary')]).toEqual([
    null,
    'Accept-Encoding',
  ])
  expect(
    (await client.get('/s', { headers: { 'accept-encoding': 'br' } })).headers.get('content-encoding'),
  ).toBeNull()
  expect(await (await client.get('/files/a.txt')).text()).toBe('a file')
  expect((await client.get('/files/../settings.ts')).status).toBe(404)
  expect((await client.get('/files/%2e%2e%2fsettings.ts')).status).toBe(404)
})

test('#13 what is no middleware is named with its list', async () => {
  await expect(
    startSite({
      'routes.ts': `import { route } from 'tao1'\nexport default [route('GET', '/', () => 'x', 'a', { middleware: [undefined] })]`,
    }),
  ).rejects.toThrow(/The middleware of GET \/.*holds undefined/)
})

test('#21 a view may take the socket itself', async () => {
  const client = await startSite({
    'routes.ts': `import { route } from 'tao1'
export default [route('GET', '/', (request) => { const { response } = request.hijack(); response.writeHead(299, { 'x-own': 'yes' }); response.end('raw') }, 'raw')]`,
  })
  const response = await client.get('/')
  expect([response.status, response.headers.get('x-own'), await response.text()]).toEqual([299, 'yes', 'raw'])
})

test('#13 a stream of a view that a middleware throws away is ended', async () => {
  const client = await startSite({
    'settings.ts': `export default { middleware: [async (request, next) => { await next(); throw new Error('afterwards') }] }`,
    'routes.ts': `import { Readable } from 'node:stream'
import { route } from 'tao1'
export default [route('GET', '/', (request) => (request.app.opened = Readable.from(['a', 'b'])), 'home')]`,
  })
  expect((await client.get('/')).status).toBe(500)
  expect((client.app as unknown as { opened: Readable }).opened.destroyed).toBe(true)
})
