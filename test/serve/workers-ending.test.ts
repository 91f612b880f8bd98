import { readFileSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { ask, type Answer } from './ask.ts'
import { startTraffic } from './traffic.ts'
import { makeSite, startServing, type Serving, type TestSite } from './serving.ts'
import { signalWithQueue } from './signal-with-queue.ts'
import { withPackage } from './with-package.ts'

const { built, cleanUps } = withPackage()

/** `/slow` answers when `go` is there; `/pid` says who answers. */
const files = {
  'routes.ts': `import { route } from 'tao1'
import * as views from './views.ts'
export default [
  route('GET', '/', views.index), route('GET', '/slow', views.slow), route('GET', '/socket', views.socket),
  route('GET', '/reject', views.reject), route('GET', '/spin', views.spin),
]
`,
  'views.ts': `import { watch, existsSync } from 'node:fs'
import type { Request } from 'tao1'
export function index(): string { return String(process.pid) }
export async function slow(request: Request): Promise<string> {
  const { root } = request.app.project
  const go = new Promise<void>((resolve) => {
    const watcher = watch(root, () => { if (existsSync(root + '/go')) { watcher.close(); resolve() } })
  })
  process.stdout.write('began\\n')
  await go
  return 'finished'
}
export async function socket(request: Request): Promise<void> {
  const socket = await request.websocket()
  for await (const message of socket) socket.send(String(message))
}
export function reject(): string { void Promise.reject(new Error('forgotten')); return String(process.pid) }
export function spin(): never { process.stdout.write('spinning\\n'); for (;;); }
`,
}

async function newServing(
  options?: Parameters<typeof startServing>[2],
  more: Record<string, string> = {},
): Promise<{ serving: Serving; site: TestSite }> {
  const site = makeSite(built, { ...files, ...more })
  cleanUps.push(() => site.remove())
  const serving = await startServing(built, site, { workers: '2', ...options })
  cleanUps.push(() => serving.stop())
  return { serving, site }
}

async function openSocket(url: string): Promise<{ closed: Promise<number> }> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/socket`)
  cleanUps.push(() => socket.terminate())
  const closed = new Promise<number>((resolve) => socket.once('close', resolve))
  await new Promise((resolve) => socket.once('open', resolve))
  return { closed }
}

/** Every worker's process id. */
async function workerPids(url: string): Promise<number[]> {
  const answers = await Promise.all(Array.from({ length: 6 }, () => ask(url)))
  return [...new Set(answers.map(({ body }) => Number(body)))]
}

/** A process that ended but was not waited for yet counts as gone. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' && process.platform !== 'linux'
  }
}

describe('H15 Ending with workers', () => {
  test('H15 what is under way finishes, who waited to be accepted is answered, websockets get 1001, and it exits 0', async () => {
    const { serving, site } = await newServing()
    const { closed } = await openSocket(serving.url)
    const agent = new Agent({ keepAlive: true })
    cleanUps.push(() => agent.destroy())
    await ask(serving.url, agent)
    const slow = ask(`${serving.url}/slow`)
    await serving.waitFor(/began/)
    const queued = await signalWithQueue(serving, 'SIGTERM')
    expect(await closed).toBe(1001)
    site.write({ go: '' })
    expect((await slow).body).toBe('finished')
    for (const answer of queued) expect(await answer).toMatch(/^HTTP\/1\.1 200 /)
    expect(await serving.ended).toEqual({ code: 0, signal: null })
    await expect(ask(serving.url)).rejects.toThrow('ECONNREFUSED')
  })

  test('H15 Ctrl-C, which reaches the workers too, is the primary’s to hear', async () => {
    const { serving, site } = await newServing()
    const pids = await workerPids(serving.url)
    const slow = ask(`${serving.url}/slow`)
    await serving.waitFor(/began/)
    for (const pid of [...pids, serving.process.pid!]) process.kill(pid, 'SIGINT')
    await serving.waitFor(/Ending/)
    site.write({ go: '' })
    expect((await slow).body).toBe('finished')
    expect((await serving.ended).code).toBe(0)
  })

  test('H15 a second signal ends all of it at once with exit code 1', async () => {
    const { serving } = await newServing()
    const pids = await workerPids(serving.url)
    const cut = expect(ask(`${serving.url}/slow`)).rejects.toThrow()
    await serving.waitFor(/began/)
    serving.process.kill('SIGTERM')
    await serving.waitFor(/Ending/)
    serving.process.kill('SIGTERM')
    expect(await serving.ended).toEqual({ code: 1, signal: null })
    await cut
    await expect.poll(() => pids.filter(isAlive)).toEqual([])
  })

  test('H15 the deadline of the settings cuts what takes longer, and it still exits 0', async () => {
    const { serving } = await newServing(undefined, {
      'settings.ts': `import { defineSettings } from 'tao1'
export default defineSettings({ database: 'mongodb://127.0.0.1:1/x', port: 0, timeouts: { shutdown: 0.2 } })
`,
    })
    const cut = expect(ask(`${serving.url}/slow`)).rejects.toThrow()
    await serving.waitFor(/began/)
    serving.process.kill('SIGTERM')
    expect(await serving.ended).toEqual({ code: 0, signal: null })
    await cut
  })

  test('H15 when the primary is killed its workers finish what they have and end', async () => {
    const { serving, site } = await newServing()
    const pids = await workerPids(serving.url)
    const slow = ask(`${serving.url}/slow`)
    await serving.waitFor(/began/)
    serving.process.kill('SIGKILL')
    await serving.ended
    site.write({ go: '' })
    expect((await slow).body).toBe('finished')
    await expect.poll(() => pids.filter(isAlive), { timeout: 30_000 }).toEqual([])
  })
})

describe('H16 Exchanging workers', () => {
  test('H16 H15 an end in the middle of it finishes what the old worker has, and leaves no connection open', async () => {
    const { serving, site } = await newServing({ workers: '1' })
    const agent = new Agent({ keepAlive: true })
    cleanUps.push(() => agent.destroy())
    const slow = ask(`${serving.url}/slow`, agent)
    await serving.waitFor(/began/)
    serving.process.kill('SIGHUP')
    await serving.waitFor(/Renewed 1 worker in/)
    serving.process.kill('SIGTERM')
    await serving.waitFor(/Ending/)
    await expect(ask(serving.url)).rejects.toThrow('ECONNREFUSED')
    site.write({ go: '' })
    const { body, headers } = await slow
    expect([body, headers.connection]).toEqual(['finished', 'close'])
    expect(await serving.ended).toEqual({ code: 0, signal: null })
  })

  test('H16 websockets are closed with 1012 and an answer under way is finished by the old code', async () => {
    const { serving, site } = await newServing({ workers: '1' })
    const { closed } = await openSocket(serving.url)
    const slow = ask(`${serving.url}/slow`)
    await serving.waitFor(/began/)
    serving.process.kill('SIGHUP')
    expect(await closed).toBe(1012)
    await serving.waitFor(/Renewed 1 worker in/)
    site.write({ go: '' })
    expect((await slow).body).toBe('finished')
  })

  test('H16 a connection that stays open goes over to the new worker', async () => {
    const { serving } = await newServing({ workers: '1' })
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    cleanUps.push(() => agent.destroy())
    const before = await ask(serving.url, agent)
    serving.process.kill('SIGUSR2')
    await serving.waitFor(/Renewed 1 worker in/)
    let after: Answer
    do after = await ask(serving.url, agent)
    while (after.body === before.body)
    expect(after.reused).toBe(true)
  })

  test('#16 a worker that has answered its requests is exchanged, and nobody notices', async () => {
    const { serving } = await newServing(undefined, {
      'settings.ts': `import { defineSettings } from 'tao1'
export default defineSettings({ database: 'mongodb://127.0.0.1:1/x', port: 0, workers: { maxRequests: 10 } })
`,
    })
    const before = await workerPids(serving.url)
    const agent = new Agent({ keepAlive: true, maxSockets: 2 })
    cleanUps.push(() => agent.destroy())
    for (let i = 0; i < 30; i++) expect((await ask(serving.url, agent)).status).toBe(200)
    await serving.waitFor(/Worker \d \(pid \d+\) has answered 1[0-2] requests: another is started/)
    const [, old] = await serving.waitFor(/takes the place of pid (\d+)/)
    expect(before).toContain(Number(old))
    expect((await ask(serving.url, agent)).status).toBe(200)
  })

  test('#16 a worker that takes more memory than it may is exchanged, and no request fails', async () => {
    const { serving } = await newServing(
      { workers: '1' },
      {
        'settings.ts': `import { defineSettings } from 'tao1'
export default defineSettings({ database: 'mongodb://127.0.0.1:1/x', port: 0, workers: { maxMemory: 300 } })
`,
        'views.ts': `const kept: Buffer[] = []
export function index(): string { return String(process.pid) }
export function leak(): string { kept.push(Buffer.alloc(25 << 20, 1)); return String(process.pid) }
`,
        'routes.ts': `import { route } from 'tao1'
import * as views from './views.ts'
export default [route('GET', '/', views.index), route('GET', '/leak', views.leak)]
`,
      },
    )
    const traffic = startTraffic(serving.url, ({ status }) => status === 200)
    const { body: before } = await ask(serving.url)
    // Over the limit, and not much more than that: it is looked at once a second.
    for (let i = 0; i < 12; i++) expect((await ask(`${serving.url}/leak`)).status).toBe(200)
    await serving.waitFor(/Worker 1 \(pid \d+\) takes \d+ MB: another is started/)
    const [, old] = await serving.waitFor(/takes the place of pid (\d+)/)
    expect(old).toBe(before)
    await traffic.until(({ body }) => body !== before)
    expect((await traffic.stop()).failures).toEqual([])
  }, 180_000)

  test('#16 a limit of memory that the site does not fit in from the start is ignored, aloud', async () => {
    const { serving } = await newServing(
      { workers: '1', awaited: /settings\.workers\.maxMemory is 1 MB[^]*Serving .*?(http:\S+) / },
      {
        'settings.ts': `import { defineSettings } from 'tao1'
export default defineSettings({ database: 'mongodb://127.0.0.1:1/x', port: 0, workers: { maxMemory: 1 } })
`,
      },
    )
    expect((await ask(serving.url)).status).toBe(200)
  })

  test('H16 a worker kept busy without end is killed, and what waited for it goes to another', async () => {
    const { serving } = await newServing(
      { workers: '1' },
      {
        'settings.ts': `import { defineSettings } from 'tao1'
export default defineSettings({ database: 'mongodb://127.0.0.1:1/x', port: 0, workers: { timeout: 3 } })
`,
      },
    )
    const spinning = new Promise((resolve) => {
      get(`${serving.url}/spin`, { agent: false }).on('error', resolve)
    })
    await serving.waitFor(/spinning/)
    // Handed to the worker, which cannot take it.
    const waiting = ask(serving.url)
    await serving.waitFor(/Worker 1 \(pid \d+\) has given no sign of life for 3 s: it is killed/)
    await spinning
    expect((await waiting).status).toBe(200)
  })

  test('#16 a promise that nobody awaits is logged by its worker, which goes on', async () => {
    const { serving } = await newServing({ workers: '1' })
    const { body } = await ask(`${serving.url}/reject`)
    await serving.waitFor(/"worker":1,"pid":\d+.*forgotten/)
    expect((await ask(serving.url)).body).toBe(body)
  })
})
