import { readdirSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { serveFreshSite } from './fresh-site.ts'
import { ask, readAnswers, request, talk, type Answer } from './raw.ts'

const { site, server } = await serveFreshSite()
const { port } = server

const JSON_TYPE = { 'Content-Type': 'application/json' }
const FORM_TYPE = { 'Content-Type': 'application/x-www-form-urlencoded' }
const MIB = 1 << 20

const post = (path: string, body: string | Buffer, headers: Record<string, string>): Promise<Answer> =>
  ask(port, path, { method: 'POST', body, headers })

/** A body that is pumped in pieces by a client that reads nothing before all is sent. */
function* pumped(
  path: string,
  size: number,
  isChunked: boolean,
  type = 'application/json',
): Iterable<Buffer> {
  const framing = isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${size}`
  yield Buffer.from(
    `POST ${path} HTTP/1.1\r\nHost: shop.example\r\nContent-Type: ${type}\r\n${framing}\r\nConnection: close\r\n\r\n`,
  )
  const piece = Buffer.alloc(64 << 10, 'x')
  for (let sent = 0; sent < size; sent += piece.length)
    yield isChunked
      ? Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')])
      : piece
  if (isChunked) yield Buffer.from('0\r\n\r\n')
}

test('H3 a body of 1 MiB is read, one byte more is 413', async () => {
  const body = (length: number): string => JSON.stringify('x'.repeat(length - 2))
  expect((await post('/probe/json', body(MIB), JSON_TYPE)).status).toBe(200)
  expect((await post('/probe/json', body(MIB + 1), JSON_TYPE)).status).toBe(413)
  expect((await post('/probe/echo', Buffer.alloc(MIB + 1), {})).status).toBe(413)
})

test.each([
  ['/probe/json', 'Content-Length', false],
  ['/probe/json', 'chunks', true],
  ['/probe/echo', 'Content-Length', false],
  ['/probe/echo', 'chunks', true],
])('H3 a client that pumps 16 MiB at %s by %s sees the 413', async (path, _, isChunked) => {
  for (let round = 0; round < 3; round++) {
    const [answer, ...more] = readAnswers(await talk(port, { bytes: pumped(path, 16 * MIB, isChunked) }))
    expect([answer?.status, more.length]).toEqual([413, 0])
  }
})

test('H3 after a 413 the connection serves the next request', async () => {
  const first = request('/probe/json', {
    method: 'POST',
    headers: { ...JSON_TYPE, Connection: 'keep-alive' },
    body: Buffer.alloc(2 * MIB, 'x'),
  })
  const bytes = Buffer.concat([first, request('/probe')])
  expect(readAnswers(await talk(port, { bytes })).map(({ status }) => status)).toEqual([413, 200])
})

test('H3 1000 fields are read, 1001 and 100,000 are 413', async () => {
  const fields = (count: number): string => Array.from({ length: count }, (_, i) => `f${i}=1`).join('&')
  const read = await post('/probe/form', fields(1000), FORM_TYPE)
  expect([read.status, JSON.parse(read.body)]).toEqual([200, expect.objectContaining({ count: 1000 })])
  expect((await post('/probe/form', fields(1001), FORM_TYPE)).status).toBe(413)
  expect((await post('/probe/form', '&a'.repeat(100_000), FORM_TYPE)).status).toBe(413)
})

test('H3 JSON 64 deep is read, 65 and 100,000 deep is 400', async () => {
  const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels)
  expect((await post('/probe/json', deep(64), JSON_TYPE)).status).toBe(200)
  expect((await post('/probe/json', deep(65), JSON_TYPE)).status).toBe(400)
  expect((await post('/probe/json', deep(100_000), JSON_TYPE)).status).toBe(400)
  expect(
    (await post('/probe/json', '{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000), JSON_TYPE)).status,
  ).toBe(400)
  expect((await ask(port, '/probe')).status).toBe(200)
})

test.each([
  '{"__proto__":{"a":1}}',
  '{"\\u005f_proto__":1}',
  '{"constructor":{"prototype":{}}}',
  '{"a":1,"a":2}',
  '{',
  '',
  'nul',
  '\ufeff{}x',
  '"\ud800',
])('H3 %j is 400', async (body) => {
  const { status } = await ask(port, '/probe/json', {
    method: 'POST',
    body,
    headers: { ...JSON_TYPE, 'Content-Length': String(Buffer.byteLength(body)) },
  })
  expect(status).toBe(400)
})

const BOUNDARY = 'xYzZy'
const MULTIPART = { 'Content-Type': `multipart/form-data; boundary=${BOUNDARY}` }
const part = (head: string, content: string | Buffer): Buffer =>
  Buffer.concat([Buffer.from(`--${BOUNDARY}\r\n${head}\r\n\r\n`), Buffer.from(content), Buffer.from('\r\n')])
const fileHead = (name: string): string =>
  `Content-Disposition: form-data; name="f"; filename="${name}"\r\nContent-Type: application/octet-stream`
const formOf = (...parts: Buffer[]): Buffer => Buffer.concat([...parts, Buffer.from(`--${BOUNDARY}--\r\n`)])

/** What lies in the folder of uploads. */
const stored = (): string[] => {
  try {
    return readdirSync(join(site.root, 'uploads')).sort()
  } catch {
    return []
  }
}

test('H3 20 files are read, 21 are 413; 10 MiB a file, 25 MiB in all; nothing is left of what is refused', async () => {
  const files = (count: number, content: string | Buffer): Buffer =>
    formOf(...Array.from({ length: count }, (_, i) => part(fileHead(`${i}.txt`), content)))
  const upload = (body: Buffer): Promise<Answer> => post('/probe/upload', body, MULTIPART)
  expect((await upload(files(20, 'x'))).status).toBe(200)
  expect((await upload(files(1, Buffer.alloc(10 * MIB)))).status).toBe(200)
  const before = stored()
  expect((await upload(files(21, 'x'))).status).toBe(413)
  expect((await upload(files(1, Buffer.alloc(10 * MIB + 1)))).status).toBe(413)
  expect((await upload(files(3, Buffer.alloc(9 * MIB)))).status).toBe(413)
  expect((await post('/probe/upload-late', files(21, 'x'), MULTIPART)).status).toBe(413)
  expect((await post('/probe/upload-late', files(3, Buffer.alloc(9 * MIB)), MULTIPART)).status).toBe(413)
  expect(stored()).toEqual(before)
})

test.each([
  [
    'no boundary in the type',
    { 'Content-Type': 'multipart/form-data' },
    formOf(part(fileHead('a.txt'), 'x')),
  ],
  ['another boundary', MULTIPART, Buffer.from('--other\r\n\r\nx\r\n--other--\r\n')],
  ['no end', MULTIPART, part(fileHead('a.txt'), 'x')],
  ['cut in the head of a part', MULTIPART, Buffer.from(`--${BOUNDARY}\r\nContent-Disp`)],
  ['a part without a name', MULTIPART, formOf(part('Content-Disposition: form-data', 'x'))],
  ['a part without a disposition', MULTIPART, formOf(part('Content-Type: text/plain', 'x'))],
  ['a part without a head', MULTIPART, Buffer.from(`--${BOUNDARY}\r\nx\r\n--${BOUNDARY}--\r\n`)],
  ['nothing', { ...MULTIPART, 'Content-Length': '0' }, ''],
  ['a head without an end', MULTIPART, Buffer.from(`--${BOUNDARY}\r\n${'x'.repeat(100_000)}`)],
  [
    'a nul in the name',
    MULTIPART,
    formOf(part('Content-Disposition: form-data; name="a\0b"; filename="\0"', 'x')),
  ],
])('a multipart form with %s is refused, never a 5xx', async (_, headers, body) => {
  const before = stored()
  for (const path of ['/probe/upload', '/probe/upload-late']) {
    const { status } = await post(path, body, headers)
    if (!body.includes('\0')) expect([400, 413, 415]).toContain(status)
    else expect(status).toBeLessThan(500)
  }
  if (!body.includes('\0')) expect(stored()).toEqual(before)
})

test.each([
  '.env',
  '../../.env',
  '..\\..\\settings.ts',
  '/etc/cron.d/x',
  'C:\\boot.ini',
  'a.php\\0.png',
  'a.html',
  'a.svg',
  'con',
  '.htaccess',
  '..',
  '%2e%2e%2fx',
  'ü😀.txt',
  'a\u202egnp.exe',
  `${'x'.repeat(300)}.txt`,
  `${'ü'.repeat(300)}.txt`,
])('H12 an upload called %j is stored under a name of its own', async (name) => {
  const before = stored()
  const answer = await post('/probe/upload', formOf(part(fileHead(name), 'content')), MULTIPART)
  expect(answer.status).toBe(200)
  const { saved } = JSON.parse(answer.body) as { saved: { called: string; name: string }[] }
  expect(saved[0]!.name).toMatch(/^[\da-f-]{36}(\.[a-z\d]{1,10})?$/)
  expect(saved[0]!.name).not.toMatch(/\.(php|html?|svg|exe|env|js|ts|htaccess)$/)
  expect(Buffer.byteLength(saved[0]!.called)).toBeLessThanOrEqual(255)
  expect(saved[0]!.called).not.toMatch(/[/\\]/)
  expect(stored().filter((one) => !before.includes(one))).toEqual([saved[0]!.name])
  const served = await ask(port, `/probe/upload/${saved[0]!.name}`)
  expect([served.status, served.body, served.header('x-content-type-options')]).toEqual([
    200,
    'content',
    'nosniff',
  ])
  expect(served.header('content-disposition')).toMatch(/^attachment; /)
  expect((await ask(port, `/static/uploads/${saved[0]!.name}`)).status).toBe(404)
})

test.each(['/probe/upload', '/probe/upload-late'])(
  'H12 an upload cut in the middle of %s leaves nothing',
  async (path) => {
    const before = stored()
    await Promise.all(
      Array.from({ length: 10 }, async (_, i) => {
        const socket = connect(port, '127.0.0.1')
        const head = `POST ${path} HTTP/1.1\r\nHost: shop.example\r\nContent-Type: ${MULTIPART['Content-Type']}\r\nContent-Length: 5000000\r\n\r\n`
        await new Promise<void>((resolve) => {
          socket.write(head)
          socket.write(part(fileHead('whole.txt'), 'whole'))
          socket.write(part(fileHead('cut.txt'), Buffer.alloc(100_000 * (i + 1))).subarray(0, -2), () =>
            resolve(),
          )
        })
        if (i % 2 === 0) socket.destroy()
        else socket.resetAndDestroy()
      }),
    )
    // What was cut is taken away when the server has noticed: an upload after it has been through the same queue.
    let after: string[] = []
    for (let i = 0; i < 100; i++) {
      await ask(port, '/probe')
      after = stored()
      if (after.length === before.length && !after.some((name) => name.endsWith('.part'))) break
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    expect(after).toEqual(before)
  },
)

test('H13 the names of a form and a query are flat text', async () => {
  const { body } = await post(
    '/probe/form',
    'name[$gt]=&a[b][c]=1&__proto__[x]=1&constructor=2&a.b=3',
    FORM_TYPE,
  )
  expect(JSON.parse(body)).toEqual({
    fields: [
      ['name[$gt]', ''],
      ['a[b][c]', '1'],
      ['__proto__[x]', '1'],
      ['constructor', '2'],
      ['a.b', '3'],
    ],
    count: 5,
  })
})

test('H13 JSON where a form is expected is checked: what is no text is 400', async () => {
  const entry = (value: unknown): Promise<Answer> => post('/blog', JSON.stringify(value), JSON_TYPE)
  expect((await entry({ title: 'A title', text: 'x' })).status).toBe(303)
  for (const value of [
    { title: { $gt: '' }, text: 'x' },
    { title: ['x'], text: 'x' },
    { title: 1, text: 'x' },
    { title: null, text: 'x' },
    [],
    'x',
    { title: 'x' },
  ])
    expect([value, (await entry(value)).status]).toEqual([value, 400])
})

test('H13 an operator in JSON finds nobody: it is 400', async () => {
  const member = (value: string): Promise<Answer> => post('/probe/member', value, JSON_TYPE)
  expect((await member('{"name":"Ann"}')).body).toBe('{"member":"Ann"}')
  expect((await member('{"name":"Bob"}')).status).toBe(403)
  for (const value of [
    '{"name":{"$gt":""}}',
    '{"name":{"\\u0024gt":""}}',
    '{"name":{"$ne":null}}',
    '{"name":{"$regex":"."}}',
    '{"name":{"$not":{"$eq":1}}}',
    '{"$where":"1","name":"x"}',
    '{"name":[{"$gt":""}]}',
  ])
    expect([value, (await member(value)).status]).toEqual([value, 400])
})
