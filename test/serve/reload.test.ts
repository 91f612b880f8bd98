import { fork } from 'node:child_process'
import { once } from 'node:events'
import { Agent, get, request } from 'node:http'
import { connect, createServer } from 'node:net'
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ask, askUntil, type Answer } from './ask.ts'
import { saveUnderLoad } from './save-under-load.ts'
import { makeSite, startServing, viewsOf, type Serving, type TestSite } from './serving.ts'
import { withPackage } from './with-package.ts'

const { built, cleanUps } = withPackage()

function newSite(files?: Record<string, string>): TestSite {
  const site = makeSite(built, files)
  cleanUps.push(() => site.remove())
  return site
}

async function newServing(site: TestSite, options?: Parameters<typeof startServing>[2]): Promise<Serving> {
  const serving = await startServing(built, site, options)
  cleanUps.push(() => serving.stop())
  return serving
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}

function post(url: string, body: string, agent: Agent | false): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { agent, method: 'POST', headers: { 'content-type': 'text/plain' } },
      (response) => {
        let text = ''
        response.on('data', (chunk: Buffer) => (text += chunk.toString()))
        response.on('end', () => resolve(text))
        response.on('error', reject)
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

describe('#15 Code', () => {
  test('#15 a saved change is answered by the new code, and one line says what happened', async () => {
    const site = newSite()
    const { url, waitFor } = await newServing(site)
    expect((await ask(url)).body).toBe('version 1')
    site.write({ 'views.ts': viewsOf(2) })
    await waitFor(/views\.ts changed: restarted in \d+ ms/)
    expect((await ask(url)).body).toBe('version 2')
  })

  test('#15 a kept-alive connection lives on, and the new code answers on it', async () => {
    const site = newSite()
    const { url, waitFor } = await newServing(site)
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    cleanUps.push(() => agent.destroy())
    await ask(url, agent)
    site.write({ 'views.ts': viewsOf(2) })
    await waitFor(/restarted/)
    expect(await ask(url, agent)).toMatchObject({ status: 200, body: 'version 2', reused: true })
  })

  test('#15 a connection opened before the change and used after it is answered by the new code', async () => {
    const site = newSite()
    const { url, waitFor } = await newServing(site)
    const { port } = new URL(url)
    const socket = connect(Number(port), '127.0.0.1')
    cleanUps.push(() => socket.destroy())
    await new Promise((resolve) => socket.once('connect', resolve))
    site.write({ 'views.ts': viewsOf(2) })
    await waitFor(/restarted/)
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
    let text = ''
    for await (const chunk of socket) text += String(chunk)
    expect(text).toContain('version 2')
  })

  test('#15 a request that is under way is finished by the code that began it, on a connection that goes on', async () => {
    const site = newSite({
      'views.ts': `let release: () => void = () => {}
const released = new Promise<void>((resolve) => { release = resolve })
export async function index(request: { query: URLSearchParams }): Promise<string> {
  if (request.query.has('slow')) {
    process.stdout.write('slow one began\\n')
    setTimeout(release, 300)
    await released
  }
  return 'version 1'
}
`,
    })
    const { url, waitFor } = await newServing(site)
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    cleanUps.push(() => agent.destroy())
    const slow = ask(`${url}/?slow`, agent)
    await waitFor(/slow one began/)
    site.write({ 'views.ts': viewsOf(2) })
    await waitFor(/restarted/)
    expect((await ask(url)).body).toBe('version 2')
    expect((await slow).body).toBe('version 1')
    expect(await ask(url, agent)).toMatchObject({ status: 200, body: 'version 2', reused: true })
  })

  test('#15 a rename-save, a folder deleted and a new app made while it runs all end in the newest code', async () => {
    const site = newSite()
    const serving = await newServing(site)
    const { url, waitFor } = serving
    writeFileSync(join(site.folder, '.views.ts.tmp'), viewsOf(2))
    renameSync(join(site.folder, '.views.ts.tmp'), join(site.folder, 'views.ts'))
    await waitFor(/views\.ts changed: restarted/)
    expect((await ask(url)).body).toBe('version 2')

    site.write({
      'apps/blog/views.ts': viewsOf('blog'),
      'apps/blog/routes.ts': `import { route } from 'tao1'
import * as views from './views.ts'
export default [route('GET', '/blog/{n:int}', views.index, 'one'), route('GET', '/blog', views.index)]
`,
    })
    await waitFor(new RegExp(`New app blog: ${url}/blog$`, 'm'))
    expect((await ask(`${url}/blog`)).body).toBe('version blog')

    rmSync(join(site.folder, 'apps/blog'), { recursive: true })
    await waitFor(/App blog is gone/)
    expect((await ask(`${url}/blog`)).status).toBe(404)
  })

  test('#15 of a burst of saves only the last is answered, whatever came in between', async () => {
    const site = newSite()
    const { url } = await newServing(site)
    let asked: Promise<Answer> | undefined
    for (let version = 2; version <= 20; version++) {
      site.write({ 'views.ts': viewsOf(version) })
      asked = ask(url)
      await new Promise((resolve) => setImmediate(resolve))
    }
    await asked
    expect((await askUntil(url, 'version 20')).status).toBe(200)
  })

  test('#15 two hundred files that change at once are one restart or two, not two hundred', async () => {
    const many = (version: number): Record<string, string> =>
      Object.fromEntries(
        Array.from({ length: 200 }, (_, n) => [`parts/part${n}.ts`, `export const part${n} = ${version}\n`]),
      )
    const views = `${Array.from({ length: 200 }, (_, n) => `import { part${n} } from './parts/part${n}.ts'`).join('\n')}
export function index(): string { return 'sum ' + (${Array.from({ length: 200 }, (_, n) => `part${n}`).join(' + ')}) }
`
    const site = newSite({ ...many(1), 'views.ts': views })
    const serving = await newServing(site)
    expect((await ask(serving.url)).body).toBe('sum 200')
    site.write(many(2))
    await askUntil(serving.url, 'sum 400')
    expect(serving.output.match(/restarted/g)!.length).toBeLessThan(4)
  })

  test('#15 what is no source of the project restarts nothing', async () => {
    const site = newSite({ 'node_modules/other/index.js': '', 'data/x.json': '{}' })
    const serving = await newServing(site)
    site.write({
      'data/x.json': '{ "a": 1 }',
      'uploads/a.ts': 'nothing',
      'logs/site.log': 'line',
      'node_modules/other/index.js': 'changed',
      '.git/index.ts': 'x',
      'apps/blog/blog.test.ts': 'no test restarts a site',
      'notes.md': 'words',
    })
    site.write({ 'views.ts': viewsOf(2) })
    await serving.waitFor(/restarted/)
    expect(serving.output).toMatch(/ views\.ts changed: restarted/)
    expect(serving.output.match(/changed/g)).toHaveLength(1)
  })

  test('#15 with --poll a change is found without events', async () => {
    const site = newSite()
    const { url, waitFor } = await newServing(site, { poll: true })
    site.write({ 'views.ts': viewsOf(22) })
    await waitFor(/restarted/)
    expect((await ask(url)).body).toBe('version 22')
  })

  test('#15 settings that name another port move the server there', async () => {
    const site = newSite()
    const serving = await newServing(site)
    const settings = (port: number): string => `import { defineSettings } from 'tao1'
export default defineSettings({ database: 'mongodb://127.0.0.1:1/trial', port: ${port} })
`
    const from = serving.output.length
    const port = await freePort()
    site.write({ 'settings.ts': settings(port) })
    await serving.waitFor(new RegExp(`Serving http://127.0.0.1:${port},`), from)
    expect((await ask(`http://127.0.0.1:${port}`)).body).toBe('version 1')
    await expect(ask(serving.url)).rejects.toThrow('ECONNREFUSED')
  })

  test('#15 twenty saves under steady load lose no request, and nobody hears old code after new', async () => {
    const saves = 20
    const site = newSite()
    const { url } = await newServing(site)
    const save = (version: number): void => site.write({ 'views.ts': viewsOf(version) })
    const { answers, lost, stale } = await saveUnderLoad(url, save, saves)
    expect(lost).toEqual([])
    expect(stale).toBe(0)
    expect(answers).toBeGreaterThan(saves)
  }, 90_000)
})

test('#15 uploads that are under way while code is saved arrive whole, kept-alive or not', async () => {
  const views = (version: number): string => `import type { Request } from 'tao1'
export function index(): string { return 'version ${version}' }
export async function take(request: Request): Promise<string> { return String((await request.text()).length) }
`
  const site = newSite({
    'routes.ts': `import { route } from 'tao1'
import * as views from './views.ts'
export default [route('GET', '/', views.index), route('POST', '/take', views.take)]
`,
    'views.ts': views(1),
  })
  const { url } = await newServing(site)
  const agent = new Agent({ keepAlive: true, maxSockets: 3 })
  cleanUps.push(() => agent.destroy())
  const body = 'x'.repeat(300_000)
  const time = { isOver: false }
  const answers: string[] = []
  const upload = async (connection: Agent | false): Promise<void> => {
    while (!time.isOver) answers.push(await post(`${url}/take`, body, connection))
  }
  const clients = [upload(agent), upload(agent), upload(agent), upload(false)]
  for (let version = 2; version <= 7; version++) {
    site.write({ 'views.ts': views(version) })
    await askUntil(url, `version ${version}`)
  }
  time.isOver = true
  await Promise.all(clients)
  expect(answers.filter((answer) => answer !== '300000')).toEqual([])
  expect(answers.length).toBeGreaterThan(7)
}, 60_000)

test('#15 a process that is killed from outside is said to have ended, and a save brings the site back', async () => {
  const site = newSite({ 'views.ts': 'export function index(): string { return String(process.pid) }\n' })
  const serving = await newServing(site)
  process.kill(Number((await ask(serving.url)).body), 'SIGKILL')
  await serving.waitFor(/The site crashed[\s\S]*by SIGKILL|ended by SIGKILL: it is started anew/)
  site.write({ 'views.ts': viewsOf(2) })
  expect((await askUntil(serving.url, 'version 2')).status).toBe(200)
})

test('#15 without a SECRET_KEY sessions live on over restarts, and nothing is warned of each time', async () => {
  const views = (greeting: string): string => `import type { Request } from 'tao1'
export function index(request: Request): string {
  const { session } = request
  session.visits = Number(session.visits ?? 0) + 1
  return '${greeting} ' + session.visits
}
`
  const site = newSite({ '.env': '', 'views.ts': views('hello') })
  const serving = await newServing(site)
  const first = await fetch(serving.url)
  expect(await first.text()).toBe('hello 1')
  const cookie = first.headers.getSetCookie()[0]!.split(';')[0]!
  site.write({ 'views.ts': views('welcome') })
  await serving.waitFor(/restarted/)
  expect((await ask(serving.url, false, { cookie })).body).toBe('welcome 2')
  expect(serving.output).not.toContain('SECRET_KEY')
})

test('#15 requests are told in lines for people, wherever the output goes, unless the settings want JSON', async () => {
  const settings = (log: string): string => `import { defineSettings } from 'tao1'
export default defineSettings({ database: 'mongodb://127.0.0.1:1/trial', port: 0, log: ${log} })
`
  const site = newSite({ 'settings.ts': settings('{}') })
  const serving = await newServing(site)
  await ask(serving.url)
  await serving.waitFor(/^\d\d:\d\d:\d\d GET \/ 200 in [\d.]+ ms$/m)
  expect(serving.output).not.toContain('{')
  site.write({ 'settings.ts': settings("{ format: 'json' }") })
  await serving.waitFor(/restarted/)
  await ask(serving.url)
  await serving.waitFor(/"path":"\/","status":200/)
})

describe('#15 Broken code', () => {
  const broken: [what: string, files: Record<string, string>, expected: RegExp][] = [
    ['a syntax error', { 'views.ts': 'export function index( {\n' }, /views\.ts/],
    ['a module that is not there', { 'views.ts': "import './nowhere.ts'\n" }, /nowhere/],
    ['an error at import', { 'views.ts': "throw new TypeError('no such luck')\n" }, /no such luck/],
    [
      'a route that is there twice',
      {
        'routes.ts': `import { route } from 'tao1'
import * as views from './views.ts'
export default [route('GET', '/', views.index), route('GET', '/', views.index, 'again')]
`,
      },
      /routes\.ts/,
    ],
    [
      'settings with an unknown key',
      {
        'settings.ts':
          "import { defineSettings } from 'tao1'\nexport default defineSettings({ prot: 1 } as never)\n",
      },
      /prot/,
    ],
  ]
  const site0 = { 'views.ts': viewsOf(1) }

  test('#15 each kind of mistake is shown in place of every page until it is mended', async () => {
    const site = newSite()
    const original = {
      'routes.ts': `import { route } from 'tao1'\nimport * as views from './views.ts'\nexport default [route('GET', '/', views.index)]\n`,
      'settings.ts': `import { defineSettings } from 'tao1'\nexport default defineSettings({ database: 'mongodb://127.0.0.1:1/trial', port: 0 })\n`,
      ...site0,
    }
    const serving = await newServing(site)
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    cleanUps.push(() => agent.destroy())
    for (const [what, files, expected] of broken) {
      let from = serving.output.length
      site.write(files)
      await serving.waitFor(/The site does not start/, from)
      const page = await ask(serving.url, agent, { accept: 'text/html' })
      expect(page.status, what).toBe(500)
      expect(page.body, what).toMatch(expected)
      expect(page.body, what).toContain('/__tao__/live.js')
      expect(serving.output.slice(from), what).toMatch(expected)
      const json = await ask(serving.url, agent, { accept: 'application/json' })
      expect(JSON.parse(json.body), what).toMatchObject({ statusCode: 500, title: 'The site does not start' })
      from = serving.output.length
      site.write(original)
      await serving.waitFor(/restarted/, from)
      expect((await ask(serving.url, agent)).body, what).toBe('version 1')
    }
  })

  test('#15 a site that is broken from the start is served as such, and mended', async () => {
    const site = newSite({ 'views.ts': 'export function index( {' })
    const serving = await newServing(site, { env: { PORT: '0' } })
    expect((await ask(serving.url)).status).toBe(500)
    site.write({ 'views.ts': viewsOf(3) })
    await serving.waitFor(/restarted/)
    expect((await ask(serving.url)).body).toBe('version 3')
  })

  test('#15 code that ends its own process is shown as crashed, and the next save brings it back', async () => {
    const site = newSite({
      'views.ts':
        "export function index(): string { setTimeout(() => { throw new RangeError('gone too far') }); return 'version 1' }\n",
    })
    const serving = await newServing(site)
    await ask(serving.url)
    await serving.waitFor(/The site crashed[\s\S]*gone too far/)
    expect((await ask(serving.url, false, { accept: 'text/html' })).body).toContain('gone too far')
    site.write({ 'views.ts': viewsOf(2) })
    await serving.waitFor(/restarted/)
    expect((await ask(serving.url)).body).toBe('version 2')
  })
})

describe('#15 The end', () => {
  test('#15 SIGTERM ends parent and children with exit code 0', async () => {
    const serving = await startServing(built, newSite())
    serving.process.kill('SIGTERM')
    expect(await serving.ended).toEqual({ code: 0, signal: null })
  })

  test('#15 nothing is left in the temporary folder by a process that was making ready', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tao-left-'))
    cleanUps.push(() => rmSync(folder, { recursive: true, force: true }))
    const warming = (): string[] => readdirSync(folder).filter((name) => name.startsWith('tao-warm-'))
    const serving = await startServing(built, newSite(), { env: { TMPDIR: folder } })
    await expect.poll(warming, { timeout: 20_000, interval: 5 }).not.toEqual([])
    serving.process.kill('SIGTERM')
    await serving.ended
    await expect.poll(warming, { timeout: 10_000 }).toEqual([])
  })

  test('#15 children end when their parent is killed', async () => {
    const site = newSite({
      'views.ts': 'export function index(): string { return String(process.pid) }\n',
    })
    const serving = await startServing(built, site)
    const pid = Number((await ask(serving.url)).body)
    serving.process.kill('SIGKILL')
    await serving.ended
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false)
  })
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

test('#15 a process whose folder is removed while it starts ends with its parent', async () => {
  const site = newSite()
  const child = fork(join(built.folder, 'dist/serve/child.js'), { cwd: site.folder, silent: true })
  cleanUps.push(() => void child.kill('SIGKILL'))
  site.remove()
  child.disconnect()
  const [code] = (await once(child, 'exit')) as [number | null]
  expect(code).toBe(0)
})

describe('#15 Templates and static files', () => {
  test('#15 need no restart: the next answer has the change, and waiting pages are told', async () => {
    const site = newSite({
      'views.ts': `import { templ, type Request } from 'tao1'
export function index(request: Request): unknown { return templ('index', request, {}) }
`,
      'templ/index.html': '<html><head></head><body>one</body></html>',
      'static/a.css': 'a { color: red }',
    })
    mkdirSync(join(site.folder, 'apps'))
    const serving = await newServing(site)
    const { url } = serving
    const events: Record<string, unknown>[] = []
    let wake = (): void => {}
    const waiting = get(`${url}/__tao__/live`, { agent: false }, (response) => {
      response.setEncoding('utf8')
      response.on('data', (text: string) => {
        for (const [, data] of text.matchAll(/^data: (.*)$/gm))
          events.push(JSON.parse(data!) as Record<string, unknown>)
        wake()
      })
      response.on('error', () => {})
    })
    waiting.on('error', () => {})
    cleanUps.push(() => waiting.destroy())
    const nextEvent = async (count: number): Promise<Record<string, unknown>> => {
      while (events.length < count) await new Promise<void>((resolve) => (wake = resolve))
      return events[count - 1]!
    }
    expect(await nextEvent(1)).toEqual({ type: 'state', generation: 1, changes: 0 })
    expect((await ask(url)).body).toContain('<script src="/__tao__/live.js" data-generation="1"')

    site.write({ 'templ/index.html': '<html><head></head><body>two</body></html>' })
    expect(await nextEvent(2)).toMatchObject({ type: 'change', what: 'template', changes: 1 })
    expect((await ask(url)).body).toContain('two')

    site.write({ 'static/a.css': 'a { color: blue }' })
    expect(await nextEvent(3)).toEqual({ type: 'change', what: 'style', files: ['/a.css'], changes: 2 })
    expect((await ask(`${url}/static/a.css`)).body).toContain('blue')
    expect(serving.output).not.toContain('restarted')

    site.write({ 'views.ts': viewsOf(2) })
    expect(await nextEvent(4)).toMatchObject({ type: 'state', changes: 2 })
  })

  test('#15 a page that waits for news is told of new code, when its connection was the last to come', async () => {
    const site = newSite()
    const serving = await newServing(site)
    const waiting = get(`${serving.url}/__tao__/live`, { agent: false })
    waiting.on('error', () => {})
    cleanUps.push(() => waiting.destroy())
    const told = new Promise<void>((resolve) => {
      waiting.once('response', (response) => {
        response.on('error', () => {})
        response.on('data', (text: Buffer) => {
          if (text.includes('"generation":1')) site.write({ 'views.ts': viewsOf(2) })
          else resolve()
        })
      })
    })
    await told
    await serving.waitFor(/restarted/)
    expect(serving.output).not.toContain('error')
    expect((await ask(serving.url)).body).toBe('version 2')
  })

  test('#15 with nobody looking the line says that the change is taken over', async () => {
    const site = newSite({ 'templ/index.html': 'one' })
    const { url, waitFor } = await newServing(site)
    await ask(url)
    site.write({ 'templ/index.html': 'two' })
    await waitFor(/ templ\/index\.html changed: taken over in \d+ ms, no page is open$/m)
  })

  test('#15 with live: false in the settings pages wait for no news, and TAO_LIVE=1 wins over it', async () => {
    const files = {
      'settings.ts': `import { defineSettings } from 'tao1'
export default defineSettings({ database: 'mongodb://127.0.0.1:1/trial', port: 0, live: false })
`,
      'views.ts': `import { html } from 'tao1'
export function index(): unknown { return html('<!doctype html><title>x</title>') }
`,
      'templ/index.html': 'one',
    }
    const site = newSite(files)
    const { url, waitFor } = await newServing(site)
    expect((await ask(url)).body).not.toContain('/__tao__/live.js')
    expect((await ask(`${url}/__tao__/live`)).status).toBe(404)
    site.write({ 'templ/index.html': 'two' })
    await waitFor(/ templ\/index\.html changed: taken over in \d+ ms$/m)
    site.write({ 'views.ts': 'export function index( {' })
    await waitFor(/The site does not start/)
    const broken = await ask(url, false, { accept: 'text/html' })
    expect(broken.body).toContain('Reload this page')
    expect(broken.body).not.toContain('/__tao__/live.js')

    const other = await newServing(newSite(files), { env: { TAO_LIVE: '1' } })
    expect((await ask(other.url)).body).toContain('/__tao__/live.js')
  })

  test('#15 with TAO_LIVE=0 pages wait for no news', async () => {
    const site = newSite({
      'views.ts': `import { html } from 'tao1'
export function index(): unknown { return html('<!doctype html><title>x</title>') }
`,
    })
    const { url } = await newServing(site, { env: { TAO_LIVE: '0' } })
    expect((await ask(url)).body).not.toContain('/__tao__/live.js')
    expect((await ask(`${url}/__tao__/live`)).status).toBe(404)
  })
})
