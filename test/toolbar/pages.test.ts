import { expect, test } from 'vitest'
import { toolbarOf } from '../../src/toolbar/index.ts'
import { asPage, startWatched } from './watched-site.ts'

const routes = (lines: string, imports = ''): string => `
import { route, html, json, stream, templ, redirect, compress${imports && `, ${imports}`} } from 'tao1'
import { Readable } from 'node:stream'
export default [${lines}]`

const HANDLE = '<script src="/static/tao-toolbar/handle.js"'

test('#14 a page keeps its policy, and the handle carries the nonce of it', async () => {
  const client = await startWatched({
    'routes.ts': routes(`route('GET', '/', () => html('<!doctype html><head><title>x</title></head>x', {
      headers: { 'content-security-policy': "script-src 'nonce-abc123'" } }), 'index')`),
  })
  const page = await client.get('/', asPage)
  expect(page.headers.get('content-security-policy')).toBe("script-src 'nonce-abc123'")
  expect(await page.text()).toMatch(
    /^<!doctype html><head><script [^>]*nonce="abc123" async><\/script><title>x/,
  )
})

test('#14 pages without head and body have the handle, with the length that they then have', async () => {
  const client = await startWatched({
    'routes.ts': routes(`
      route('GET', '/', () => html('<p>tea', { headers: { 'content-length': '6', etag: '"1"' } }), 'index'),
      route('GET', '/bytes', () => html(Buffer.from('<!doctype html>bytes')), 'bytes')`),
  })
  const page = await client.get('/', asPage)
  const text = await page.text()
  expect(text).toContain(HANDLE)
  expect(text).toMatch(/<p>tea$/)
  expect(page.headers.get('content-length')).toBe(String(Buffer.byteLength(text)))
  expect(await (await client.get('/bytes', asPage)).text()).toContain(`<!doctype html>${HANDLE}`)
})

test('#14 what a script fetched, a frame, JSON and other files stay as they are, and are linked by a header', async () => {
  const client = await startWatched({
    'routes.ts': routes(`
      route('GET', '/', () => html('<!doctype html>x'), 'index'),
      route('GET', '/part', () => html('<p>x'), 'part'),
      route('GET', '/json', () => ({ a: 1 }), 'json'),
      route('GET', '/text', () => '<!doctype html>', 'text')`),
  })
  for (const [path, headers, body] of [
    ['/', { 'sec-fetch-dest': 'empty' }, '<!doctype html>x'],
    ['/', { 'x-requested-with': 'XMLHttpRequest' }, '<!doctype html>x'],
    ['/', { 'sec-fetch-dest': 'iframe' }, '<!doctype html>x'],
    ['/part', { accept: 'text/html' }, '<p>x'],
    ['/', { accept: '*/*' }, '<!doctype html>x'],
    ['/json', { 'sec-fetch-dest': 'document' }, '{"a":1}'],
    ['/text', { 'sec-fetch-dest': 'document' }, '<!doctype html>'],
  ] as const) {
    const answer = await client.get(path, { headers })
    expect(await answer.text()).toBe(body)
    expect(answer.headers.get('x-tao-toolbar')).toBe(`/__tao__/toolbar/${client.last().id}`)
    expect(answer.headers.get('server-timing')).toContain(`tao-toolbar;desc="${client.last().id}"`)
  }
})

test('#14 a stream goes out piece by piece, untouched', async () => {
  const client = await startWatched({
    'routes.ts': routes(`route('GET', '/', () => {
      let release
      const later = new Promise((resolve) => { release = resolve })
      globalThis.releaseStream = release
      return html(Readable.from((async function* () { yield '<!doctype html><p>1'; await later; yield '<p>2' })()))
    }, 'index')`),
  })
  const { url } = await client.site.listen({ host: '127.0.0.1', port: 0 })
  const answer = await fetch(url, { headers: { accept: 'text/html' } })
  const reader = answer.body!.getReader()
  const first = await reader.read()
  expect(Buffer.from(first.value).toString()).toBe('<!doctype html><p>1')
  expect(client.last()).toMatchObject({ status: 200, done: false })
  ;(globalThis as unknown as { releaseStream(): void }).releaseStream()
  const second = await reader.read()
  expect(Buffer.from(second.value).toString()).toBe('<p>2')
  await reader.read()
  expect(answer.headers.get('x-tao-toolbar')).toBe(`/__tao__/toolbar/${client.last().id}`)
})

test('#14 a compressed page stays compressed and has the handle', async () => {
  const client = await startWatched({
    'settings.ts': `import { compress } from 'tao1'
export default { middleware: [compress({ threshold: 1 })] }`,
    'routes.ts': routes(`route('GET', '/', () => html('<!doctype html>x'), 'index')`),
  })
  const { url } = await client.site.listen({ host: '127.0.0.1', port: 0 })
  const answer = await fetch(url, { headers: { accept: 'text/html', 'accept-encoding': 'br' } })
  expect(answer.headers.get('content-encoding')).toBe('br')
  expect(await answer.text()).toContain(HANDLE)
})

test('#14 it is seen from this machine alone, unless the settings name others', async () => {
  const files = { 'routes.ts': routes(`route('GET', '/', () => html('<!doctype html>x'), 'index')`) }
  const client = await startWatched(files)
  const from = (remoteAddress: string, headers: Record<string, string> = {}, url = '/') =>
    client.site.inject({
      method: 'GET',
      url,
      remoteAddress,
      headers: { host: 'localhost', accept: 'text/html', ...headers },
    })
  const isShown = async (...args: Parameters<typeof from>): Promise<boolean> => {
    const { headers, body } = await from(...args)
    expect(body.includes(HANDLE)).toBe(headers['x-tao-toolbar'] !== undefined)
    return body.includes(HANDLE)
  }
  expect(await isShown('127.0.0.1')).toBe(true)
  expect(await isShown('::1')).toBe(true)
  expect(await isShown('10.1.2.3')).toBe(false)
  expect(await isShown('127.0.0.1', { 'x-forwarded-for': '10.1.2.3' })).toBe(false)
  expect(await isShown('127.0.0.1', { 'x-forwarded-for': '127.0.0.1' })).toBe(false)
  expect((await from('10.1.2.3', {}, '/__tao__/toolbar/history')).statusCode).toBe(404)
  expect((await from('127.0.0.1', {}, '/__tao__/toolbar/history')).statusCode).toBe(200)

  const open = await startWatched({
    ...files,
    'settings.ts': `export default { toolbar: { clients: ['10.0.0.0/8'] }, allowedHosts: ['*'], trustProxy: ['127.0.0.1'] }`,
  })
  const shown = async (remoteAddress: string, headers: Record<string, string>): Promise<boolean> => {
    const { body } = await open.site.inject({
      method: 'GET',
      url: '/',
      remoteAddress,
      headers: { accept: 'text/html', ...headers },
    })
    return body.includes(HANDLE)
  }
  expect(await shown('10.1.2.3', { host: 'localhost' })).toBe(true)
  expect(await shown('11.1.2.3', { host: 'localhost' })).toBe(false)
  expect(await shown('127.0.0.1', { host: 'localhost', 'x-forwarded-for': '10.1.2.3' })).toBe(true)
  expect(await shown('127.0.0.1', { host: 'localhost', 'x-forwarded-for': '11.1.2.3' })).toBe(false)
  // Rebound names: a stranger's page whose own name leads here.
  expect(await shown('127.0.0.1', { host: 'evil.example' })).toBe(false)
  expect(await shown('10.1.2.3', { host: '10.0.0.1:8000' })).toBe(true)
})

test('#14 a host that the site does not answer has no toolbar either', async () => {
  const client = await startWatched({})
  const answer = await client.get('/__tao__/toolbar/history', { headers: { host: 'evil.example' } })
  expect(answer.status).toBe(400)
  expect(answer.headers.get('x-tao-toolbar')).toBeNull()
})

test('#14 its own pages may be framed by the site, and stand outside the site’s middleware', async () => {
  const client = await startWatched({
    'settings.ts': `
      import { Forbidden } from 'tao1'
      export default { middleware: [async () => { throw new Forbidden('Nobody comes in') }] }`,
    'routes.ts': routes(`route('GET', '/', () => 'x', 'index')`),
  })
  expect((await client.get('/')).status).toBe(403)
  const { length } = toolbarOf(client.app).history.list()
  const page = await client.get('/__tao__/toolbar/history', asPage)
  expect(page.status).toBe(200)
  expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'self'")
  expect(page.headers.get('x-frame-options')).toBe('SAMEORIGIN')
  expect(page.headers.get('x-tao-toolbar')).toBeNull()
  expect(await page.text()).not.toContain('handle.js')
  expect(toolbarOf(client.app).history.list()).toHaveLength(length)
  expect(client.site.apps.map(({ name }) => name)).toEqual([])
})

test('#14 settings.toolbar.enabled turns it off: no handle, no header, no page, no file, no route', async () => {
  const files = { 'routes.ts': routes(`route('GET', '/', () => html('<!doctype html>x'), 'index')`) }
  const off = await startWatched({
    ...files,
    'settings.ts': 'export default { toolbar: { enabled: false } }',
  })
  const page = await off.get('/', asPage)
  expect(page.headers.get('x-tao-toolbar')).toBeNull()
  expect(await page.text()).toBe('<!doctype html>x')
  expect((await off.get('/__tao__/toolbar/history')).status).toBe(404)
  expect((await off.get('/static/tao-toolbar/handle.js')).status).toBe(404)
  expect(off.site.routes.entries).toHaveLength(1)
})

test('#14 the ring holds as many requests as the settings say', async () => {
  const client = await startWatched({
    'settings.ts': 'export default { toolbar: { history: 3 } }',
    'routes.ts': routes(`route('GET', '/{n:int}', () => 'x', 'n')`),
  })
  for (const n of [1, 2, 3, 4, 5]) await client.get(`/${n}`)
  expect(
    toolbarOf(client.app)
      .history.list()
      .map(({ path }) => path),
  ).toEqual(['/5', '/4', '/3'])
  const gone = await client.get('/__tao__/toolbar/AAAAAAAAAAAA/request')
  expect(gone.status).toBe(404)
  expect(await gone.text()).toContain('This request is forgotten')
})

test('#14 forms of other sites can do nothing to it, whatever the site allows', async () => {
  const client = await startWatched({ 'settings.ts': 'export default { security: { crossOrigin: false } }' })
  await client.get('/')
  const { id } = client.last()
  const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
  for (const path of ['/__tao__/toolbar/history', `/__tao__/toolbar/${id}/explain/0`]) {
    expect((await client.post(path, { form: { clear: '1' }, headers })).status).toBe(403)
  }
  expect(client.last().id).toBe(id)
})

test('#14 requests at the same time keep their commands, templates and log lines apart', async () => {
  const client = await startWatched({
    'templ/page.html': '{{ n }}',
    'routes.ts': routes(`route('GET', '/{n:int}', async (request) => {
      const { n } = request.params
      for (let i = 0; i < n; i++) {
        await request.db.collection('c').findOne({ n })
        request.log.info('line ' + n)
      }
      return templ('page', request, { n })
    }, 'n')`),
  })
  await Promise.all([1, 2, 3, 4].map((n) => client.get(`/${n}`)))
  for (const record of toolbarOf(client.app).history.list()) {
    const n = Number(record.path.slice(1))
    expect(record.queries).toHaveLength(n)
    expect(record.templates).toHaveLength(1)
    expect(record.logs.filter(({ message }) => message === `line ${n}`)).toHaveLength(n)
    expect(record.logs.some(({ message }) => message.startsWith('line') && message !== `line ${n}`)).toBe(
      false,
    )
  }
})
