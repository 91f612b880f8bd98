import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { PreparedResponse } from '../../src/http/prepared-response.ts'
import { startSite } from '../start-site.ts'

const SECURITY = [
  'content-security-policy',
  'cross-origin-opener-policy',
  'referrer-policy',
  'x-content-type-options',
  'x-frame-options',
]

const ROUTES = `import { route, text, stream, HttpResponse } from 'tao1'
export default [
  route('GET', '/ascii', () => 'plain', 'ascii'),
  route('GET', '/letters', () => 'grüße, 世界', 'letters'),
  route('GET', '/empty', () => '', 'empty'),
  route('GET', '/nothing', () => undefined, 'nothing'),
  route('GET', '/same', () => new HttpResponse(undefined, { status: 304 }), 'same'),
  route('GET', '/bytes', () => Buffer.from([65, 66]), 'bytes'),
  route('GET', '/stream', () => stream(['a', 'b', 'c']), 'stream'),
  route('GET', '/framed', () => text('framed', { headers: { 'X-Frame-Options': 'SAMEORIGIN' } }), 'framed'),
  route('GET', '/long', () => text('cut', { headers: { 'content-length': '3' } }), 'long'),
  route('GET', '/own', () => 'own', 'own', { headers: { 'referrer-policy': false, 'x-own': 'yes' } }),
]`

interface Answer {
  status: number
  headers: Map<string, string[]>
  body: string
}

/** Sends requests one behind the other on one connection; the last of them ends it. */
async function ask(...lines: string[]): Promise<Answer[]> {
  const client = await startSite({ 'routes.ts': ROUTES })
  const { url } = await client.site.listen({ host: '127.0.0.1', port: 0 })
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  const last = lines.length - 1
  socket.write(
    lines
      .map(
        (line, i) =>
          `${line} HTTP/1.1\r\nHost: localhost\r\n${i === last ? 'Connection: close\r\n' : ''}\r\n`,
      )
      .join(''),
  )
  return parse(Buffer.from(await text(socket)), lines)
}

/** Reads answers strictly: one body begins where the one before it ends. */
function parse(received: Buffer, lines: readonly string[]): Answer[] {
  const answers: Answer[] = []
  let at = 0
  for (const line of lines) {
    const end = received.indexOf('\r\n\r\n', at)
    const [first, ...rest] = received.subarray(at, end).toString('latin1').split('\r\n')
    const headers = new Map<string, string[]>()
    for (const header of rest) {
      const [name, value] = header.split(/: (.*)/s) as [string, string]
      headers.set(name.toLowerCase(), [...(headers.get(name.toLowerCase()) ?? []), value])
    }
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(first!)![1])
    const bodyless = status === 204 || status === 304 || line.startsWith('HEAD')
    const length = bodyless ? 0 : Number(headers.get('content-length')?.[0] ?? received.length - end - 4)
    answers.push({ status, headers, body: received.subarray(end + 4, end + 4 + length).toString() })
    at = end + 4 + length
  }
  expect(received.subarray(at).toString()).toBe('')
  return answers
}

test('this Node takes prepared lines: where one does not, every answer costs more', () => {
  expect(PreparedResponse.isPossible).toBe(true)
})

test.each(['ascii', 'letters', 'empty', 'nothing', 'same', 'bytes', 'stream', 'framed', 'long'])(
  'H10 H17 /%s carries every security header and its id, once each',
  async (path) => {
    const [answer] = await ask(`GET /${path}`)
    for (const name of SECURITY) expect(answer!.headers.get(name), name).toHaveLength(1)
    expect(answer!.headers.get('x-frame-options')).toEqual([path === 'framed' ? 'SAMEORIGIN' : 'DENY'])
    expect(answer!.headers.get('x-request-id')).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/)])
    expect(answer!.headers.get('date')).toHaveLength(1)
  },
)

test('a body is as long as its bytes say, whatever its letters', async () => {
  const answers = await ask(
    'GET /ascii',
    'GET /letters',
    'HEAD /letters',
    'GET /empty',
    'GET /bytes',
    'GET /long',
  )
  expect(answers.map(({ body }) => body)).toEqual(['plain', 'grüße, 世界', '', '', 'AB', 'cut'])
  expect(answers[2]!.headers.get('content-length')).toEqual([String(Buffer.byteLength('grüße, 世界'))])
})

test('answers to requests sent at once come in their order, each whole', async () => {
  const lines = [
    'GET /nothing',
    'GET /ascii',
    'HEAD /ascii',
    'GET /same',
    'GET /framed',
    'GET /missing',
    'GET /ascii',
  ]
  const answers = await ask(...lines)
  expect(answers.map(({ status }) => status)).toEqual([204, 200, 200, 304, 200, 404, 200])
  expect(answers[6]!.body).toBe('plain')
})

test('H10 a route says some of them differently', async () => {
  const [answer] = await ask('GET /own')
  expect(answer!.headers.get('x-own')).toEqual(['yes'])
  expect(answer!.headers.has('referrer-policy')).toBe(false)
})

test('H17 no two requests have one id', async () => {
  const answers = await ask(...Array.from({ length: 300 }, () => 'GET /ascii'))
  const ids = new Set(answers.map(({ headers }) => headers.get('x-request-id')![0]))
  expect(ids.size).toBe(300)
})

test.each([
  ['x own', 'a', /The headers of GET \/ \(.*routes\.ts:2\) cannot be sent/],
  ['x-own', 'a\r\nset-cookie: b=c', /The headers of GET \/ .* cannot be sent/],
])('H11 a route whose header %j cannot be sent does not start', async (name, value, message) => {
  const routes = `import { route } from 'tao1'
export default [route('GET', '/', () => 'ok', 'a', { headers: ${JSON.stringify({ [name]: value })} })]`
  await expect(startSite({ 'routes.ts': routes })).rejects.toThrow(message)
})
