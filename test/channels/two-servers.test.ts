import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { hasRedis, startRedis } from '../redis-server.ts'
import { buildPackage, type BuiltPackage } from '../serve/built-package.ts'
import { makeSite, startServing, type Serving } from '../serve/serving.ts'

let built: BuiltPackage

beforeAll(() => {
  built = buildPackage()
})
afterAll(() => built.remove())

const routes = `import { route, type Request } from 'tao1'
export default [
  route('GET', '/', async (request: Request) => ({ members: (await request.app.channel('room').members()).map(({ about }) => about) }), 'index'),
  route('GET', '/live', async (request: Request) => {
    const socket = await request.websocket()
    const room = request.app.channel('room')
    await room.join(socket, request.query.get('name'))
    await socket.send('joined')
    for await (const message of socket) await room.send({ from: request.query.get('name'), message })
  }, 'live'),
]
`

/** One of two servers of a site, each with a folder and a process of its own. */
async function serveSite(channels: string): Promise<Serving> {
  const site = makeSite(built, {
    'routes.ts': routes,
    'settings.ts': `import { defineSettings } from 'tao1'
export default defineSettings({ name: 'chat', port: 0, channels: ${JSON.stringify(channels)}, database: 'mongodb://127.0.0.1:1/none' })
`,
  })
  onTestFinished(() => site.remove())
  const serving = await startServing(built, site, { reload: false })
  onTestFinished(() => serving.stop())
  return serving
}

interface Guest {
  socket: WebSocket
  heard: unknown[]
}

async function join({ url }: Serving, name: string): Promise<Guest> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/live?name=${name}`)
  onTestFinished(() => socket.terminate())
  const heard: unknown[] = []
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.on('message', (data: Buffer) => {
      if (data.toString() === 'joined') resolve()
      else heard.push(JSON.parse(data.toString()))
    })
  })
  return { socket, heard }
}

const soon = (check: () => unknown): Promise<void> =>
  vi.waitFor(async () => void (await check()), { timeout: 30_000, interval: 100 })

async function membersAt({ url }: Serving): Promise<unknown> {
  return ((await (await fetch(url)).json()) as { members: unknown }).members
}

test.runIf(hasRedis)(
  '#10 two servers are one room: messages, members, Redis away and back, a server that dies',
  async () => {
    const redis = await startRedis('tcp')
    const [one, two] = await Promise.all([serveSite(redis.url), serveSite(redis.url)])
    const [ada, bob] = [await join(one, 'Ada'), await join(two, 'Bob')]
    for (let n = 0; n < 100; n++) ada.socket.send(`m${n}`)
    await soon(() => expect(bob.heard).toHaveLength(100))
    expect(bob.heard).toEqual(Array.from({ length: 100 }, (_, n) => ({ from: 'Ada', message: `m${n}` })))
    expect(ada.heard).toEqual(bob.heard)
    for (const server of [one, two]) expect(await membersAt(server)).toEqual(['Ada', 'Bob'])

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
    two.process.kill('SIGKILL')
    await two.ended
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
