import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { BuiltPackage } from './built-package.ts'

/** A site in a folder of its own. */
export interface TestSite {
  folder: string
  write(files: Readonly<Record<string, string>>): void
  remove(): void
}

const base: Readonly<Record<string, string>> = {
  'package.json': '{ "name": "trial", "type": "module" }',
  '.env': 'SECRET_KEY=0123456789abcdef0123456789abcdef0123456789abcdef\n',
  'settings.ts': `import { defineSettings } from 'tao1'
export default defineSettings({ database: 'mongodb://127.0.0.1:1/trial', port: 0, log: { requests: false } })
`,
  'routes.ts': `import { route } from 'tao1'
import * as views from './views.ts'
export default [route('GET', '/', views.index)]
`,
  'views.ts': viewsOf('1'),
}

/** Views of a site that answers a version. */
export function viewsOf(version: string | number): string {
  return `export function index(): string { return 'version ${version}' }\n`
}

/** Makes a site on the package; `files` are written over the plain one. */
export function makeSite(built: BuiltPackage, files: Readonly<Record<string, string>> = {}): TestSite {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tao-site-')))
  const site: TestSite = {
    folder,
    write(changed) {
      for (const [name, text] of Object.entries(changed)) {
        mkdirSync(dirname(join(folder, name)), { recursive: true })
        writeFileSync(join(folder, name), text)
      }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
  site.write({ ...base, ...files })
  mkdirSync(join(folder, 'node_modules'), { recursive: true })
  symlinkSync(built.folder, join(folder, 'node_modules/tao1'))
  return site
}

/** A server in a process of its own. */
export interface Serving {
  readonly process: ChildProcess
  /** Everything printed so far. */
  readonly output: string
  readonly url: string
  /** Resolves when what was printed after `from` (default: all of it) matches. */
  waitFor: (pattern: RegExp, from?: number) => Promise<RegExpMatchArray>
  readonly ended: Promise<{ code: number | null; signal: string | null }>
  stop(): Promise<void>
}

/** Starts `serve` and waits until it listens. */
export async function startServing(
  built: BuiltPackage,
  site: TestSite,
  options: {
    reload?: boolean
    workers?: string
    poll?: boolean
    path?: string
    live?: boolean
    env?: Record<string, string>
    awaited?: RegExp
    /** A program that starts it, with its words. */
    through?: readonly string[]
  } = {},
): Promise<Serving> {
  const { env, through = [], awaited = /Serving .*?(http:\S+?|\/\S+?)[.,]? /, ...given } = options
  const script = `import { serve } from ${JSON.stringify(join(built.folder, 'dist/serve/index.js'))}
try { process.exit(await serve(${JSON.stringify({ root: site.folder, reload: given.workers === undefined, ...given })})) }
catch (error) { console.error(error.code, error.message, error.hint ?? ''); process.exit(1) }`
  const [program, ...words] = [...through, process.execPath, '--input-type=module', '-e', script]
  const child = spawn(program, words, {
    cwd: site.folder,
    env: { PATH: process.env['PATH'], NO_COLOR: '1', ...env },
  })
  let output = ''
  const waiters = new Set<() => void>()
  const hear = (data: Buffer): void => {
    output += data.toString()
    for (const wake of waiters) wake()
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  let isOver = false
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once('exit', (code, signal) => {
      isOver = true
      for (const wake of waiters) wake()
      resolve({ code, signal })
    })
  })
  const waitFor = (pattern: RegExp, from = 0): Promise<RegExpMatchArray> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const match = output.slice(from).match(pattern)
        if (match === null && !isOver) return
        waiters.delete(look)
        if (match === null) reject(new Error(`ended before ${pattern}:\n${output}`))
        else resolve(match)
      }
      waiters.add(look)
      look()
    })
  const [, url = ''] = await waitFor(awaited)
  return {
    process: child,
    get output() {
      return output
    },
    url,
    waitFor,
    ended,
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}
