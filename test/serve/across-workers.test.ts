import { existsSync, rmSync } from 'node:fs'
import { Agent, request as ask, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { makeFreshSite, type FreshSite, type Server } from '../hardening/fresh-site.ts'

/** One server of two workers for all tests of this file; `process.pid` in its views says who answers. */
let site: FreshSite
let server: Server

const files = {
  'settings.ts': `import { defineSettings } from 'tao1'
export default defineSettings({ database: 'embedded:data', offload: { threads: 1 } })
`,
  'apps/pair/routes.ts': `import { cache, route } from 'tao1'
import * as views from './views.ts'
export default [
  route('GET', '/pid', views.pid),
  route('GET', '/room/{room}', views.members, 'members'),
  route('GET', '/room/{room}/live', views.live, 'live'),
  route('GET', '/room/{room}/feed', views.feed, 'feed'),
  route('GET', '/room/{room}/changes', views.changes, 'changes'),
  route('POST', '/room/{room}', views.send, 'send'),
  route('GET', '/count', cache({ seconds: 600, name: 'count' })(views.count)),
  route('POST', '/forget', views.forget),
  route('GET', '/wait', views.wait),
  route('GET', '/visit', views.visit),
  route('GET', '/factor', views.factor),
  route('GET', '/hang', views.hang),
]
`,
  'apps/pair/views.ts': `import { events, type ModuleUrl, type Request } from 'tao1'
const work: ModuleUrl<typeof import('./work.ts')> = new URL('./work.ts', import.meta.url)
type Room = Request<{ room: string }>
const roomOf = (request: Room) => request.app.channel<unknown, number>(request.params.room)

export const pid = () => String(process.pid)
export async function members(request: Room) {
  return (await roomOf(request).members()).map(({ about }) => about)
}
export async function live(request: Room) {
  const socket = await request.websocket()
  await roomOf(request).join(socket, process.pid)
  await socket.sendJson({ pid: process.pid })
  for await (const message of socket) await roomOf(request).send(JSON.parse(String(message)))
}
export const feed = (request: Room) =>
  events(request, roomOf(request), { about: process.pid, first: [{ data: { pid: process.pid } }] })
/** Who is there, at every change. */
export async function changes(request: Room) {
  const socket = await request.websocket()
  await socket.sendJson({ pid: process.pid })
  const stop = await roomOf(request).watch(({ members }) => socket.sendJson(members.map(({ about }) => about)))
  for await (const _ of socket) {}
  stop()
}
export async function send(request: Room) {
  for (let n = 0; n < 300; n++) await roomOf(request).send({ pid: process.pid, n })
  return 'sent'
}
export function wait() {
  console.log(process.pid + ' waits')
  return new Promise<never>(() => {})
}
let counted = 0
export async function count() {
  await new Promise((resolve) => setTimeout(resolve, 200))
  return { pid: process.pid, counted: ++counted }
}
export async function forget(request: Request) {
  await request.app.cache.invalidate('count')
  return 'forgotten'
}
export async function visit(request: Request) {
  const visits = Number(request.session.visits ?? 0) + 1
  request.session.visits = visits
  await request.db.collection<{ pid: number }>('visits').insertOne({ pid: process.pid })
  return { pid: process.pid, visits, noted: await request.db.collection('visits').countDocuments() }
}
export async function factor(request: Request) {
  return { pid: process.pid, ...(await request.offload(work, 'factor', 600851475143)) }
}
export const hang = (request: Request) => request.offload(work, 'hang', request.app.project.root)
`,
  'apps/pair/work.ts': `import { writeFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'
export enum Side { Main, Thread }
export function factor(number: number): { largest: number; side: string } {
  let rest = number
  for (let by = 2; by < rest; by++) while (rest > by && rest % by === 0) rest /= by
  return { largest: rest, side: isMainThread ? 'main' : 'thread' }
}
export function hang(root: string): never {
  writeFileSync(root + '/hanging', '')
  for (;;);
}
`,
  'apps/blog/templ/503.html': '<h1>The blog is being painted</h1><p>{{ message }}</p>\n',
  'apps/blog/routes.ts': `import { events, route, type Request } from 'tao1'
export default [
  route('GET', '/blog', () => 'the blog', 'index'),
  route('GET', '/blog/live', async (request: Request) => {
    const socket = await request.websocket()
    await socket.sendJson({ pid: process.pid })
    for await (const _ of socket) {}
  }, 'live'),
  route('GET', '/blog/feed', (request: Request) =>
    events(request, request.app.channel('blog'), { first: [{ data: { pid: process.pid } }] }), 'feed'),
]
`,
}

beforeAll(async () => {
  site = await makeFreshSite({ probe: false })
  site.write(files)
  for (const file of ['views.ts', 'blog.test.ts', 'templ/index.html'])
    rmSync(join(site.root, 'apps/blog', file))
  server = await site.serve({ SITE_URL: '', ALLOWED_HOSTS: '127.0.0.1', NODE_ENV: 'production' }, [
    '--workers',
    '2',
  ])
}, 60_000)
afterAll(() => site.remove())

interface Answer {
  status: number
  headers: IncomingMessage['headers']
  body: string
}

/** One kept connection, which stays with one worker. */
interface Line {
  pid: number
  get(path: string, headers?: Record<string, string>): Promise<Answer>
  post(path: string): Promise<Answer>
  /** A request whose client goes away as soon as `when` resolves. */
  abandon(path: string, when: () => Promise<unknown>): Promise<void>
  end(): void
}

async function openLine(): Promise<Line> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  onTestFinished(() => agent.destroy())
  const send = (method: string, path: string, headers = {}): Promise<Answer> =>
    new Promise((resolve, reject) => {
      ask({ host: '127.0.0.1', port: server.port, method, path, agent, headers }, (response) => {
        void text(response).then(
          (body) => resolve({ status: response.statusCode!, headers: response.headers, body }),
          reject,
        )
      })
        .once('error', reject)
        .end()
    })
  return {
    pid: Number((await send('GET', '/pid')).body),
    get: (path, headers) => send('GET', path, headers),
    post: (path) => send('POST', path),
    async abandon(path, when) {
      const asked = ask({ host: '127.0.0.1', port: server.port, path, agent }).once('error', () => {})
      asked.end()
      await when()
      asked.destroy()
    },
    end: () => agent.destroy(),
  }
}

/** One of something in each worker: more are opened until both are there. */
async function inBoth<One extends { pid: number; end(): void }>(
  open: () => Promise<One>,
): Promise<[One, One]> {
  const first = await open()
  for (;;) {
    const other = await open()
    if (other.pid !== first.pid) return [first, other]
    other.end()
  }
}

interface Ear {
  pid: number
  /** Everything after the first, which said who answers. */
  heard: unknown[]
  say(data: unknown): void
  until(isThere: () => boolean): Promise<void>
  closed: Promise<number | undefined>
  end(): void
}

function openSocket(path: string): Promise<Ear> {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`)
  onTestFinished(() => socket.terminate())
  return hear(
    (tell) => void socket.on('message', (data: Buffer) => tell(data.toString())),
    new Promise((resolve) => socket.once('close', resolve)),
    { say: (data) => socket.send(JSON.stringify(data)), end: () => socket.close() },
  )
}

function openFeed(path: string): Promise<Ear> {
  const asked = ask({ host: '127.0.0.1', port: server.port, path, agent: false })
  onTestFinished(() => void asked.destroy())
  return hear(
    (tell) =>
      asked.once('response', (response) => {
        let rest = ''
        response.setEncoding('utf8').on('data', (chunk: string) => {
          rest += chunk
          const lines = rest.split('\n')
          rest = lines.pop()!
          for (const line of lines) if (line.startsWith('data:')) tell(line.slice(5))
        })
      }),
    new Promise((resolve) => asked.once('close', resolve)),
    { say: () => {}, end: () => asked.destroy() },
    () => asked.end(),
  )
}

async function hear(
  listen: (tell: (text: string) => void) => void,
  closed: Ear['closed'],
  more: Pick<Ear, 'say' | 'end'>,
  begin = (): void => {},
): Promise<Ear> {
  const heard: unknown[] = []
  const waiting = new Set<() => void>()
  listen((data) => {
    heard.push(JSON.parse(data))
    for (const look of waiting) look()
  })
  const until = (isThere: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!isThere()) return
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      look()
    })
  begin()
  await until(() => heard.length > 0)
  const { pid } = heard.shift() as { pid: number }
  return { pid, heard, until, closed, ...more }
}

describe('#10 Channels', () => {
  test('#10 what one worker sends reaches sockets and event streams in both, in order, once', async () => {
    const ears = [
      ...(await inBoth(() => openSocket('/room/order/live'))),
      ...(await inBoth(() => openFeed('/room/order/feed'))),
    ]
    const [one, other] = await inBoth(openLine)
    await Promise.all([one.post('/room/order'), other.post('/room/order')])
    const numbers = Array.from({ length: 300 }, (_, n) => n)
    for (const ear of ears) {
      await ear.until(() => ear.heard.length >= 600)
      for (const { pid } of [one, other]) {
        const from = (ear.heard as { pid: number; n: number }[]).filter((message) => message.pid === pid)
        expect(from.map(({ n }) => n)).toEqual(numbers)
      }
    }
    ears[0]!.say({ the: 'last' })
    for (const ear of ears) {
      await ear.until(() => ear.heard.length > 600)
      expect(ear.heard.slice(600)).toEqual([{ the: 'last' }])
    }
  })

  test('#10 members are those of both workers; who leaves is gone in both', async () => {
    const sockets = await inBoth(() => openSocket('/room/who/live'))
    const lines = await inBoth(openLine)
    const [watcher] = await inBoth(() => openSocket('/room/who/changes'))
    const sorted = (pids: number[]): number[] => pids.toSorted((a, b) => a - b)
    const all = async (line: Line): Promise<number[]> =>
      JSON.parse((await line.get('/room/who')).body) as number[]
    const both = sorted(sockets.map(({ pid }) => pid))
    for (const line of lines) expect(new Set(await all(line))).toEqual(new Set(both))
    sockets[1].end()
    await sockets[1].closed
    await watcher.until(() => JSON.stringify(watcher.heard.at(-1)) === JSON.stringify([sockets[0].pid]))
    for (const line of lines) expect(await all(line)).toEqual([sockets[0].pid])
  })
})

test('#12 #11 a session that one worker wrote is read by the other, as is what it stored', async () => {
  const [one, other] = await inBoth(openLine)
  const first = await one.get('/visit')
  const [cookie = ''] = first.headers['set-cookie']![0]!.split(';')
  const second = await other.get('/visit', { cookie })
  expect(JSON.parse(first.body)).toMatchObject({ pid: one.pid, visits: 1 })
  expect(JSON.parse(second.body)).toEqual({
    pid: other.pid,
    visits: 2,
    noted: (JSON.parse(first.body) as { noted: number }).noted + 1,
  })
})

test('#22 a page is computed once in each worker, and forgotten in both by its name', async () => {
  const lines = await Promise.all([inBoth(openLine), inBoth(openLine), inBoth(openLine)])
  const round = async (): Promise<string[]> => {
    const answers = await Promise.all(lines.flat().map((line) => line.get('/count')))
    return [...new Set(answers.map(({ body }) => body))].toSorted()
  }
  const [one, other] = lines[0]
  const counts = (n: number): string[] =>
    [one.pid, other.pid].map((pid) => JSON.stringify({ pid, counted: n })).toSorted()
  expect(await round()).toEqual(counts(1))
  expect(await round()).toEqual(counts(1))
  await one.post('/forget')
  expect(JSON.parse((await one.get('/count')).body)).toMatchObject({ counted: 2 })
  // The word goes over the primary: soon, not at once.
  await expect.poll(async () => JSON.parse((await other.get('/count')).body)).toMatchObject({ counted: 2 })
  expect(await round()).toEqual(counts(2))
})

/** What `request.offload` does, of code that is there as source or built. */
async function offloads(): Promise<void> {
  for (const line of await inBoth(openLine)) {
    expect(JSON.parse((await line.get('/factor')).body)).toEqual({
      pid: line.pid,
      largest: 6857,
      side: 'thread',
    })
    const begun = join(site.root, 'hanging')
    await line.abandon('/hang', () => expect.poll(() => existsSync(begun), { timeout: 20_000 }).toBe(true))
    rmSync(begun)
    // There is one thread: what hung in it is over.
    const again = await (await lineTo(line.pid)).get('/factor')
    expect(again.body).toContain('6857')
  }
}

async function lineTo(pid: number): Promise<Line> {
  return (await inBoth(openLine)).find((line) => line.pid === pid)!
}

test('#26 work goes to a thread of the worker’s, and ends with its client', offloads)

test('#24 `tao app off` closes an app in both workers, its websockets and streams too, and `on` opens it', async () => {
  const sockets = await inBoth(() => openSocket('/blog/live'))
  const feeds = await inBoth(() => openFeed('/blog/feed'))
  const lines = await inBoth(openLine)
  expect((await site.run(['app', 'off', 'blog', '-m', 'Back at noon.', '--retry-after', '60'])).code).toBe(0)
  expect(await Promise.all(sockets.map(({ closed }) => closed))).toEqual([1013, 1013])
  await Promise.all(feeds.map(({ closed }) => closed))
  for (const line of lines) {
    const { status, headers, body } = await line.get('/blog')
    expect([status, headers['retry-after']]).toEqual([503, '60'])
    expect(body).toContain('<h1>The blog is being painted</h1><p>Back at noon.</p>')
    expect((await line.get('/')).status).toBe(200)
    expect((await line.get('/static/blog/blog.css')).status).toBe(200)
  }
  expect((await site.run(['app', 'on', 'blog'])).code).toBe(0)
  for (const line of lines) await expect.poll(async () => (await line.get('/blog')).body).toBe('the blog')
})

describe('A worker that is killed', () => {
  test('#10 H16 takes its members and its requests along, nobody else’s', async () => {
    const [dead, left] = await inBoth(() => openSocket('/room/killed/live'))
    const watcher = (await inBoth(() => openSocket('/room/killed/changes'))).find(
      ({ pid }) => pid === left.pid,
    )!
    const [one, other] = await inBoth(openLine)
    const [lost, kept] = one.pid === dead.pid ? [one, other] : [other, one]
    const failed = expect(lost.get('/wait')).rejects.toThrow(/hang up|ECONNRESET/)
    const fine = kept.get('/count?y')
    await server.printed(new RegExp(`${lost.pid} waits`))
    await watcher.until(() => (watcher.heard.at(-1) as number[]).length === 2)
    process.kill(dead.pid, 'SIGKILL')
    await failed
    expect((await fine).status).toBe(200)
    await watcher.until(() => JSON.stringify(watcher.heard.at(-1)) === JSON.stringify([left.pid]))
    const [a, b] = await inBoth(openLine)
    expect([a.pid, b.pid]).toContain(left.pid)
    for (const line of [a, b])
      await expect.poll(async () => (await line.get('/room/killed')).body).toBe(JSON.stringify([left.pid]))
  }, 60_000)
})

test('#26 of a build, without TypeScript, it does the same once SIGHUP has rolled it in', async () => {
  const { code, stderr } = await site.run(['build'], { SECRET_KEY: '', NODE_ENV: '' })
  expect([code, stderr]).toEqual([0, expect.anything()])
  server.child.kill('SIGHUP')
  await server.printed(/Renewed 2 workers/)
  await offloads()
}, 60_000)
