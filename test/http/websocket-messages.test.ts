import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { startSite } from '../start-site.ts'
import type { TestClient } from '../../src/testing/index.ts'

/** A site whose only route is a WebSocket; `view` is the body of a function of `socket`. */
function startSocket(
  view: string,
  options: { open?: string; route?: string; settings?: string } = {},
): Promise<TestClient> {
  const { open = '', route = '{}', settings = '{}' } = options
  return startSite({
    'settings.ts': `export default ${settings}`,
    'routes.ts': `import { route } from 'tao1'
export default [route('GET', '/', async (request) => {
  const socket = await request.websocket(${open})
  ${view}
}, 'socket', ${route})]`,
  })
}

test('#10 text, bytes of every kind and JSON go both ways', async () => {
  const client = await startSocket(`
    for await (const message of socket) {
      await socket.send(message)
      if (message === 'more') {
        await socket.send(new Uint16Array([1, 2]).subarray(1))
        await socket.send(new Uint8Array([7]).buffer)
        await socket.send({ a: [1] })
        await socket.sendJson('text')
        await socket.send(null)
      }
    }`)
  const socket = await client.websocket('/')
  await socket.send('żółw')
  await socket.send(Buffer.from([0, 255]))
  await socket.send('more')
  expect(await socket.receive()).toBe('żółw')
  expect(await socket.receive()).toEqual(Buffer.from([0, 255]))
  expect(await socket.receive()).toBe('more')
  expect(await socket.receive()).toEqual(Buffer.from([2, 0]))
  expect(await socket.receive()).toEqual(Buffer.from([7]))
  expect(await socket.receiveJson()).toEqual({ a: [1] })
  expect(await socket.receive()).toBe('"text"')
  expect(await socket.receive()).toBe('null')
})

test('#10 socket.json() iterates over parsed messages; what is no JSON closes with 1007', async () => {
  const client = await startSocket(`for await (const { n } of socket.json()) await socket.sendJson(n + 1)`)
  const socket = await client.websocket('/')
  await socket.sendJson({ n: 1 })
  expect(await socket.receiveJson()).toBe(2)
  await socket.send('{')
  expect(await socket.whenClosed).toEqual({ code: 1007, reason: 'JSON expected' })
})

test('#10 what can be no message is said to the view', async () => {
  const client = await startSocket(`
    const failures = []
    for (const value of [undefined, () => 1, 1n]) failures.push(await socket.send(value).catch((error) => error.code ?? error.name))
    await socket.send(failures)`)
  const socket = await client.websocket('/')
  expect(await socket.receiveJson()).toEqual(['TAO_WEBSOCKET_MESSAGE', 'TAO_WEBSOCKET_MESSAGE', 'TypeError'])
})

test('#10 close says a code and a reason, and waits for the answer', async () => {
  const client = await startSocket(`
    const wrong = []
    for (const given of [[1005], [999], [5000], [1000.5], [4000, 'x'.repeat(124)]])
      wrong.push(await socket.close(...given).catch((error) => error.code))
    await socket.send(wrong)
    await socket.close(4001, 'enough ' + 'é'.repeat(58))
    process.emit('tao-test-closed', socket.closed, await socket.whenClosed)`)
  const closed = once(process, 'tao-test-closed')
  const socket = await client.websocket('/')
  expect(await socket.receiveJson()).toEqual([
    'TAO_WEBSOCKET_CLOSE_CODE',
    'TAO_WEBSOCKET_CLOSE_CODE',
    'TAO_WEBSOCKET_CLOSE_CODE',
    'TAO_WEBSOCKET_CLOSE_CODE',
    'TAO_WEBSOCKET_CLOSE_REASON',
  ])
  const reason = `enough ${'é'.repeat(58)}`
  expect(await socket.whenClosed).toEqual({ code: 4001, reason })
  expect(await closed).toEqual([true, { code: 4001, reason }])
})

test('#10 a client’s own code and reason reach the view', async () => {
  const client = await startSocket(`process.emit('tao-test-goodbye', await socket.whenClosed)`)
  const said = once(process, 'tao-test-goodbye')
  const socket = await client.websocket('/')
  await socket.close(4321, 'bye')
  expect(await said).toEqual([{ code: 4321, reason: 'bye' }])
})

test('#10 two readers of one socket each get a message, and both are told of the end', async () => {
  const client = await startSocket(`
    const read = () => socket.receive()
    await socket.send(await Promise.all([read(), read()]))
    const last = Promise.all([read(), read()])
    await socket.close()
    process.emit('tao-test-readers', await last)`)
  const over = once(process, 'tao-test-readers')
  const socket = await client.websocket('/')
  await socket.send('a')
  await socket.send('b')
  expect(await socket.receiveJson()).toEqual(['a', 'b'])
  expect(await over).toEqual([[undefined, undefined]])
})

test.each([
  ['the setting', { settings: '{ limits: { message: 100 } }' }],
  ['the route', { route: '{ limits: { message: 100 } }', settings: '{ limits: { message: 9 } }' }],
  ['the view', { open: '{ maxMessage: 100 }', route: '{ limits: { message: 9 } }' }],
])('H14 a message over the limit of %s closes with 1009', async (_, options) => {
  const client = await startSocket('for await (const message of socket) await socket.send(message)', options)
  const socket = await client.websocket('/')
  await socket.send('x'.repeat(100))
  expect(await socket.receive()).toHaveLength(100)
  await socket.send('x'.repeat(101))
  expect((await socket.whenClosed).code).toBe(1009)
})

test('H14 compression is only where the view asks for it, and a bomb ends in 1009', async () => {
  const view = 'for await (const message of socket) await socket.send(message.length)'
  const plain = await (await startSocket(view)).websocket('/')
  expect(plain.raw.extensions).toBe('')
  const compressed = await (await startSocket(view, { open: '{ compress: true }' })).websocket('/')
  expect(compressed.raw.extensions).toContain('permessage-deflate')
  await compressed.send('x'.repeat(1 << 20))
  expect(await compressed.receiveJson()).toBe(1 << 20)
  await compressed.send('x'.repeat((1 << 20) + 1))
  expect((await compressed.whenClosed).code).toBe(1009)
})

test('#12 #17 the answer to an upgrade carries the session so far, and the request’s id', async () => {
  const client = await startSite({
    'routes.ts': `import { route } from 'tao1'
export default [
  route('GET', '/', async (request) => {
    request.session.name = 'Ada'
    const socket = await request.websocket()
    await socket.send(request.id)
  }, 'a'),
  route('GET', '/who', (request) => request.session.name ?? 'nobody', 'b'),
]`,
  })
  const { url } = await client.site.listen({ host: '127.0.0.1', port: 0 })
  const raw = new WebSocket(url.replace('http', 'ws'))
  onTestFinished(() => raw.terminate())
  const [[response], [id]] = (await Promise.all([once(raw, 'upgrade'), once(raw, 'message')])) as [
    [{ headers: Record<string, string> }],
    [Buffer],
  ]
  expect(response.headers['x-request-id']).toBe(id.toString())
  expect(response.headers['set-cookie']?.[0]).toMatch(/^session=.+HttpOnly/)
  client.cookies.take(response.headers['set-cookie'] as never)
  expect(await (await client.get('/who')).text()).toBe('Ada')
})

test('#13 middleware stands before the upgrade, and other answers go out as they are', async () => {
  const client = await startSite({
    'routes.ts': `import { route, redirect, Forbidden } from 'tao1'
const guard = (request, next) => { if (!request.session.name) throw new Forbidden('Log in first'); return next() }
export default [
  route('GET', '/live', async (request) => { await (await request.websocket()).send('hello ' + request.session.name) }, 'live', { middleware: guard }),
  route('GET', '/login', (request) => { request.session.name = 'Ada' }, 'login'),
  route('GET', '/moved', () => redirect('live'), 'moved'),
]`,
  })
  await expect(client.websocket('/live')).rejects.toThrow('answered with 403')
  await expect(client.websocket('/moved')).rejects.toThrow('answered with 302')
  await client.get('/login')
  expect(await (await client.websocket('/live')).receive()).toBe('hello Ada')
})

test('H14 a route, or a setting, lets in the pages it names', async () => {
  const client = await startSite({
    'settings.ts': `export default { security: { trustedOrigins: ['https://friend.example'] } }`,
    'routes.ts': `import { route } from 'tao1'
const view = async (request) => { await (await request.websocket()).send('in') }
export default [route('GET', '/', view, 'a'), route('GET', '/open', view, 'b', { crossOrigin: true })]`,
  })
  const from = (origin: string): { headers: Record<string, string> } => ({ headers: { origin } })
  expect(await (await client.websocket('/', from('https://friend.example'))).receive()).toBe('in')
  expect(await (await client.websocket('/open', from('https://other.example'))).receive()).toBe('in')
  await expect(client.websocket('/', from('https://other.example'))).rejects.toThrow('answered with 403')
})

test('H15 an upgrade that is accepted only while the server stops is 503', async () => {
  const client = await startSite({
    'routes.ts': `import { route } from 'tao1'
export default [route('GET', '/', async (request) => {
  process.emit('tao-test-asked')
  await new Promise((resolve) => process.once('tao-test-go-on', resolve))
  await request.websocket()
}, 'a')]`,
  })
  const asked = once(process, 'tao-test-asked')
  const opening = client.websocket('/')
  await asked
  const closing = client.site.close()
  process.emit('tao-test-go-on' as never)
  await expect(opening).rejects.toThrow('answered with 503')
  await closing
})

test('#21 a view may take the socket itself, for an upgrade of its own', async () => {
  const client = await startSite({
    'routes.ts': `import { route } from 'tao1'
export default [route('GET', '/shout', (request) => {
  if (request.headers.get('upgrade') !== 'shout') return { got: request.raw.headers.upgrade ?? null }
  const { socket, request: raw } = request.hijack()
  socket.write('HTTP/1.1 101 Switching Protocols\\r\\nConnection: Upgrade\\r\\nUpgrade: shout\\r\\n\\r\\n')
  socket.on('data', (chunk) => socket.write(String(chunk).toUpperCase()))
  socket.write(raw.method + request.session.missing)
}, 'shout')]`,
  })
  expect(await (await client.get('/shout')).json()).toEqual({ got: null })
  const { url } = await client.site.listen({ host: '127.0.0.1', port: 0 })
  const socket = connect(Number(new URL(url).port), '127.0.0.1').setEncoding('utf8')
  onTestFinished(() => void socket.destroy())
  let received = ''
  socket.on('data', (chunk: string) => (received += chunk))
  socket.write('GET /shout HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: shout\r\n\r\n')
  while (!received.includes('GETundefined')) await once(socket, 'data')
  expect(received).toMatch(/^HTTP\/1\.1 101 /)
  socket.write('hello')
  while (!received.includes('HELLO')) await once(socket, 'data')
  const closed = once(socket, 'close')
  await client.site.close({ deadline: 0 })
  await closed
})
