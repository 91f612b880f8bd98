import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { expect, onTestFinished, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { startSite } from '../start-site.ts'
import type { TestClient } from '../../src/testing/index.ts'

interface Started {
  client: TestClient
  url: string
  /** What the view said with `process.emit(EVENT, ...)`. */
  log: () => { msg: string; level: number }[]
}

/** A site whose only route is a WebSocket; `view` is the body of a function of `socket`. */
async function start(view: string, settings = '{}'): Promise<Started> {
  const stream = new PassThrough()
  const lines: string[] = []
  stream.on('data', (chunk: Buffer) => lines.push(...chunk.toString().trim().split('\n')))
  const client = await startSite(
    {
      'settings.ts': `export default ${settings}`,
      'routes.ts': `import { route } from 'tao1'
export default [route('GET', '/', async (request) => {
  const socket = await request.websocket()
  ${view}
}, 'socket')]`,
    },
    { logStream: stream as unknown as NodeJS.WriteStream, flags: { logLevel: 'info' } },
  )
  const { url } = await client.site.listen({ host: '127.0.0.1', port: 0 })
  return {
    client,
    url: url.replace('http', 'ws'),
    log: () => lines.map((line) => JSON.parse(line) as { msg: string; level: number }),
  }
}

async function open(url: string, options: object = {}): Promise<WebSocket> {
  const socket = new WebSocket(url, options)
  onTestFinished(() => socket.terminate())
  await once(socket, 'open')
  return socket
}

/** What an event of the process said last; `undefined` until it came. */
function hear(event: string): { latest: () => number | undefined } {
  let latest: number | undefined
  const listener = (value: number): void => {
    latest = value
  }
  process.on(event as never, listener as never)
  onTestFinished(() => void process.off(event, listener as never))
  return { latest: () => latest }
}

/** Waits until a number stands still, but for answers to pings. */
async function settle(read: () => number | undefined): Promise<number> {
  let before: number | undefined
  return vi.waitFor(
    () => {
      const now = read()
      const isStill = now !== undefined && before !== undefined && Math.abs(now - before) < 100
      before = now
      if (!isStill) throw new Error(`still moving: ${now}`)
      return now
    },
    { interval: 300, timeout: 20_000 },
  )
}

test('#10 send waits while the client does not read, and loses nothing', async () => {
  const sent = hear('tao-test-sent')
  const { url } = await start(`
    const chunk = Buffer.alloc(1 << 16)
    for (let n = 1; n <= 512; n++) {
      chunk.writeUInt32BE(n)
      await socket.send(Buffer.from(chunk))
      process.emit('tao-test-sent', n)
    }`)
  const socket = new WebSocket(url)
  onTestFinished(() => socket.terminate())
  const numbers: number[] = []
  socket.on('message', (data: Buffer) => numbers.push(data.readUInt32BE()))
  await once(socket, 'open')
  socket.pause()
  const stopped = await settle(sent.latest)
  expect(stopped).toBeLessThan(512)
  socket.resume()
  const [code] = (await once(socket, 'close')) as [number]
  expect(code).toBe(1000)
  expect(numbers).toEqual(Array.from({ length: 512 }, (_, index) => index + 1))
})

test('H14 a client that never reads is closed with 1008, said in the log, and what waits for it is bounded', async () => {
  const most = hear('tao-test-unsent')
  const ended = once(process, 'tao-test-ended')
  const { url, log } = await start(
    `let most = 0
    const chunk = Buffer.alloc(1 << 16)
    while (!socket.closed) {
      void socket.send(chunk)
      most = Math.max(most, socket.unsent)
      process.emit('tao-test-unsent', most)
      await new Promise(setImmediate)
    }
    process.emit('tao-test-ended', await socket.whenClosed, socket.raw)`,
    '{ limits: { unsent: 1 << 20 } }',
  )
  const socket = await open(url)
  socket.pause()
  const [how] = await ended
  expect(how).toEqual({ code: 1008, reason: 'Reads too slowly' })
  expect(most.latest()).toBeGreaterThan(1 << 20)
  expect(most.latest()).toBeLessThan((1 << 20) + 3 * (1 << 16))
  expect(log()).toContainEqual(
    expect.objectContaining({
      level: 40,
      msg: 'The WebSocket / was closed with 1008: its client does not read what it is sent',
      requestId: expect.any(String),
    }),
  )
})

test('H14 one that is only slow finds the 1008 behind what waited for it', async () => {
  const { url } = await start(
    `const chunk = Buffer.alloc(1 << 16)
    while (!socket.closed) { void socket.send(chunk); await new Promise(setImmediate) }
    process.emit('tao-test-refused')
    await socket.whenClosed`,
    '{ limits: { unsent: 1 << 20 } }',
  )
  const refused = once(process, 'tao-test-refused')
  const socket = await open(url)
  socket.pause()
  await refused
  const closed = once(socket, 'close')
  socket.resume()
  const [code, reason] = (await closed) as [number, Buffer]
  expect([code, reason.toString()]).toEqual([1008, 'Reads too slowly'])
})

test('#10 a message of any size can be sent to a client that reads', async () => {
  const { url } = await start(`await socket.send(Buffer.alloc(20 << 20)); await socket.receive()`)
  const socket = await open(url)
  const [data] = (await once(socket, 'message')) as [Buffer]
  expect(data).toHaveLength(20 << 20)
})

test('#10 a view that does not read slows its client down, and reads all in the end', async () => {
  const { url } = await start(
    `process.emit('tao-test-idle')
    await new Promise((resolve) => process.once('tao-test-read', resolve))
    let n = 0
    for await (const message of socket) {
      if (message.readUInt32BE() !== n++) throw new Error('out of order')
      if (n === 1024) await socket.send('all')
    }`,
    // Pings go on meanwhile, and their answers wait with the rest: nobody is taken for dead.
    '{ timeouts: { ping: 0.3 } }',
  )
  const socket = await open(url)
  for (let n = 0; n < 1024; n++) {
    const chunk = Buffer.alloc(1 << 16)
    chunk.writeUInt32BE(n)
    socket.send(chunk)
  }
  const waiting = await settle(() => socket.bufferedAmount)
  expect(waiting).toBeGreaterThan(32 << 20)
  process.emit('tao-test-read' as never)
  const [said] = (await once(socket, 'message')) as [Buffer]
  expect(said.toString()).toBe('all')
  expect(socket.bufferedAmount).toBe(0)
})

test('#10 many small messages wait up to a number', async () => {
  const { url } = await start(`
    await new Promise((resolve) => process.once('tao-test-small', resolve))
    for await (const message of socket) await socket.send(message)`)
  const socket = await open(url)
  let answers = 0
  socket.on('message', () => answers++)
  const text = 'x'.repeat(2000)
  for (let n = 0; n < 20_000; n++) socket.send(text)
  expect(await settle(() => socket.bufferedAmount)).toBeGreaterThan(0)
  process.emit('tao-test-small' as never)
  await vi.waitFor(() => expect(answers).toBe(20_000), { timeout: 60_000, interval: 200 })
}, 90_000)

test('H14 a peer that answers no ping is dropped, one that does stays', async () => {
  const { url } = await start(
    `try { for await (const message of socket) await socket.send(message) }
    finally { process.emit('tao-test-dropped', await socket.whenClosed) }`,
    '{ timeouts: { ping: 0.2 } }',
  )
  const dropped = once(process, 'tao-test-dropped')
  const alive = await open(url)
  const dead = await open(url, { autoPong: false })
  let pings = 0
  alive.on('ping', () => pings++)
  const [code] = (await once(dead, 'close')) as [number]
  expect(code).toBe(1006)
  expect(await dropped).toEqual([{ code: 1006, reason: '' }])
  await vi.waitFor(() => expect(pings).toBeGreaterThan(4), { timeout: 10_000 })
  alive.send('still here')
  const [answer] = (await once(alive, 'message')) as [Buffer]
  expect(answer.toString()).toBe('still here')
})

test('#10 a client that nobody reads from for long is told that the server lives, and owes no answers', async () => {
  const { url } = await start(
    `await new Promise((resolve) => process.once('tao-test-read', resolve))
    let bytes = 0
    while (bytes < 20_000_000) bytes += (await socket.receive()).length
    await socket.send(String(bytes))`,
    '{ timeouts: { ping: 0.05 } }',
  )
  const socket = await open(url)
  let heard = 0
  socket.on('ping', () => heard++)
  socket.on('pong', () => heard++)
  for (let n = 0; n < 200; n++) socket.send(Buffer.alloc(100_000))
  // A client whose answers cannot leave gives up after some: `ws` after 61.
  await vi.waitFor(() => expect(heard).toBeGreaterThan(90), { timeout: 30_000 })
  expect(socket.readyState).toBe(WebSocket.OPEN)
  process.emit('tao-test-read' as never, undefined as never)
  const [answer] = (await once(socket, 'message')) as [Buffer]
  expect(answer.toString()).toBe('20000000')
})

test('H14 a client that goes away is noticed also when nobody reads from it', async () => {
  const { url } = await start(
    `process.emit('tao-test-gone', await socket.whenClosed)`,
    '{ timeouts: { ping: 0.2 } }',
  )
  const gone = once(process, 'tao-test-gone')
  const socket = await open(url)
  // More than is taken from the socket, less than the system keeps for it.
  for (let n = 0; n < 500; n++) socket.send('x'.repeat(1000))
  await vi.waitFor(() => expect(socket.bufferedAmount).toBe(0))
  socket.terminate()
  const [{ code }] = (await gone) as [{ code: number }]
  expect(code).toBe(1006)
})

test('H14 an error in the view closes with 1011 and is in the log', async () => {
  const { url, log } = await start(
    `for await (const message of socket) throw new Error('broke on ' + message)`,
  )
  const socket = await open(url)
  socket.send('this')
  const [code] = (await once(socket, 'close')) as [number]
  expect(code).toBe(1011)
  expect(log()).toContainEqual(
    expect.objectContaining({
      level: 50,
      msg: 'GET / failed after it had taken the socket',
      err: expect.objectContaining({ message: 'broke on this' }),
    }),
  )
})
