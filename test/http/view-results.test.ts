import { existsSync, readdirSync, readlinkSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { startSite, startView } from '../start-site.ts'

const ANSWERS: [result: string, imports: string, status: number, type: string | null, body: string][] = [
  ['({ a: 1 })', '', 200, 'application/json; charset=utf-8', '{"a":1}'],
  ['[1, 2]', '', 200, 'application/json; charset=utf-8', '[1,2]'],
  ['Object.create(null)', '', 200, 'application/json; charset=utf-8', '{}'],
  ["'<b>text</b>'", '', 200, 'text/plain; charset=utf-8', '<b>text</b>'],
  ['undefined', '', 204, null, ''],
  ['null', '', 204, null, ''],
  ["Buffer.from('bytes')", '', 200, 'application/octet-stream', 'bytes'],
  [
    "new Response('web', { status: 201, headers: { 'x-a': '1' } })",
    '',
    201,
    'text/plain;charset=UTF-8',
    'web',
  ],
  ["(async function* () { yield 'a'; yield Buffer.from('b') })()", '', 200, 'application/octet-stream', 'ab'],
  ["html('<p>', { status: 202 })", 'html', 202, 'text/html; charset=utf-8', '<p>'],
  ["text('x')", 'text', 200, 'text/plain; charset=utf-8', 'x'],
  [
    "json({ a: [1] }, { headers: { 'content-type': 'application/feed+json' } })",
    'json',
    200,
    'application/feed+json',
    '{"a":[1]}',
  ],
  ["stream(['a', 'b'], { type: 'text/csv' })", 'stream', 200, 'text/csv', 'ab'],
  ["new HttpResponse('raw', { status: 418 })", 'HttpResponse', 418, null, 'raw'],
]

test.each(ANSWERS)('#6 a view that returns %s', async (result, imports, status, type, body) => {
  for (const view of [`function view() { return ${result} }`, `async function view() { return ${result} }`]) {
    const client = await startView(view, imports)
    const response = await client.get('/')
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      status,
      type,
      body,
    ])
  }
})

test.each([
  ['42', 'a number (42)'],
  ['true', 'a boolean (true)'],
  ['new Map()', 'a Map'],
  ['new Error("x")', 'a Error'],
  ['() => 1', 'a function'],
  ['({ toArray() {} , constructor: class FindCursor {}, __proto__: { a: 1 } })', 'toArray'],
])('#6 a view that returns %s is told so, and the client gets a bare 500', async (result) => {
  const client = await startView(`function view() { return ${result} }`)
  const response = await client.get('/')
  expect(response.status).toBe(500)
  expect(await response.text()).not.toContain('Map')
})

test('#6 HEAD answers like GET, without the body and with its length', async () => {
  const client = await startView("function view() { return 'four' }")
  const response = await client.head('/')
  expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([
    200,
    '4',
    '',
  ])
})

test('#6 a cookie is HttpOnly and Lax unless told otherwise, and can be taken back', async () => {
  const client = await startView(
    "function view() { return text('x').cookie('a', 'b c;d').cookie('j', '1', { httpOnly: false, maxAge: 60 }).deleteCookie('old') }",
    'text',
  )
  const response = await client.get('/')
  expect(response.headers.getSetCookie()).toEqual([
    'a=b%20c%3Bd; Path=/; HttpOnly; SameSite=Lax',
    'j=1; Max-Age=60; Path=/; SameSite=Lax',
    'old=; Max-Age=0; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax',
  ])
})

test('#6 a header with a line break is a 500, not a second header', async () => {
  const client = await startView(
    "function view() { return text('x', { headers: { 'x-a': 'a\\r\\nset-cookie: b=1' } }) }",
    'text',
  )
  const response = await client.get('/')
  expect(response.status).toBe(500)
  expect(response.headers.get('set-cookie')).toBeNull()
})

test('#6 file() sends a file with its type, and what leaves its root is 404', async () => {
  const client = await startSite({
    'docs/a b.txt': 'hello',
    'secret.txt': 'no',
    'routes.ts': `import { route, file } from 'tao1'
import { join } from 'node:path'
const here = import.meta.dirname ?? new URL('.', import.meta.url).pathname
const root = join(decodeURIComponent(here), 'docs')
export default [
  route('GET', '/one', () => file(join(root, 'a b.txt'), { download: 'ü.txt' }), 'one'),
  route('GET', '/in/{name:path}', (request) => file(request.params.name, { root }), 'in'),
  route('GET', '/none', () => file(join(root, 'none.txt')), 'none'),
]`,
  })
  const one = await client.get('/one')
  expect([one.status, one.headers.get('content-type'), await one.text()]).toEqual([
    200,
    'text/plain; charset=utf-8',
    'hello',
  ])
  expect(one.headers.get('content-disposition')).toBe(
    `attachment; filename="_.txt"; filename*=UTF-8''%C3%BC.txt`,
  )
  const part = await client.get('/one', { headers: { range: 'bytes=1-2' } })
  expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([
    206,
    'bytes 1-2/5',
    'el',
  ])
  const again = await client.get('/one', { headers: { 'if-none-match': one.headers.get('etag')! } })
  expect(again.status).toBe(304)
  expect((await client.get('/in/a%20b.txt')).status).toBe(200)
  for (const path of ['/in/..%2Fsecret.txt', '/in/%2e%2e/secret.txt', '/in/none.txt', '/in/.', '/in/a%00b']) {
    expect([path, (await client.get(path)).status]).toEqual([path, 404])
  }
  expect((await client.get('/none')).status).toBe(500)
})

test.runIf(process.platform !== 'win32')(
  '#6 file() follows the links in its root: they are not a visitor’s',
  async () => {
    const client = await startSite({
      'shared/a.txt': 'linked',
      'docs/b.txt': '',
      'routes.ts': `import { route, file } from 'tao1'
import { symlinkSync } from 'node:fs'
const at = (path) => decodeURIComponent(new URL(path, import.meta.url).pathname)
symlinkSync('../shared', at('docs/link'))
export default [route('GET', '/in/{name:path}', (request) => file(request.params.name, { root: at('docs') }), 'in')]`,
    })
    expect(await (await client.get('/in/link/a.txt')).text()).toBe('linked')
    expect((await client.get('/in/link/..%2F..%2Froutes.ts')).status).toBe(404)
  },
)

test('#9 a stream is sent as it comes, and its failure cuts the connection', async () => {
  const client = await startView(
    "function view() { return stream((async function* () { yield 'a'; throw new Error('broken') })()) }",
    'stream',
  )
  await expect(client.get('/')).rejects.toThrow()
})

test.runIf(existsSync('/proc/self/fd'))(
  '#6 a file whose client has left, or whose middleware fails, is not held open',
  async () => {
    const client = await startSite({
      'docs/large.bin': 'x'.repeat(4 << 20),
      'routes.ts': `import { route, file } from 'tao1'
const root = decodeURIComponent(new URL('docs', import.meta.url).pathname)
let leave
const left = new Promise((resolve) => { leave = resolve })
const fails = async (request, next) => { await next(); throw new Error('after the file') }
export default [
  route('GET', '/', () => file('large.bin', { root }), 'whole'),
  route('GET', '/late', async (request) => {
    request.raw.socket.once('close', leave)
    process.emit('tao-test-asked')
    await left
    return file('large.bin', { root })
  }, 'late'),
  route('GET', '/fails', () => file('large.bin', { root }), 'fails', { middleware: fails }),
]`,
    })
    const { url } = await client.site.listen({ host: '127.0.0.1', port: 0 })
    const openFiles = (): string[] =>
      readdirSync('/proc/self/fd').flatMap((fd) => {
        try {
          return readlinkSync(`/proc/self/fd/${fd}`).endsWith('large.bin') ? [fd] : []
        } catch {
          // Closed since the folder was read.
          return []
        }
      })

    const asked = new Promise((resolve) => process.once('tao-test-asked' as never, resolve as never))
    const impatient = new AbortController()
    const late = fetch(`${url}/late`, { signal: impatient.signal }).catch(() => 'left')
    await asked
    impatient.abort()
    expect(await late).toBe('left')
    expect((await fetch(`${url}/fails`)).status).toBe(500)
    const whole = await fetch(url, { headers: { range: 'bytes=1-' } })
    expect([whole.status, (await whole.text()).length]).toEqual([206, (4 << 20) - 1])
    await vi.waitFor(() => expect(openFiles()).toEqual([]))
  },
)
