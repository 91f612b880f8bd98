import { get } from 'node:http'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { ask } from '../serve/ask.ts'
import { buildPackage, type BuiltPackage } from '../serve/built-package.ts'
import { makeSite, startServing, type Serving, type TestSite } from '../serve/serving.ts'

/** The site whose app blog is served by another process: the same code, in two folders. */
const shared = {
  'routes.ts': `import { route } from 'tao1'
import type { Request } from 'tao1'
export default [
  route('GET', '/', (request: Request) => 'home of ' + (request.session.name ?? 'nobody')),
  route('GET', '/login', (request: Request) => { request.session.name = 'Ann'; return 'in' }, 'login'),
]`,
  'apps/blog/static/letters.txt': 'abcdefghij',
  'apps/blog/routes.ts': `import { file, route } from 'tao1'
import type { Request } from 'tao1'
export default [
  route('GET', '/blog', (request: Request) => ({ name: request.session.name ?? null, ip: request.ip, id: request.id }), 'index'),
  route('GET', '/blog/rename', (request: Request) => { request.session.name = 'Bea'; return 'renamed' }, 'rename'),
  route('POST', '/blog/upload', async (request: Request) => {
    const file = (await request.form()).get('file') as { name: string; size: number }
    return { name: file.name, size: file.size }
  }, 'upload'),
  route('GET', '/blog/slow', async function* () {
    yield 'begun'
    await new Promise(() => {})
  }, 'slow'),
  route('GET', '/blog/live', async (request: Request) => {
    const socket = await request.websocket({ protocols: ['chat'] })
    await socket.send('hello ' + request.session.name)
    for await (const message of socket) {
      if (message === 'close') return socket.close(4001, 'as you wish')
      await socket.send(message)
    }
  }, 'live'),
  route('GET', '/blog/letters', () => file('letters.txt', { root: import.meta.dirname + '/static' }), 'letters'),
  route('GET', '/blog/refused', () => 'no websocket here', 'refused'),
]`,
}

const settings = (more: string): string =>
  `import { defineSettings } from 'tao1'
export default defineSettings({ database: 'mongodb://127.0.0.1:1/trial', port: 0, trustProxy: ['loopback'], ${more} })`

let built: BuiltPackage
let back: Serving
let front: Serving
let backSite: TestSite
let frontSite: TestSite
const ends: (() => unknown)[] = []

async function start(site: TestSite): Promise<Serving> {
  const serving = await startServing(built, site, { reload: false })
  ends.push(() => serving.process.exitCode ?? serving.process.signalCode ?? serving.stop())
  return serving
}

const isOver = ({ process }: Serving): boolean => process.exitCode !== null || process.signalCode !== null

/** Where it was: the one in front asks there. */
async function restartBack(): Promise<void> {
  backSite.write({ 'settings.ts': settings('').replace('port: 0', `port: ${new URL(back.url).port}`) })
  back = await start(backSite)
  await vi.waitFor(async () => expect((await ask(`${front.url}/blog`)).status).toBe(200), { timeout: 20_000 })
}

// The server of the app, and the one in front of it, which all tests share; what one of them ended is started again.
beforeAll(async () => {
  built = buildPackage()
  backSite = makeSite(built, { ...shared, 'settings.ts': settings('') })
  ends.push(() => backSite.remove())
  back = await start(backSite)
  frontSite = makeSite(built, {
    ...shared,
    'settings.ts': settings(`apps: { blog: { remote: '${back.url}' } }`),
    'apps/blog/templ/502.html': 'the blog is away',
  })
  ends.push(() => frontSite.remove())
  front = await start(frontSite)
})
beforeEach(async () => {
  if (isOver(front)) front = await start(frontSite)
  if (isOver(back)) await restartBack()
})
afterAll(async () => {
  for (const end of ends.reverse()) await end()
  built.remove()
})

function open(front: Serving, path: string, options: object = {}): Promise<WebSocket & { heard: string[] }> {
  const socket = new WebSocket(
    front.url.replace('http', 'ws') + path,
    ['other', 'chat'],
    options,
  ) as WebSocket & {
    heard: string[]
  }
  socket.heard = []
  socket.on('message', (data: Buffer) => socket.heard.push(data.toString()))
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(socket)).once('error', reject)
  })
}

const closed = (socket: WebSocket): Promise<[code: number, reason: string]> =>
  new Promise((resolve) => socket.once('close', (code, reason) => resolve([code, reason.toString()])))

test('#24 two servers, one site: sessions, uploads and websockets pass from one to the other', async () => {
  const cookieOf = async (path: string, cookie = ''): Promise<string> => {
    const { headers } = await fetch(front.url + path, { headers: { cookie } })
    return headers.getSetCookie()[0]!.split(';')[0]!
  }
  const cookie = await cookieOf('/login')
  const response = await fetch(`${front.url}/blog`, { headers: { cookie } })
  expect(await response.json()).toEqual({
    name: 'Ann',
    ip: '127.0.0.1',
    id: response.headers.get('x-request-id'),
  })
  const renamed = await cookieOf('/blog/rename', cookie)
  expect((await ask(`${front.url}/`, false, { cookie: renamed })).body).toBe('home of Bea')

  const form = new FormData()
  form.set('file', new File([new Uint8Array(3 << 20)], 'large.bin'))
  const uploaded = await fetch(`${front.url}/blog/upload`, { method: 'POST', body: form })
  expect(await uploaded.json()).toEqual({ name: 'large.bin', size: 3 << 20 })

  const socket = await open(front, '/blog/live', { headers: { cookie } })
  expect(socket.protocol).toBe('chat')
  const large = 'ä'.repeat(300_000)
  socket.send(large)
  await vi.waitFor(() => expect(socket.heard).toEqual(['hello Ann', large]), { timeout: 10_000 })
  socket.send('close')
  expect(await closed(socket)).toEqual([4001, 'as you wish'])

  await expect(open(front, '/blog/live', { origin: 'http://evil.example' })).rejects.toThrow('403')
  await expect(open(front, '/blog/refused')).rejects.toThrow('200')
  await expect(open(front, '/blog/nowhere')).rejects.toThrow('404')
})

test('#24 what HTTP knows of files holds through it: ranges, conditions, HEAD, and methods that are refused', async () => {
  const said = async (path: string, method = 'GET', headers = {}): Promise<unknown[]> => {
    const answer = await fetch(front.url + path, { method, headers })
    const body = await answer.text()
    return [answer.status, answer.headers.get(answer.status === 405 ? 'allow' : 'content-range'), body]
  }
  for (const path of ['/static/blog/letters.txt', '/blog/letters']) {
    const whole = await fetch(front.url + path, { method: 'HEAD' })
    const { headers } = whole
    expect([whole.status, headers.get('content-length'), headers.get('accept-ranges')]).toEqual([
      200,
      '10',
      'bytes',
    ])
    expect(await said(path, 'HEAD')).toEqual([200, null, ''])
    expect(await said(path, 'GET', { range: 'bytes=2-4' })).toEqual([206, 'bytes 2-4/10', 'cde'])
    expect(await said(path, 'GET', { range: 'bytes=-2' })).toEqual([206, 'bytes 8-9/10', 'ij'])
    expect((await said(path, 'GET', { range: 'bytes=99-' })).slice(0, 2)).toEqual([416, 'bytes */10'])
    expect(
      await said(path, 'GET', { 'if-none-match': headers.get('etag'), 'cache-control': 'max-age=0' }),
    ).toEqual([304, null, ''])
    const changed = { 'if-range': '"another"', range: 'bytes=2-4' }
    expect(await said(path, 'GET', changed)).toEqual([200, null, 'abcdefghij'])
    expect((await said(path, 'DELETE')).slice(0, 2)).toEqual([405, 'GET, HEAD'])
  }
})

test('#24 the remote is killed in the middle: what it sent is cut, its websockets are closed, the rest goes on', async () => {
  const socket = await open(front, '/blog/live')
  const gone = closed(socket)
  const cut = new Promise<[body: string, complete: boolean]>((resolve) => {
    get(`${front.url}/blog/slow`, { agent: false }, (response) => {
      let body = ''
      response.on('error', () => {})
      response.on('close', () => resolve([body, response.complete]))
      response.on('data', (chunk: Buffer) => {
        body += chunk.toString()
        back.process.kill('SIGKILL')
      })
    })
  })
  expect(await cut).toEqual(['begun', false])
  expect((await gone)[0]).toBe(1014)
  expect(await ask(`${front.url}/blog`)).toMatchObject({ status: 502, body: 'the blog is away' })
  await expect(open(front, '/blog/live')).rejects.toThrow('502')
  expect((await ask(`${front.url}/`)).body).toBe('home of nobody')

  await restartBack()
})

test('#24 when the server in front stops, it says so on both sides', async () => {
  const socket = await open(front, '/blog/live')
  front.process.kill('SIGTERM')
  expect((await closed(socket))[0]).toBe(1001)
  expect((await front.ended).code).toBe(0)
  expect((await ask(`${back.url}/blog`)).status).toBe(200)
})
