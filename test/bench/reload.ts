import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { atEnd } from './at-end.ts'
import { table, writeFigures } from './figures.ts'
import { readOptions } from './options.ts'
import { askUntil } from '../serve/ask.ts'
import { buildPackage } from '../serve/built-package.ts'
import { saveUnderLoad } from '../serve/save-under-load.ts'

/*
 * From saving to the new answer: `serve --reload` and `tsx watch` on the same site of ten apps, turn about in one run.
 * A poll each 5 ms, each on a connection of its own, half of the saves in place and half by rename, while a page of tao's
 * waits for news as an open browser does. Then, of tao alone, the same for a template, and a hundred saves under steady load with what was lost and what was stale.
 * It installs tsx in a temporary folder. More or fewer saves: npm run bench reload -- --rounds=30
 */

const options = readOptions()
const SAVES = options.rounds ?? 12
const SAVES_UNDER_LOAD = 100
const APPS = Array.from({ length: 10 }, (_, n) => `app${n}`)
/** Between two saves somebody reads, types and thinks: for that long nothing is measured, and servers make ready. */
const PAUSE = 3000

interface Contender {
  name: string
  url: string
  file: string
  text: (version: number) => string
  stop: () => void
}

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tao-bench-reload-')))
const built = buildPackage()
const started: Contender[] = []
atEnd(() => {
  for (const contender of started) contender.stop()
  built.remove()
  rmSync(folder, { recursive: true, force: true })
})
try {
  started.push(await startTao(), await startTsx())
  const rows: Record<string, Record<string, number>> = {}
  for (const contender of started) rows[contender.name] = { lost: 0 }
  const single = new Map<Contender, number[]>(started.map((one) => [one, []]))
  const burst = new Map<Contender, number[]>(started.map((one) => [one, []]))
  let version = 1
  for (let round = 0; round < SAVES; round++) {
    for (const contender of started) {
      await delay(PAUSE)
      const { ms, lost } = await timeSave(contender, [++version], round % 2 === 1)
      single.get(contender)!.push(ms)
      rows[contender.name]!['lost']! += lost
    }
  }
  for (let round = 0; round < Math.ceil(SAVES / 4); round++) {
    for (const contender of started) {
      await delay(PAUSE)
      const versions = Array.from({ length: 6 }, () => ++version)
      burst.get(contender)!.push((await timeSave(contender, versions, false)).ms)
    }
  }
  const said: string[][] = []
  for (const contender of started) {
    const one = median(single.get(contender)!)
    const last = median(burst.get(contender)!)
    said.push([
      contender.name,
      `${one}`,
      `${last}`,
      (last / one).toFixed(1),
      `${rows[contender.name]!['lost']}`,
    ])
  }
  const tao = started.shift()!
  for (const other of started.splice(0)) other.stop()
  started.push(tao)
  const templates: number[] = []
  for (let round = 0; round < SAVES; round++) {
    await delay(300)
    templates.push(await timeTemplate(tao, ++version, round % 2 === 1))
  }
  save(tao.file, tao.text(1), false)
  await askUntil(tao.url, /^version 1$/)
  const { answers, lost, stale } = await saveUnderLoad(
    tao.url,
    (saved) => save(tao.file, tao.text(saved), false),
    SAVES_UNDER_LOAD,
  )
  const told = [
    table(['', 'one save, ms', 'last of six, ms', 'to one', 'lost'], said),
    `A template, of tao alone: ${median(templates)} ms. ${SAVES_UNDER_LOAD} saves under load, of tao alone: ${answers} answers, ` +
      `${lost.length} lost, ${stale} stale.`,
  ].join('\n\n')
  console.log(
    `\nFrom saving to the new answer, medians (aims: a tenth of tsx watch, a burst at most 4, a template 10 ms):\n\n${told}`,
  )
  if (options.write) writeFigures('reload', told)
} finally {
  // tsx and its child take a moment to end.
  for (const contender of started) contender.stop()
}

/** Saves the versions one after the other, 15 ms apart, and waits for the last one's answer. */
async function timeSave(
  { url, file, text }: Contender,
  versions: readonly number[],
  byRename: boolean,
): Promise<{ ms: number; lost: number }> {
  for (const version of versions.slice(0, -1)) {
    save(file, text(version), byRename)
    await delay(15)
  }
  const wanted = `version ${versions.at(-1)}`
  save(file, text(versions.at(-1)!), byRename)
  const began = performance.now()
  let lost = 0
  for (;;) {
    const answer = await Promise.race([read(url).catch(() => undefined), delay(30_000, 'nothing')])
    if (answer === wanted) return { ms: performance.now() - began, lost }
    if (answer === undefined) lost += 1
    await delay(5)
  }
}

/** Saves a template and asks for its page without a pause until the page has the change. */
async function timeTemplate({ url, file }: Contender, version: number, byRename: boolean): Promise<number> {
  const page = `<p>template ${version} {{ words }}</p>`
  await read(`${url}/page`)
  save(join(dirname(file), 'templ/index.html'), page, byRename)
  const began = performance.now()
  await askUntil(`${url}/page`, `template ${version} `)
  return performance.now() - began
}

function save(file: string, text: string, byRename: boolean): void {
  if (!byRename) return writeFileSync(file, text)
  writeFileSync(`${file}.tmp`, text)
  renameSync(`${file}.tmp`, file)
}

function read(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, (response) => {
      let body = ''
      response.on('data', (chunk: Buffer) => (body += chunk.toString()))
      response.on('end', () => resolve(body))
    }).on('error', reject)
  })
}

async function startTao(): Promise<Contender> {
  const root = join(folder, 'tao')
  const view = (version: number): string =>
    `import { templ, type Request } from 'tao1'
export function index(): string { return 'version ${version}' }
export function list(): object { return { list: [] } }
export function page(request: Request): unknown { return templ('app0:index', request, { words: 'of tea' }) }\n`
  write(root, {
    'package.json': '{ "name": "bench", "type": "module" }',
    '.env': 'SECRET_KEY=0123456789abcdef0123456789abcdef0123456789abcdef\n',
    'settings.ts': `import { defineSettings } from 'tao1'
export default defineSettings({ database: 'embedded:data', log: { requests: false } })\n`,
    'serve.mjs': `import { serve } from ${JSON.stringify(join(built.folder, 'dist/serve/index.js'))}
process.exit(await serve({ root: ${JSON.stringify(root)}, port: Number(process.argv[2]), reload: true }))`,
  })
  for (const app of APPS) {
    write(root, {
      [`apps/${app}/routes.ts`]: `import { route } from 'tao1'
import * as views from './views.ts'
export default [route('GET', '/${app}', views.index), route('GET', '/${app}/list', views.list), route('GET', '/${app}/page', views.page)]\n`,
      [`apps/${app}/views.ts`]: view(1),
      [`apps/${app}/templ/index.html`]: '<p>{{ words }}</p>',
    })
  }
  mkdirSync(join(root, 'node_modules'))
  symlinkSync(built.folder, join(root, 'node_modules/tao1'))
  const port = await freePort()
  const child = spawn(process.execPath, ['serve.mjs', String(port)], { cwd: root, stdio: 'ignore' })
  const made = await contender(
    'tao serve --reload',
    child,
    `http://127.0.0.1:${port}/app0`,
    join(root, 'apps/app0/views.ts'),
    view,
  )
  get(`http://127.0.0.1:${port}/__tao__/live`, { agent: false }, (response) =>
    response.on('error', () => {}).resume(),
  ).on('error', () => {})
  return made
}

async function startTsx(): Promise<Contender> {
  const root = join(folder, 'tsx')
  const view = (version: number): string =>
    `export const index = (): string => 'version ${version}'\nexport const list = (): object => ({ list: [] })\n`
  write(root, {
    'package.json': '{ "name": "bench", "type": "module", "dependencies": {} }',
    'server.ts': `import Fastify from 'fastify'
import nunjucks from 'nunjucks'
import { MongoClient } from 'mongodb'
import { unsealData } from 'iron-session'
${APPS.map((app) => `import * as ${app} from './apps/${app}/views.ts'`).join('\n')}
const server = Fastify()
export const parts = [nunjucks.configure('.'), new MongoClient('mongodb://127.0.0.1:1/bench'), unsealData]
${APPS.map((app) => `server.get('/${app}', ${app}.index)\nserver.get('/${app}/list', ${app}.list)`).join('\n')}
await server.listen({ host: '127.0.0.1', port: Number(process.argv[2]) })\n`,
  })
  for (const app of APPS) write(root, { [`apps/${app}/views.ts`]: view(1) })
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--silent', 'tsx'], { cwd: root })
  const modules = join(built.folder, 'node_modules')
  for (const name of ['fastify', 'nunjucks', 'mongodb', 'iron-session']) {
    symlinkSync(join(realpathSync(modules), name), join(root, 'node_modules', name))
  }
  const port = await freePort()
  const tsx = join(root, 'node_modules/tsx/dist/cli.mjs')
  const child = spawn(process.execPath, [tsx, 'watch', 'server.ts', String(port)], {
    cwd: root,
    stdio: 'ignore',
  })
  return contender(
    'tsx watch',
    child,
    `http://127.0.0.1:${port}/app0`,
    join(root, 'apps/app0/views.ts'),
    view,
  )
}

async function contender(
  name: string,
  child: ChildProcess,
  url: string,
  file: string,
  text: (version: number) => string,
): Promise<Contender> {
  const deadline = performance.now() + 30_000
  for (let answer = ''; answer !== 'version 1'; answer = await read(url).catch(() => '')) {
    if (performance.now() > deadline) {
      child.kill('SIGTERM')
      throw new Error(`${name} does not answer: ${answer}`)
    }
    await delay(50)
  }
  return { name, url, file, text, stop: () => void child.kill('SIGTERM') }
}

function write(root: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return Math.round(
    (sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.floor(sorted.length / 2)]!) / 2,
  )
}
