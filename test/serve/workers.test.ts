import { Agent, createServer } from 'node:http'
import { describe, expect, test } from 'vitest'
import { ask } from './ask.ts'
import { makeSite, startServing, viewsOf, type Serving, type TestSite } from './serving.ts'
import { startTraffic } from './traffic.ts'
import { withPackage } from './with-package.ts'

const { built, cleanUps } = withPackage()

function newSite(files?: Record<string, string>): TestSite {
  const site = makeSite(built, files)
  cleanUps.push(() => site.remove())
  return site
}

async function newServing(site: TestSite, options?: Parameters<typeof startServing>[2]): Promise<Serving> {
  const serving = await startServing(built, site, { workers: '2', ...options })
  cleanUps.push(() => serving.stop())
  return serving
}

/** Answers its process and a version. */
const pidViews = (version: number): Record<string, string> => ({
  'views.ts': `export function index(): string { return 'version ${version} of ' + process.pid }\n`,
})
const pidOf = (body: string): number => Number(/\d+$/.exec(body)![0])

describe('#16 Several workers', () => {
  test('#16 connections are shared evenly, and each answers with the same site', async () => {
    const { url } = await newServing(newSite(pidViews(1)))
    const pids = new Map<number, number>()
    // One after the other, and kept: of those that come at once, a worker that is busy gets fewer.
    for (let n = 0; n < 20; n++) {
      const agent = new Agent({ keepAlive: true })
      cleanUps.push(() => agent.destroy())
      const { body } = await ask(url, agent)
      pids.set(pidOf(body), (pids.get(pidOf(body)) ?? 0) + 1)
    }
    expect([...pids.values()]).toEqual([10, 10])
  })

  test('#16 WEB_CONCURRENCY asks for workers, too, and what is no number is refused', async () => {
    const site = newSite(pidViews(1))
    const serving = await startServing(built, site, { reload: false, env: { WEB_CONCURRENCY: '1' } })
    cleanUps.push(() => serving.stop())
    expect(serving.output).toContain('with 1 worker.')
    expect(pidOf((await ask(serving.url)).body)).not.toBe(serving.process.pid)
    const refused = await startServing(built, site, { workers: 'many', awaited: /TAO_SERVE_WORKERS .*\n/ })
    expect((await refused.ended).code).toBe(1)
    expect(refused.output).toContain('--workers cannot be "many"')
  })

  test('#16 the embedded store is the primary’s, and every worker sees what another wrote', async () => {
    const site = newSite({
      'settings.ts': `import { defineSettings } from 'tao1'
export default defineSettings({ database: 'embedded:data', port: 0 })
`,
      'views.ts': `import type { Request } from 'tao1'
export async function index(request: Request): Promise<unknown> {
  const notes = request.db.collection('notes')
  await notes.insertOne({ pid: process.pid })
  return { pid: process.pid, all: await notes.distinct('pid') }
}
`,
    })
    const serving = await newServing(site)
    for (;;) {
      const { body } = await ask(serving.url)
      const { all } = JSON.parse(body) as { all: number[] }
      if (all.length === 2) break
    }
    await serving.stop()
    expect((await serving.ended).code).toBe(0)
  })
})

describe('H16 A worker that dies', () => {
  test('H16 is replaced, and a connection on its way to it goes to another', async () => {
    const serving = await newServing(newSite(pidViews(1)))
    const { body } = await ask(serving.url)
    const from = serving.output.length
    process.kill(pidOf(body), 'SIGKILL')
    await serving.waitFor(new RegExp(`Worker \\d \\(pid ${pidOf(body)}\\) ended by SIGKILL`), from)
    const [, pid] = await serving.waitFor(/Worker \d \(pid (\d+)\) takes its place/, from)
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask(serving.url)))
    expect(new Set(answers.map(({ body: text }) => pidOf(text)))).toContain(Number(pid))
  })

  test('H16 in a loop ends the server with the reason', async () => {
    const site = newSite({ 'views.ts': `${viewsOf(1)}setTimeout(() => process.exit(7), 50)\n` })
    const serving = await startServing(built, site, { workers: '1', awaited: /TAO_SERVE_WORKERS_DIE .*\n/ })
    expect((await serving.ended).code).toBe(1)
    expect(serving.output).toContain('with exit code 7')
  }, 180_000)

  test('H16 an error nobody caught is logged, and the worker finishes what it has and is replaced', async () => {
    const site = newSite({
      'routes.ts': `import { route } from 'tao1'
import * as views from './views.ts'
export default [route('GET', '/', views.index), route('GET', '/crash', views.crash)]
`,
      'views.ts': `export function index(): string { return 'here, ' + process.pid }
export async function crash(): Promise<string> {
  setTimeout(() => { throw new Error('nobody caught this') }, 1)
  await new Promise((resolve) => setTimeout(resolve, 100))
  return 'finished, ' + process.pid
}
`,
    })
    const serving = await newServing(site)
    const { status, body } = await ask(`${serving.url}/crash`)
    expect([status, body.slice(0, 8)]).toEqual([200, 'finished'])
    await serving.waitFor(/"worker":\d,"pid":\d+.*nobody caught this/)
    await serving.waitFor(/Worker \d \(pid \d+\) takes its place/)
    expect((await ask(serving.url)).status).toBe(200)
  })
})

describe('A start that fails', () => {
  test('#16 is one clear error with its place, and the exit code 1', async () => {
    const site = newSite({ 'views.ts': "export function index(): string { return 'open }\n" })
    const serving = await startServing(built, site, { workers: '2', awaited: /TAO_\w+ .*\n/ })
    expect((await serving.ended).code).toBe(1)
    expect(serving.output.match(/TAO_/g)).toHaveLength(1)
    expect(serving.output).toContain('views.ts')
  })

  test('H16 a busy port is told once, by whom, and ends the primary', async () => {
    const holder = createServer().listen(0, '127.0.0.1')
    cleanUps.push(() => holder.close())
    await new Promise((resolve) => holder.once('listening', resolve))
    const { port } = holder.address() as { port: number }
    const serving = await startServing(built, newSite(), {
      workers: '2',
      env: { PORT: String(port) },
      awaited: /TAO_SERVE_PORT_TAKEN .*\n/,
    })
    expect((await serving.ended).code).toBe(1)
    expect(serving.output.match(/is in use already by process/g)).toHaveLength(1)
  })
})

describe('H16 Renewing', () => {
  test('H16 SIGHUP while the first workers start renews them when they stand', async () => {
    const site = newSite({
      'views.ts': `console.log('read')\nexport function index(): string { return 'version 1 of ' + process.pid }\n`,
    })
    const serving = await startServing(built, site, { workers: '1', awaited: /read/ })
    cleanUps.push(() => serving.stop())
    site.write(pidViews(2))
    serving.process.kill('SIGHUP')
    await serving.waitFor(/Renewed 1 worker/)
    const [, url = ''] = await serving.waitFor(/Serving .*?(http:\S+) /)
    expect((await ask(url)).body).toMatch(/^version 2/)
  })

  test('H16 SIGHUP rolls new code in with no failed request, over kept and over fresh connections', async () => {
    const site = newSite(pidViews(1))
    const serving = await newServing(site)
    const traffic = startTraffic(
      serving.url,
      ({ status, body }) => status === 200 && /^version \d/.test(body),
    )
    await traffic.until(() => true)
    site.write(pidViews(2))
    serving.process.kill('SIGHUP')
    await serving.waitFor(/Renewed 2 workers/)
    await traffic.until(({ body }) => body.startsWith('version 2'))
    const { answers, failures } = await traffic.stop()
    expect(failures).toEqual([])
    expect(answers).toBeGreaterThan(10)
    const now = await Promise.all(Array.from({ length: 6 }, () => ask(serving.url)))
    expect(now.every(({ body }) => body.startsWith('version 2'))).toBe(true)
  }, 180_000)

  test('H16 the embedded store answers while workers are exchanged: every answer stands for a document', async () => {
    const serving = await newServing(
      newSite({
        'settings.ts': `import { defineSettings } from 'tao1'
export default defineSettings({ database: 'embedded:data', port: 0 })
`,
        'routes.ts': `import { route } from 'tao1'
import * as views from './views.ts'
export default [route('GET', '/', views.index), route('GET', '/count', views.count)]
`,
        'views.ts': `import type { Request } from 'tao1'
export async function index(request: Request): Promise<string> {
  await request.db.collection('notes').insertOne({ pid: process.pid })
  return 'noted by ' + process.pid
}
export async function count(request: Request): Promise<unknown> {
  const notes = request.db.collection('notes')
  return { notes: await notes.countDocuments(), pids: await notes.distinct('pid') }
}
`,
      }),
    )
    const traffic = startTraffic(
      serving.url,
      ({ status, body }) => status === 200 && body.startsWith('noted'),
    )
    const { body } = await traffic.until(() => true)
    serving.process.kill('SIGUSR2')
    await serving.waitFor(/Renewed 2 workers/)
    await traffic.until(({ body: now }) => now !== body)
    const { answers, failures } = await traffic.stop()
    expect(failures).toEqual([])
    const counted = JSON.parse((await ask(`${serving.url}/count`)).body) as { notes: number; pids: number[] }
    expect(counted.notes).toBe(answers)
    expect(counted.pids.length).toBeGreaterThan(2)
  }, 180_000)

  test('H16 code that does not start leaves the old workers where they are', async () => {
    const site = newSite(pidViews(1))
    const serving = await newServing(site)
    const before = await Promise.all(Array.from({ length: 6 }, () => ask(serving.url)))
    site.write({ 'views.ts': 'export function index(): string { return 1 +\n' })
    serving.process.kill('SIGHUP')
    await serving.waitFor(/The new code does not start, and the workers that are there go on\n.*views\.ts/s)
    const after = await Promise.all(Array.from({ length: 6 }, () => ask(serving.url)))
    const pids = (answers: typeof after): number[] =>
      [...new Set(answers.map(({ body }) => pidOf(body)))].toSorted((a, b) => a - b)
    expect(pids(after)).toEqual(pids(before))
    site.write(pidViews(2))
    serving.process.kill('SIGUSR2')
    await serving.waitFor(/Renewed 2 workers/)
    expect((await ask(serving.url)).body).toMatch(/^version 2/)
  })
})
