import { afterAll } from 'vitest'
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PROBE_APP } from './probe-app.ts'

const checkout = fileURLToPath(new URL('../..', import.meta.url)).replace(/[/\\]$/, '')
const bin = join(checkout, 'bin/tao.js')

export type Environment = Readonly<Record<string, string | undefined>>

/** What became of a command. */
export interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

/** A process of `tao serve`. */
export interface Server {
  readonly child: ChildProcess
  readonly port: number
  readonly output: string
  readonly ended: Promise<Ended>
  printed(pattern: RegExp): Promise<RegExpExecArray>
  stop(): Promise<Ended>
}

/** A project as `tao new-project` and `tao new-app` make it, with one app more, whose views do what protections are about. */
export interface FreshSite {
  readonly root: string
  write(files: Readonly<Record<string, string>>): void
  run(words: readonly string[], env?: Environment): Promise<Ended>
  /** `tao serve` in production; `SITE_URL` and `ALLOWED_HOSTS` are those of shop.example unless `env` says otherwise. */
  serve(env?: Environment, words?: readonly string[]): Promise<Server>
  remove(): Promise<void>
}

export async function makeFreshSite({ probe = true }: { probe?: boolean } = {}): Promise<FreshSite> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tao-hard-')))
  const root = join(folder, 'site')
  const servers: Server[] = []
  const site: FreshSite = {
    root,
    write(files) {
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(root, name)), { recursive: true })
        writeFileSync(join(root, name), text)
      }
    },
    run: (words, env = {}) => launch([bin, ...words], root, env).ended,
    async serve(env = {}, words = []) {
      const running = launch([bin, 'serve', '--port', '0', ...words], root, {
        SITE_URL: 'https://shop.example',
        ALLOWED_HOSTS: 'shop.example',
        ...env,
      })
      const [, port] = await running.printed(/Serving .* at http:\/\/[^ :]+:(\d+)/)
      const server: Server = {
        child: running.child,
        port: Number(port),
        get output() {
          return running.output
        },
        ended: running.ended,
        printed: running.printed,
        async stop() {
          running.child.kill('SIGTERM')
          return running.ended
        },
      }
      servers.push(server)
      return server
    },
    async remove() {
      for (const server of servers) {
        if (server.child.exitCode === null && server.child.signalCode === null) server.child.kill('SIGKILL')
        await server.ended
      }
      rmSync(folder, { recursive: true, force: true })
    },
  }
  await made(launch([bin, 'new-project', 'site', '--no-install', '--no-git'], folder, {}).ended)
  mkdirSync(join(root, 'node_modules'), { recursive: true })
  symlinkSync(checkout, join(root, 'node_modules/tao1'), 'junction')
  await made(site.run(['new-app', 'blog']))
  if (probe) site.write(PROBE_APP)
  return site
}

async function made(ending: Promise<Ended>): Promise<void> {
  const { code, stderr } = await ending
  if (code !== 0) throw new Error(stderr)
}

interface Running {
  child: ChildProcess
  readonly output: string
  ended: Promise<Ended>
  printed(pattern: RegExp): Promise<RegExpExecArray>
}

function launch(words: readonly string[], cwd: string, env: Environment): Running {
  const child = spawn(process.execPath, words, {
    cwd,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], NO_COLOR: '1', ...env },
  })
  const said = { stdout: '', stderr: '' }
  const waiting = new Set<() => void>()
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text
      for (const look of waiting) look()
    })
  }
  const ended = new Promise<Ended>((done) => {
    child.once('close', (code, signal) => done({ code, signal, ...said }))
  })
  return {
    child,
    get output() {
      return said.stdout + said.stderr
    },
    ended,
    printed: (pattern) =>
      new Promise((done, fail) => {
        const look = (): void => {
          const found = pattern.exec(said.stdout + said.stderr)
          if (found === null) return
          waiting.delete(look)
          done(found)
        }
        waiting.add(look)
        look()
        void ended.then(() => fail(new Error(`It ended before ${pattern}:\n${said.stdout}${said.stderr}`)))
      }),
  }
}

/** A fresh site that is served for all tests of a file. */
export async function serveFreshSite(): Promise<{ site: FreshSite; server: Server }> {
  const site = await makeFreshSite()
  afterAll(() => site.remove())
  return { site, server: await site.serve() }
}
