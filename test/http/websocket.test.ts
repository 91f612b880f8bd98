import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { startSite } from '../start-site.ts'

const FILES = {
  'routes.ts': `import { route } from 'tao1'
export default [
  route('GET', '/live', async (request) => {
    const socket = await request.websocket({ protocols: ['chat'], maxMessage: 1000 })
    for await (const message of socket) {
      if (message === 'close') break
      if (message === 'throw') throw new Error('in the view')
      await socket.send(typeof message === 'string' ? message + '/answer' : { bytes: message.length })
    }
    process.emit('tao-test-live-ended')
  }, 'live'),
  route('GET', '/who', async (request) => {
    const socket = await request.websocket()
    await socket.send({ name: request.session.name, id: request.params, q: request.query.get('q') })
  }, 'who'),
  route('GET', '/listen', async (request) => { for await (const message of await request.websocket()) void message }, 'listen'),
  route('GET', '/login', (request) => { request.session.name = 'Ada' }, 'login'),
  route('GET', '/no', () => ({ plain: true }), 'no'),
]`,
}

test('#10 a websocket is a route: for await over its messages', async () => {
  const client = await startSite(FILES)
  const socket = await client.websocket('/live', { protocols: ['x', 'chat'] })
  expect(socket.protocol).toBe('chat')
  await socket.send('a')
  expect(await socket.receive()).toBe('a/answer')
  await socket.send(Buffer.from([1, 2, 3]))
  expect(await socket.receive()).toBe('{"bytes":3}')
  await socket.send('close')
  expect(await socket.whenClosed).toEqual({ code: 1000, reason: '' })
})

test('#10 session, params and query are there as for any request', async () => {
  const client = await startSite(FILES)
  await client.get('/login')
  const socket = await client.websocket('/who?q=1')
  expect(JSON.parse(String(await socket.receive()))).toEqual({ name: 'Ada', id: {}, q: '1' })
})

test('#10 an error in the view closes with 1011, a message over the limit with 1009', async () => {
  const client = await startSite(FILES)
  const failing = await client.websocket('/live')
  await failing.send('throw')
  expect((await failing.whenClosed).code).toBe(1011)
  const large = await client.websocket('/live')
  await large.send('x'.repeat(2000))
  expect((await large.whenClosed).code).toBe(1009)
})

test('H14 a page of another site is refused before the upgrade, a client without Origin passes', async () => {
  const client = await startSite(FILES)
  for (const origin of ['http://evil.example', 'null']) {
    await expect(client.websocket('/live', { headers: { origin } })).rejects.toThrow('answered with 403')
  }
  await (await client.websocket('/live')).close()
})

test('#10 an answer other than an upgrade: the view’s own, 404, and 426 without an upgrade', async () => {
  const client = await startSite(FILES)
  await expect(client.websocket('/no')).rejects.toThrow('answered with 200')
  await expect(client.websocket('/none')).rejects.toThrow('answered with 404')
  expect((await client.get('/live')).status).toBe(426)
})

test('H14 closing the site says 1001 to open sockets', async () => {
  const client = await startSite(FILES)
  const socket = await client.websocket('/live')
  await client.site.close()
  expect((await socket.whenClosed).code).toBe(1001)
})

test('#10 a client that goes away ends the view’s loop', async () => {
  const client = await startSite(FILES)
  const ended = new Promise((resolve) => process.once('tao-test-live-ended' as never, resolve as never))
  const socket = await client.websocket('/live')
  socket.raw.terminate()
  await ended
})

test.each([
  ['a text that is no UTF-8', [0x81, 0x81, 0, 0, 0, 0, 0xff], 1007],
  ['a frame without a mask', [0x81, 0x01, 0x61], 1002],
  ['reserved bits', [0xf1, 0x81, 0, 0, 0, 0, 0x61], 1002],
  ['an unknown kind of frame', [0x83, 0x80, 0, 0, 0, 0], 1002],
  ['a message of more than the default of 1 MiB', [0x82, 0xff, 0, 0, 0, 0, 0, 0x10, 0, 1, 0, 0, 0, 0], 1009],
])('H14 %s closes with its code, and the site goes on', async (_, frame, code) => {
  const client = await startSite(FILES)
  const { url } = await client.site.listen({ host: '127.0.0.1', port: 0 })
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  socket.write(
    'GET /listen HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  )
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  await once(socket, 'data')
  socket.write(Buffer.from(frame))
  await once(socket, 'close')
  const received = Buffer.concat(chunks)
  // A server's close frame: final, kind 8, no mask; then its code.
  const close = received.indexOf(Buffer.from([0x88, 0x02]), received.indexOf('\r\n\r\n'))
  expect(received.readUInt16BE(close + 2)).toBe(code)
  expect((await client.get('/no')).status).toBe(200)
})
