import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { connect, Socket } from 'node:net'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { makeClientAddress } from '../../src/http/index.ts'
import { tempFolder } from '../scaffold/temp-folder.ts'
import { startSite } from '../start-site.ts'
import type { TestClient } from '../../src/testing/index.ts'

const FILES = {
  'settings.ts': 'export default { limits: { body: 1000 }, timeouts: { headers: 1, request: 1 } }',
  'routes.ts': `import { route } from 'tao1'
export default [
  route('GET', '/', () => 'ok', 'a'),
  route('POST', '/', async (request) => ({ length: (await request.text()).length }), 'b'),
  route('POST', '/ignore', () => 'ignored', 'c'),
]`,
}

async function listen(files: Record<string, string> = FILES): Promise<{ client: TestClient; port: number }> {
  const client = await startSite(files)
  const { url } = await client.site.listen({ host: '127.0.0.1', port: 0 })
  return { client, port: Number(new URL(url).port) }
}

/** Sends raw text; resolves with all that came back when the server ended the connection. */
async function talk(port: number, sent: string, then?: (socket: Socket) => void): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  socket.write(sent)
  then?.(socket)
  return text(socket)
}

/** As a client does that reads no answer before it has sent all: a connection that was cut meanwhile is an error. */
async function talkFirst(port: number, sent: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.write(sent, () => resolve())
  })
  return text(socket)
}

const statusOf = (answer: string): string => answer.split(' ')[1] ?? 'no answer'

test('H4 a header block over the limit is 431, with the security headers', async () => {
  const { port } = await listen()
  const answer = await talk(
    port,
    `GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`,
  )
  expect(statusOf(answer)).toBe('431')
  expect(answer).toContain('x-content-type-options: nosniff')
  expect(answer).toMatch(/x-request-id: [0-9a-f-]{36}\r\n/)
})

test('H4 a client that is still sending such a header sees the 431 all the same', async () => {
  const { port } = await listen()
  const answer = await talkFirst(
    port,
    `GET / HTTP/1.1\r\nHost: localhost\r\n${'X-Long: 1\r\n'.repeat(500_000)}\r\n`,
  )
  expect(statusOf(answer)).toBe('431')
})

test('what is no HTTP is 400 and its connection closed', async () => {
  const { port } = await listen()
  expect(statusOf(await talk(port, 'nonsense\r\n\r\n'))).toBe('400')
  expect(statusOf(await talk(port, 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n'))).toBe('400')
  expect(
    statusOf(
      await talk(port, 'GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\nConnection: close\r\n\r\n'),
    ),
  ).toBe('400')
  expect(
    statusOf(
      await talk(
        port,
        'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n',
      ),
    ),
  ).toBe('400')
})

test('H5 a request that does not end is 408, in its headers or in its body', async () => {
  const { port } = await listen()
  const [headers, body] = await Promise.all([
    talk(port, 'GET / HTTP/1.1\r\nHost: localhost\r\n'),
    talk(port, 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc'),
  ])
  expect([statusOf(headers), statusOf(body)]).toEqual(['408', '408'])
})

test.each([
  ['Content-Length: 5000', 'x'.repeat(5000)],
  ['Transfer-Encoding: chunked', `1388\r\n${'x'.repeat(5000)}\r\n0\r\n\r\n`],
])(
  'H3 a body over the limit (%s) is 413 that the client sees, and the connection goes on',
  async (header, body) => {
    const { port } = await listen()
    const answer = await talk(
      port,
      `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n${header}\r\n\r\n${body}` +
        'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
    )
    expect(statusOf(answer)).toBe('413')
    expect(answer.match(/HTTP\/1\.1 200/g)).toHaveLength(1)
  },
)

test('H3 a client that wants its connection closed sees the 413 before it has sent all', async () => {
  const { port } = await listen()
  const answer = await talkFirst(
    port,
    'POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n' +
      `100000\r\n${'x'.repeat(1 << 20)}\r\n`.repeat(20) +
      '0\r\n\r\n',
  )
  expect(statusOf(answer)).toBe('413')
})

test('an answer that cannot be sent as it is becomes a 500, from an asynchronous view too', async () => {
  const { port } = await listen({
    'routes.ts': `import { route, text, Forbidden } from 'tao1'
export default [
  route('GET', '/break', async () => text('x', { headers: { 'x-a': 'a\\r\\nset-cookie: b=1' } }), 'a'),
  route('GET', '/letters', async () => text('x', { headers: { 'x-a': 'żółw' } }), 'b'),
  route('GET', '/status', async () => text('x', { status: 42 }), 'c'),
  route('GET', '/thrown', async () => { throw new Forbidden('x', { headers: { 'x-a': 'a\\nb' } }) }, 'd'),
  route('GET', '/fine', async () => text('x'), 'e'),
]`,
  })
  const paths = ['/break', '/letters', '/status', '/thrown', '/fine']
  const answers = await talk(
    port,
    paths
      .map(
        (path, i) =>
          `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${i === 4 ? 'Connection: close\r\n' : ''}\r\n`,
      )
      .join(''),
  )
  expect(answers.match(/^HTTP\/1\.1 \d+ .*$/gm)?.map((line) => line.trim())).toEqual([
    ...Array.from({ length: 4 }, () => 'HTTP/1.1 500 Internal Server Error'),
    'HTTP/1.1 200 OK',
  ])
  expect(answers).not.toMatch(/^(set-cookie|x-a)/im)
})

test('H10 an expectation nobody knows changes nothing about the answer', async () => {
  const { port } = await listen()
  const answer = await talk(
    port,
    'GET / HTTP/1.1\r\nHost: localhost\r\nExpect: a-wonder\r\nConnection: close\r\n\r\n',
  )
  expect(statusOf(answer)).toBe('200')
  expect(answer).toContain('x-content-type-options: nosniff')
})

test('H14 what asks for a WebSocket in the wrong way is 400 and its connection closed', async () => {
  const { port } = await listen({
    'routes.ts': `import { route } from 'tao1'
export default [route('GET', '/', async (request) => { await request.websocket() }, 'a')]`,
  })
  const ask = (headers: string): Promise<string> =>
    talk(
      port,
      `GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${headers}\r\n`,
    )
  const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n'
  for (const headers of ['', 'Sec-WebSocket-Version: 13\r\n', `${key}Sec-WebSocket-Version: 99\r\n`]) {
    const answer = await ask(headers)
    expect([statusOf(answer), /^sec-websocket-version: 13\r$/m.test(answer)]).toEqual(['400', true])
  }
})

test('a body that the view does not read harms nobody', async () => {
  const { port } = await listen()
  const answer = await talk(
    port,
    'POST /ignore HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\n' +
      `${'x'.repeat(500)}GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
  )
  expect(answer.match(/HTTP\/1\.1 200/g)).toHaveLength(2)
})

test('a request line with the whole URL is answered for that host', async () => {
  const { port } = await listen()
  const ask = (url: string): Promise<string> =>
    talk(port, `GET ${url} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
  expect(statusOf(await ask('http://localhost/'))).toBe('200')
  expect(statusOf(await ask('http://evil.example/'))).toBe('400')
})

test('H15 closing finishes what is under way and takes nothing new', async () => {
  const { client, port } = await listen({
    'routes.ts': `import { route } from 'tao1'
let release
const gate = new Promise((resolve) => { release = resolve })
export default [
  route('GET', '/slow', async () => { process.emit('tao-test-slow'); await gate; return 'done' }, 'a'),
  route('GET', '/release', () => { release(); return 'ok' }, 'b'),
]`,
  })
  const begun = new Promise((resolve) => process.once('tao-test-slow' as never, resolve as never))
  const slow = talk(port, 'GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await begun
  const closing = client.site.close()
  await client.site.inject({ url: '/release', headers: { host: 'localhost' } })
  const answer = await slow
  expect(answer).toContain('done')
  expect(answer.toLowerCase()).toContain('connection: close')
  await closing
  await expect(talk(port, 'GET / HTTP/1.1\r\n\r\n')).rejects.toThrow(/ECONNREFUSED/)
})

test('H15 an upgrade that its view neither accepts nor answers is cut at the deadline', async () => {
  const { client, port } = await listen({
    'routes.ts': `import { route } from 'tao1'
export default [route('GET', '/', () => { process.emit('tao-test-upgrade'); return new Promise(() => {}) }, 'a')]`,
  })
  const asked = new Promise((resolve) => process.once('tao-test-upgrade' as never, resolve as never))
  const answer = talk(
    port,
    'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
  )
  await asked
  await client.site.close({ deadline: 100 })
  expect(await answer).toBe('')
})

test('a client that goes away in the middle of a stream ends its source', async () => {
  const { port } = await listen({
    'routes.ts': `import { route, stream } from 'tao1'
export default [route('GET', '/', () => stream((async function* () {
  try { for (;;) { yield 'x'.repeat(65536); await new Promise(setImmediate) } } finally { process.emit('tao-test-ended') }
})()), 'a')]`,
  })
  const ended = new Promise((resolve) => process.once('tao-test-ended' as never, resolve as never))
  const socket = connect(port, '127.0.0.1')
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
  socket.once('data', () => socket.destroy())
  await ended
})

test('#17 an answer whose stream fails is in the log; a client that goes away is not', async () => {
  const log = new PassThrough()
  const client = await startSite(
    {
      'routes.ts': `import { route, stream } from 'tao1'
export default [
  route('GET', '/fails', () => stream((async function* () { yield 'a'; throw new Error('its source broke') })()), 'a'),
  route('GET', '/endless', () => stream((async function* () {
    try { for (;;) { yield 'x'.repeat(65536); await new Promise(setImmediate) } } finally { process.emit('tao-test-left') }
  })()), 'b'),
]`,
    },
    { logStream: log as unknown as NodeJS.WriteStream, flags: { logLevel: 'info' } },
  )
  const { url } = await client.site.listen({ host: '127.0.0.1', port: 0 })
  const left = new Promise((resolve) => process.once('tao-test-left' as never, resolve as never))
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.write('GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n')
  socket.once('data', () => socket.destroy())
  await left
  const logged = once(log, 'readable')
  await expect(fetch(`${url}/fails`).then((response) => response.text())).rejects.toThrow('terminated')
  await logged
  log.end()
  const lines = (await text(log)).trim().split('\n')
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    expect.objectContaining({
      level: 50,
      msg: 'GET /fails failed while its answer was sent',
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      err: expect.objectContaining({ message: 'its source broke' }),
    }),
  ])
})

test('H18 a peer on a socket file is this machine; one whose connection was reset is nobody', async () => {
  const client = await startSite({
    'settings.ts': "export default { trustProxy: ['loopback'] }",
    'routes.ts': `import { route } from 'tao1'
export default [route('GET', '/', (request) => request.ip, 'a')]`,
  })
  const path = join(tempFolder(), 'web.sock')
  await client.site.listen({ path })
  const ask = (target: string): string =>
    `GET ${target} HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 203.0.113.7\r\nConnection: close\r\n\r\n`
  const socket = connect(path)
  socket.write(ask('/'))
  expect(await text(socket)).toMatch(/\r\n\r\n203\.0\.113\.7$/)

  // A closed connection has no address any more, and no handle to tell what it was.
  const gone = { socket: new Socket(), headers: { 'x-forwarded-for': '203.0.113.7' } }
  expect(makeClientAddress(['loopback']).ip(gone as unknown as IncomingMessage)).toBe('')
})

test('H14 a refused upgrade lets go of the connection though the client goes on sending and never reads', async () => {
  const { client, port } = await listen({
    'routes.ts': `import { route } from 'tao1'
export default [route('GET', '/', async (request) => { await request.websocket() }, 'a')]`,
  })
  const left = new Promise((resolve) => {
    client.site.server.once('connection', (socket: Socket) => socket.once('close', resolve))
  })
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  socket.write(
    'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nOrigin: http://evil.example\r\n\r\n',
  )
  await once(socket, 'readable')
  socket.end(Buffer.alloc(100_000))
  await left
})

test('what turns out to be malformed after its answer has begun gets no second one', async () => {
  const { port } = await listen()
  const ask = (method: string, path: string, headers: string, rest = ''): Promise<string> =>
    talk(port, `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${headers}\r\n${rest}`)
  for (const answer of [
    await ask('HEAD', '/', 'Transfer-Encoding: identity\r\n'),
    await ask('GET', '/none', 'Transfer-Encoding: identity\r\n'),
    await ask('POST', '/ignore', 'Transfer-Encoding: chunked\r\n', 'no chunk\r\n'),
  ])
    expect([answer.split('\r\n')[0], answer.match(/HTTP\/1\.1 /g)?.length]).toEqual([expect.any(String), 1])
})
