// What the toolbar costs: a site in development without it (no hooks at all), with it switched off, and with it on.
// Each is a process of its own; the client keeps 16 connections busy over the loopback. What is counted is the server's
// own processor time, which other work on the machine does not lengthen.
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { buildPackage } from '../serve/built-package.ts'
import { compare, type Contender } from './rounds.ts'

const CONNECTIONS = 16
const MILLISECONDS = 900

const checkout = fileURLToPath(new URL('../..', import.meta.url))
const SITES: Readonly<Record<string, { hooks: boolean; enabled: boolean }>> = {
  'development without hooks': { hooks: false, enabled: true },
  'toolbar: { enabled: false }': { hooks: true, enabled: false },
  'toolbar on': { hooks: true, enabled: true },
}

/** The package as its users run it, with doors to what only the development server opens. */
async function packageWithDoors(): Promise<{ folder: string; remove(): void }> {
  const built = buildPackage()
  const { bundle } = (await import(pathToFileURL(join(checkout, 'scripts', 'bundle.js')).href)) as {
    bundle(source: string, target: string, more: string[]): Promise<void>
  }
  await bundle(join(checkout, 'src'), join(built.folder, 'dist'), ['site/index', 'serve/development-hooks'])
  return built
}

function makeSite(tao: string, enabled: boolean): string {
  const root = mkdtempSync(join(tmpdir(), 'tao-bench-'))
  const files = {
    'settings.ts': `export default { toolbar: { enabled: ${enabled} }, log: { level: 'silent', requests: false }, middleware: [async (request, next) => next()] }`,
    'routes.ts': `import { route, templ } from 'tao1'
export default [route('GET', '/', (request) => templ('index', request, { items: [1, 2, 3] }), 'index')]`,
    'templ/index.html':
      '<!doctype html><html><head><title>x</title></head><body>{% for item in items %}<p>{{ item }}</p>{% endfor %}</body></html>',
  }
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  mkdirSync(join(root, 'node_modules'))
  symlinkSync(tao, join(root, 'node_modules', 'tao1'), 'junction')
  return root
}

async function serve(tao: string, root: string, hooks: boolean): Promise<void> {
  const load = (path: string): Promise<Record<string, unknown>> =>
    import(pathToFileURL(join(tao, 'dist', path)).href) as Promise<Record<string, unknown>>
  const { buildSite } = (await load('site/index.js')) as unknown as typeof import('../../src/site/index.ts')
  const { developmentHooks } = (await load(
    'serve/development-hooks.js',
  )) as unknown as typeof import('../../src/serve/development-hooks.ts')
  const site = await buildSite({
    root,
    mode: 'development',
    env: { SECRET_KEY: 'a secret of the bench that is long enough 0123456789' },
    flags: { database: 'memory:' },
    development: hooks ? await developmentHooks({ root, editor: 'none', generation: undefined }) : undefined,
  })
  const { url } = await site.listen({ host: '127.0.0.1', port: 0 })
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    process.send!((user + system) / 1e6)
  })
  process.send!(url)
}

/** Processor seconds a server has used so far. */
async function used(server: ChildProcess): Promise<number> {
  const answer = once(server, 'message')
  server.send('used')
  return (await answer)[0] as number
}

/** Requests in a second of the server's processor time. */
async function load(url: string, server: ChildProcess): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const end = performance.now() + MILLISECONDS
  const before = await used(server)
  let answers = 0
  const ask = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const headers = { accept: 'text/html', 'sec-fetch-dest': 'document' }
      request(url, { agent, headers }, (response) => {
        response.resume()
        response.once('end', () => {
          answers++
          resolve()
        })
      })
        .once('error', reject)
        .end()
    })
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (performance.now() < end) await ask()
    }),
  )
  agent.destroy()
  return answers / ((await used(server)) - before)
}

if (process.send === undefined) {
  const tao = await packageWithDoors()
  const servers = Object.entries(SITES).map(([name, { hooks, enabled }]) => {
    const root = makeSite(tao.folder, enabled)
    return { name, root, process: fork(fileURLToPath(import.meta.url), [tao.folder, root, String(hooks)]) }
  })
  try {
    const urls = await Promise.all(
      servers.map(async (server) => (await once(server.process, 'message'))[0] as string),
    )
    const contenders = servers.map(({ name }, index): Contender => ({
      name,
      measure: () => load(urls[index]!, servers[index]!.process),
    }))
    await compare('A small page, requests per second of processor time', contenders, 9)
  } finally {
    for (const server of servers) {
      server.process.kill()
      rmSync(server.root, { recursive: true })
    }
    tao.remove()
  }
} else {
  const [tao, root, hooks] = process.argv.slice(2) as [string, string, string]
  await serve(tao, root, hooks === 'true')
}
