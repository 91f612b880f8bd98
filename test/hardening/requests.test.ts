import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeFreshSite, type FreshSite, type Server } from './fresh-site.ts'
import { INSIDE } from './probe-app.ts'
import { ask, readAnswers, request, talk } from './raw.ts'

let site: FreshSite
let server: Server
let port: number

beforeAll(async () => {
  site = await makeFreshSite()
  const built = await site.run(['build'], { SITE_URL: 'https://shop.example' })
  expect([built.code, built.stderr]).toEqual([0, expect.any(String)])
  server = await site.serve()
  port = server.port
})
afterAll(() => site.remove())

const statuses = async (bytes: Buffer | string): Promise<number[]> =>
  readAnswers(await talk(port, { bytes })).map(({ status }) => status)

/** Names of those that failed, for one look at all of them. */
async function failures<Case>(
  cases: readonly Case[],
  isFine: (one: Case) => Promise<boolean>,
): Promise<Case[]> {
  const wrong: Case[] = []
  for (const one of cases) if (!(await isFine(one).catch(() => false))) wrong.push(one)
  return wrong
}

test('H1 the host that is ours is answered, with a port and in capitals too', async () => {
  for (const host of ['shop.example', 'SHOP.example', 'shop.example:8443', 'shop.example.'])
    expect([host, (await ask(port, '/probe', { host })).status]).toEqual([host, 200])
})

test('H1 a foreign or malformed host is 400 `Invalid Host header`', async () => {
  const hosts = [
    'evil.example',
    'shop.example.evil.example',
    'evil.example:80',
    'localhost',
    '127.0.0.1',
    'shop.example@evil.example',
    'evil.example@shop.example',
    'shop.example:99999',
    'shop.example:80:80',
    'shop.example:http',
    'shop.example/x',
    'shop.example?x',
    'shop.example#x',
    'shop.example\\x',
    'shop.example, evil.example',
    'shop.example evil.example',
    'shop..example',
    '.shop.example',
    '*.shop.example',
    '[::1',
    '"shop.example"',
    'shop.example\t.evil',
    'shop_example',
    '',
  ]
  expect(
    await failures(hosts, async (host) => {
      const { status, body } = await ask(port, '/probe/url', {
        host,
        headers: { Accept: 'application/json' },
      })
      return status === 400 && body.includes('Invalid Host header') && !body.includes('evil')
    }),
  ).toEqual([])
})

test('H1 a host sent twice is 400, the same twice too, and none at all', async () => {
  const twice = (second: string): Buffer => request('/probe', { headers: { Host: second } })
  expect(await statuses(twice('evil.example'))).toEqual([400])
  expect(await statuses(twice('shop.example'))).toEqual([400])
  expect(await statuses(request('/probe', { host: null }))).toEqual([400])
})

test('H1 the host of a whole URL in the request line counts, and is checked', async () => {
  expect((await ask(port, 'http://evil.example/probe')).status).toBe(400)
  expect((await ask(port, 'http://shop.example/probe', { host: 'evil.example' })).status).toBe(200)
})

test('H1 absolute URLs come from SITE_URL', async () => {
  const { body } = await ask(port, '/probe/url', {
    host: 'shop.example:1234',
    headers: { 'X-Forwarded-Host': 'evil.example', Forwarded: 'host=evil.example' },
  })
  expect(JSON.parse(body)).toMatchObject({
    href: 'https://shop.example/probe/url',
    absolute: 'https://shop.example/x',
  })
})

test('what is no HTTP/1.1 is 400', async () => {
  const lines = [
    'GET /probe\r\n\r\n',
    'GET /probe\r\nHost: shop.example\r\n\r\n',
    'GET\r\n\r\n',
    'GET /probe HTTP/9.9\r\nHost: shop.example\r\n\r\n',
    'GET /probe HTTP/1.1\r\nHost: shop.example\r\nNo colon\r\n\r\n',
    'GET /probe HTTP/1.1\r\nHost : shop.example\r\n\r\n',
    'GET /probe HTTP/1.1\r\nHost: shop.example\r\nX-A: a\0b\r\n\r\n',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
  ]
  expect(
    await failures(lines, async (line) => {
      const [answer] = readAnswers(await talk(port, { bytes: line }))
      return answer?.status === 400 && answer.header('x-content-type-options') === 'nosniff'
    }),
  ).toEqual([])
})

test('every odd form of Content-Length and Transfer-Encoding is refused', async () => {
  const forms = [
    ['Content-Length: 5', 'Content-Length: 6'],
    ['Content-Length: 5', 'Transfer-Encoding: chunked'],
    ['Transfer-Encoding: chunked', 'Content-Length: 5'],
    ['Content-Length: +5'],
    ['Content-Length: -5'],
    ['Content-Length: 0x5'],
    ['Content-Length: 5, 6'],
    ['Content-Length: 5 6'],
    ['Content-Length: 5a'],
    ['Content-Length: '],
    ['Content-Length: 99999999999999999999999'],
    ['Transfer-Encoding: chunked, identity'],
    ['Transfer-Encoding: xchunked'],
    ['Transfer-Encoding: chunked, chunked'],
    ['Transfer-Encoding : chunked'],
    [' Transfer-Encoding: chunked'],
    ['Transfer-Encoding: \x0bchunked'],
    ['Transfer_Encoding: chunked', 'Content-Length: 5', 'Content-Length: 1'],
    ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity'],
    ['Transfer-Encoding:\x00chunked'],
  ]
  expect(
    await failures(forms, async (lines) => {
      const head = `POST /probe/echo HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n${lines.join('\r\n')}\r\n\r\n`
      const answers = readAnswers(await talk(port, { bytes: `${head}0\r\n\r\n`, patience: 1500 }))
      return answers.length === 1 && answers[0]!.status >= 400 && answers[0]!.status < 500
    }),
  ).toEqual([])
})

test('a chunk that is none is refused', async () => {
  const chunks = [
    'x\r\n',
    '-1\r\n',
    '5;\0\r\nabcde\r\n0\r\n\r\n',
    '5\nabcde\n0\n\n',
    'fffffffffffffffff\r\n',
    '5\r\nabcdeXX0\r\n\r\n',
  ]
  expect(
    await failures(chunks, async (chunk) => {
      const head = 'POST /probe/echo HTTP/1.1\r\nHost: shop.example\r\nTransfer-Encoding: chunked\r\n\r\n'
      const answers = readAnswers(await talk(port, { bytes: head + chunk, patience: 1500 }))
      return answers.length === 1 && answers[0]!.status === 400
    }),
  ).toEqual([])
})

test('another method is 405 with Allow, OPTIONS 204 with Allow, an unknown path 404', async () => {
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'TRACE']) {
    const wrong = await ask(port, '/probe', { method })
    expect([method, wrong.status, wrong.header('allow')]).toEqual([method, 405, 'GET, HEAD'])
  }
  const options = await ask(port, '/blog', { method: 'OPTIONS' })
  expect([options.status, options.header('allow'), options.body]).toEqual([
    204,
    'GET, POST, HEAD, OPTIONS',
    '',
  ])
  for (const method of ['GET', 'POST', 'OPTIONS'])
    expect((await ask(port, '/none', { method })).status).toBe(404)
})

test('H4 an address over 8 KiB is 414, one of 8 KiB is not', async () => {
  const path = (length: number): string => `/probe?${'x'.repeat(length - 7)}`
  expect((await ask(port, path(8192))).status).toBe(200)
  expect((await ask(port, path(8193))).status).toBe(414)
})

test('H4 headers over 16 KiB are 431, less is not', async () => {
  const long = (length: number) => ask(port, '/probe', { headers: { 'X-Long': 'x'.repeat(length) } })
  expect((await long(15 * 1024)).status).toBe(200)
  const refused = await long(17 * 1024)
  expect([refused.status, refused.header('x-content-type-options')]).toEqual([431, 'nosniff'])
  const many = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`X-${i}`, 'x']))
  expect((await ask(port, '/probe', { headers: many })).status).toBe(431)
})

const POLICY = "base-uri 'self'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"

test.each([
  ['a page', '/', {}, 200],
  ['a page of an app', '/blog', {}, 200],
  ['a static file', '/static/site.css', {}, 200],
  ['a static file that is not there', '/static/none.css', {}, 404],
  ['nothing', '/none', {}, 404],
  ['a refused host', '/', { host: 'evil.example' }, 400],
  ['a long address', `/${'x'.repeat(9000)}`, {}, 414],
  ['large headers', '/', { headers: { 'X-Long': 'x'.repeat(20_000) } }, 431],
  ['a wrong method', '/', { method: 'POST' }, 405],
  ['a page of another site', '/blog', { method: 'POST', headers: { Origin: 'null' } }, 403],
  ['a failure', '/probe/fail', {}, 500],
  ['a thrown status', '/probe/fail-later', {}, 502],
  ['a body without a type', '/probe/json', { method: 'POST', body: '{}' }, 415],
  ['a redirect', '/probe/next?next=/blog', {}, 302],
  ['the health', '/healthz', {}, 200],
  ['a malformed request', '/ HTTP/1.1 x', {}, 400],
])('H10 H17 %s has the security headers and an id', async (_, path, asking, status) => {
  const answer = await ask(port, path, asking)
  expect(answer.status).toBe(status)
  const one = (name: string): string => {
    expect([name, answer.all(name).length]).toEqual([name, 1])
    return answer.header(name)!
  }
  expect(one('x-content-type-options')).toBe('nosniff')
  expect(one('referrer-policy')).toBe('same-origin')
  expect(one('x-frame-options')).toBe('DENY')
  expect(one('cross-origin-opener-policy')).toBe('same-origin')
  expect(one('content-security-policy')).toBe(POLICY)
  expect(one('strict-transport-security')).toBe('max-age=15552000')
  expect(one('x-request-id')).toMatch(/^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/)
  expect(answer.all('x-powered-by').concat(answer.all('server'))).toEqual([])
})

test('H9 a failure says nothing of why: a page, or the JSON that was promised', async () => {
  for (const path of ['/probe/fail', '/probe/fail-later']) {
    const page = await ask(port, path, { headers: { Accept: 'text/html' } })
    expect(page.header('content-type')).toBe('text/html; charset=utf-8')
    const json = await ask(port, path, { headers: { Accept: 'application/json' } })
    const error = path === '/probe/fail' ? 'Internal Server Error' : 'Bad Gateway'
    expect(JSON.parse(json.body)).toEqual({
      statusCode: json.status,
      error,
      requestId: json.header('x-request-id'),
    })
    for (const { raw } of [page, json])
      expect(raw).not.toMatch(/inside|shadow|views|\bat |node_modules|tao-hard/)
  }
  expect(server.output).toContain(INSIDE)
  expect(server.output).toContain('views.ts')
})

test('H9 the texts of refusals are our own', async () => {
  const json = { Accept: 'application/json' }
  const refused = await ask(port, '/probe/teapot', { headers: json })
  expect(JSON.parse(refused.body)).toEqual({
    statusCode: 418,
    error: "I'm a Teapot",
    message: 'Short and stout',
    requestId: refused.header('x-request-id'),
  })
  const missing = await ask(port, '/none', { headers: json })
  expect(JSON.parse(missing.body)).toEqual({
    statusCode: 404,
    error: 'Not Found',
    requestId: missing.header('x-request-id'),
  })
})

test('H9 a promise that nobody awaits ends nothing', async () => {
  expect((await ask(port, '/probe/forgotten')).status).toBe(200)
  await server.printed(/nobody waits for this/)
  expect((await ask(port, '/probe')).status).toBe(200)
})

test('H17 no request chooses its id, and the log has it', async () => {
  const answer = await ask(port, '/probe/who', { headers: { 'X-Request-Id': 'chosen-by-a-stranger' } })
  const { id } = JSON.parse(answer.body) as { id: string }
  expect(id).toBe(answer.header('x-request-id'))
  expect(id).not.toContain('stranger')
  await server.printed(new RegExp(`(?=.*who is it).*${id}`))
})

test('H18 what a client says of itself is not believed', async () => {
  const { body } = await ask(port, '/probe/who', {
    headers: { 'X-Forwarded-For': '1.2.3.4', Forwarded: 'for=1.2.3.4', 'X-Real-IP': '1.2.3.4' },
  })
  expect(JSON.parse(body)).toMatchObject({ ip: '127.0.0.1' })
  const url = await ask(port, '/probe/url', {
    headers: { 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'evil.example' },
  })
  expect(JSON.parse(url.body)).toMatchObject({ host: 'shop.example', secure: false })
})

test('what may come compressed says Vary though it did not', async () => {
  const plain = await ask(port, '/static/site.css')
  expect([plain.status, plain.header('vary')]).toEqual([200, expect.stringMatching(/accept-encoding/i)])
  const packed = await ask(port, '/static/site.css', { headers: { 'Accept-Encoding': 'gzip' } })
  expect(packed.header('vary')).toMatch(/accept-encoding/i)
})

test('ranges, conditions and 416 are as HTTP has them', async () => {
  const whole = await ask(port, '/static/site.css')
  const etag = whole.header('etag')!
  const known = await ask(port, '/static/site.css', { headers: { 'If-None-Match': etag } })
  expect([known.status, known.body]).toEqual([304, ''])
  const part = await ask(port, '/static/site.css', { headers: { Range: 'bytes=0-3' } })
  expect([part.status, part.body]).toEqual([206, whole.body.slice(0, 4)])
  const wrong = await ask(port, '/static/site.css', { headers: { Range: 'bytes=999999-' } })
  expect([wrong.status, wrong.header('content-range')]).toEqual([
    416,
    `bytes */${Buffer.byteLength(whole.body)}`,
  ])
})
