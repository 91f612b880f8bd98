import { Agent } from 'node:http'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { hasRedis, startRedis } from '../redis-server.ts'
import { ask } from '../serve/ask.ts'
import { buildPackage, type BuiltPackage } from '../serve/built-package.ts'
import { makeSite, startServing, type Serving } from '../serve/serving.ts'

let built: BuiltPackage

beforeAll(() => {
  built = buildPackage()
})
afterAll(() => built.remove())

const routes = `import { cache, route, type Request } from 'tao1'
let made = 0
export default [
  route('GET', '/pid', () => String(process.pid), 'pid'),
  route('GET', '/cached', cache({ seconds: 600, name: 'cached' })(() => ({ by: process.pid, made: ++made })), 'cached'),
  route('POST', '/forget', async (request: Request) => { await request.app.cache.invalidate('cached') }, 'forget'),
  route('GET', '/', async (request: Request) => ({ members: (await request.app.channel('room').members()).map(({ about }) => about) }), 'index'),
  route('GET', '/live', async (request: Request) => {
    const socket = await request.websocket()
    const room = request.app.channel('room')
    await room.join(socket, request.query.get('name'))
    await socket.send('joined ' + process.pid)
    for await (const message of socket) await room.send({ from: request.query.get('name'), message })
  }, 'live'),
]
`

/** One of two servers of a site, each with a folder and processes of its own. */
async function serveSite(redis: string, workers?: string): Promise<Serving> {
  const site = makeSite(built, {
    'routes.ts': routes,
    'settings.ts': `import { defineSettings } from 'tao1'
export default defineSettings({ name: 'chat', port: 0, channels: ${JSON.stringify(redis)}, cache: ${JSON.stringify(redis)}, database: 'mongodb://127.0.0.1:1/none' })
`,
  })
  onTestFinished(() => site.remove())
  const serving = await startServing(built, site, workers === undefined ? { reload: false } : { workers })
  onTestFinished(() => serving.stop())
  return serving
}

interface Guest {
  socket: WebSocket
  /** The worker it is with. */
  pid: number
  heard: unknown[]
}

async function join({ url }: Serving, name: string): Promise<Guest> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/live?name=${name}`)
  onTestFinished(() => socket.terminate())
  const heard: unknown[] = []
  const pid = await new Promise<number>((resolve, reject) => {
    socket.once('error', reject)
    socket.on('message', (data: Buffer) => {
      const [, worker] = /^joined (\d+)$/.exec(data.toString()) ?? []
      if (worker === undefined) heard.push(JSON.parse(data.toString()))
      else resolve(Number(worker))
    })
  })
  return { socket, pid, heard }
}

const soon = (check: () => unknown): Promise<void> =>
  vi.waitFor(async () => void (await check()), { timeout: 30_000, interval: 100 })

/** What a page is on new connections, until both workers of a server have answered some; as if a proxy were in front. */
async function pagesAt({ url }: Serving, path: string): Promise<string[]> {
  const pages = new Set<string>()
  const pids = new Set<string>()
  while (pids.size < 2) {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    pids.add((await ask(`${url}/pid`, agent)).body)
    pages.add((await ask(url + path, agent, { host: 'localhost' })).body)
    agent.destroy()
  }
  return [...pages]
}

async function membersAt({ url }: Serving): Promise<unknown> {
  return ((await (await fetch(url)).json()) as { members: unknown }).members
}

test.runIf(hasRedis)(
  '#10 #22 two servers of two workers are one room and one cache: Redis away and back, a worker that is killed',
  async () => {
    const redis = await startRedis('tcp')
    const [one, two] = await Promise.all([serveSite(redis.url, '2'), serveSite(redis.url, '2')])
    const [ada, bob] = [await join(one, 'Ada'), await join(two, 'Bob')]
    for (let n = 0; n < 100; n++) ada.socket.send(`m${n}`)
    await soon(() => expect(bob.heard).toHaveLength(100))
    expect(bob.heard).toEqual(Array.from({ length: 100 }, (_, n) => ({ from: 'Ada', message: `m${n}` })))
    expect(ada.heard).toEqual(bob.heard)
    for (const server of [one, two]) expect(await membersAt(server)).toEqual(['Ada', 'Bob'])
    const [page, ...others] = await pagesAt(one, '/cached')
    expect([others, await pagesAt(two, '/cached')]).toEqual([[], [page]])
    await fetch(`${two.url}/forget`, { method: 'POST' })
    const now = await pagesAt(one, '/cached')
    expect([now.length, now[0] === page, await pagesAt(two, '/cached')]).toEqual([1, false, now])

    await redis.stop()
    await Promise.all([one, two].map(({ waitFor }) => waitFor(/Redis at .* cannot be reached/)))
    ada.socket.send('alone')
    await soon(() => expect(ada.heard.at(-1)).toEqual({ from: 'Ada', message: 'alone' }))
    await redis.start()
    await Promise.all([one, two].map(({ waitFor }) => waitFor(/Redis at .* is there again/)))
    await soon(() => {
      ada.socket.send('together')
      expect(bob.heard.at(-1)).toEqual({ from: 'Ada', message: 'together' })
    })
    expect(bob.heard).not.toContainEqual({ from: 'Ada', message: 'alone' })
    for (const server of [one, two])
      await soon(async () => expect(await membersAt(server)).toEqual(['Ada', 'Bob']))

    // Its members go when it has not been heard of for a while.
    process.kill(bob.pid, 'SIGKILL')
    await two.waitFor(new RegExp(`pid ${bob.pid}\\) ended by SIGKILL`))
    expect(await membersAt(one)).toEqual(['Ada', 'Bob'])
    await soon(async () => expect(await membersAt(one)).toEqual(['Ada']))
  },
  90_000,
)

test.runIf(hasRedis)(
  'a server that is asked to end says 1001 and takes its members off the list',
  async () => {
    const redis = await startRedis()
    const [one, two] = await Promise.all([serveSite(redis.url), serveSite(redis.url)])
    await join(one, 'Ada')
    const { socket } = await join(two, 'Bob')
    const closed = new Promise((resolve) => socket.once('close', resolve))
    two.process.kill('SIGTERM')
    expect(await closed).toBe(1001)
    expect((await two.ended).code).toBe(0)
    expect(await membersAt(one)).toEqual(['Ada'])
  },
)
