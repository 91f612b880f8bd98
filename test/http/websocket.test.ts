import { expect, test } from 'vitest'
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
