// What a build saves at each start: processor time (user and system, all threads), time and memory until `tao serve` listens,
// from sources and from a build, in turn. Twenty apps of TypeScript, as many templates as pages.
import { fork, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const checkout = fileURLToPath(new URL('../..', import.meta.url))
const tao = join(checkout, 'bin/tao.js')
const ROUNDS = 9
const APPS = 20

const folder = mkdtempSync(join(tmpdir(), 'tao-bench-'))
const write = (path: string, text: string): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}

function writeSite(): void {
  write('package.json', '{ "name": "site", "type": "module" }')
  write('.env', 'SECRET_KEY=0123456789abcdef0123456789abcdef0123456789abcdef\n')
  write('settings.ts', "export default { database: 'mongodb://127.0.0.1:9/none', port: 0 }\n")
  write(
    'templ/layout.html',
    '<!doctype html><title>{% block title %}{% endblock %}</title>{% block body %}{% endblock %}',
  )
  for (let i = 0; i < APPS; i++) {
    write(
      `apps/app${i}/routes.ts`,
      `import { route } from 'tao1'\nimport * as views from './views.ts'\nexport default [route('GET', '/app${i}', views.index), route('GET', '/app${i}/{id:int}', views.show)]\n`,
    )
    write(
      `apps/app${i}/views.ts`,
      `import { templ, type Request } from 'tao1'\nimport { find, type Item } from './model.ts'\nexport const index = (request: Request) => templ('app${i}:index', request, { items: find() })\nexport const show = (request: Request<{ id: number }>): Item | undefined => find()[request.params.id]\n`,
    )
    write(
      `apps/app${i}/model.ts`,
      `export interface Item {\n  id: number\n  name: string\n}\nexport function find(): Item[] {\n  return Array.from({ length: 20 }, (_, id) => ({ id, name: \`item \${id}\` }))\n}\n`,
    )
    write(
      `apps/app${i}/templ/index.html`,
      `{% extends "layout" %}{% block title %}App ${i}{% endblock %}{% block body %}{% for item in items %}<a href="{{ url('app${i}:show', { id: item.id }) }}">{{ item.name }}</a>{% endfor %}{% endblock %}`,
    )
  }
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(checkout, join(folder, 'node_modules/tao1'), 'junction')
  write(
    'usage.cjs',
    "process.on('message', () => process.send({ cpu: process.cpuUsage(), memory: process.memoryUsage.rss() }))\nprocess.channel?.unref()\n",
  )
}

interface Start {
  cpu: number
  wall: number
  memory: number
  /** Processor time for the first answer of every app. */
  first: number
}

interface Usage {
  cpu: { user: number; system: number }
  memory: number
}

async function start(words: string[]): Promise<Start> {
  const begun = performance.now()
  const child = fork(tao, ['serve', ...words], {
    cwd: folder,
    execArgv: ['--require', join(folder, 'usage.cjs')],
    stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
  })
  const url = await new Promise<string>((done, fail) => {
    child.stdout!.on('data', (data: Buffer) => {
      const found = /at (http:\S+?)\. Ctrl-C/.exec(String(data))?.[1]
      if (found !== undefined) done(found)
    })
    child.once('exit', () => fail(new Error('It did not start.')))
  })
  const wall = performance.now() - begun
  const ask = (): Promise<Usage> =>
    new Promise((done) => {
      child.once('message', (usage) => done(usage as Usage))
      child.send('usage')
    })
  const used = ({ cpu }: Usage): number => (cpu.user + cpu.system) / 1000
  const usage = await ask()
  for (let i = 0; i < APPS; i++) {
    const answer = await fetch(`${url}/app${i}`)
    if (!(await answer.text()).includes(`/app${i}/19`)) throw new Error('That is another page.')
  }
  const first = used(await ask()) - used(usage)
  child.removeAllListeners('exit')
  const ended = new Promise((done) => child.once('exit', done))
  child.kill('SIGKILL')
  await ended
  return { cpu: used(usage), wall, memory: usage.memory / 2 ** 20, first }
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!

try {
  writeSite()
  const { status, stderr } = spawnSync(process.execPath, [tao, 'build'], { cwd: folder, encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  const contenders = { sources: ['--no-build'], build: [] as string[] }
  const starts: Record<string, Start[]> = { sources: [], build: [] }
  for (let round = 0; round <= ROUNDS; round++)
    for (const [name, words] of Object.entries(contenders)) {
      const measured = await start(words)
      if (round > 0) starts[name]!.push(measured)
    }
  console.log('| | processor time to listening, ms | time, ms | memory, MiB | first page of each app, ms |')
  console.log('|---|---|---|---|---|')
  for (const [name, of] of Object.entries(starts)) {
    const cells = (['cpu', 'wall', 'memory', 'first'] as const).map((key) => {
      const values = of.map((one) => one[key])
      return `${median(values).toFixed(0)} (${Math.min(...values).toFixed(0)}-${Math.max(...values).toFixed(0)})`
    })
    console.log(`| ${name} | ${cells.join(' | ')} |`)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
