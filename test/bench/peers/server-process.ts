import { fork, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { atEnd } from '../at-end.ts'
import { processTree } from './process-tree.ts'

/** What a process has used since it started: microseconds of processor, in all its threads, and bytes of memory now. */
export interface Usage {
  cpu: number
  rss: number
}

export interface ServerProcess {
  readonly port: number
  /** Milliseconds from starting the process to listening. */
  readonly startUp: number
  usage(): Promise<Usage>
  /** MiB of all its processes. */
  memory(): Promise<number>
  stop(): Promise<void>
}

const tao = fileURLToPath(new URL('../../../bin/tao.js', import.meta.url))

/** What a site of tao is run with. */
export const ENVIRONMENT: NodeJS.ProcessEnv = {
  ...process.env,
  NODE_ENV: 'production',
  SECRET_KEY: 'measuring needs a key of 32 characters and more',
  DATABASE_URL: 'mongodb://127.0.0.1/bench',
}

/** Makes the build that `startSite` serves where there is one. */
export function buildSite(folder: string): void {
  const { status, stderr } = spawnSync(process.execPath, [tao, 'build'], {
    cwd: folder,
    env: ENVIRONMENT,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(stderr)
}

/** Starts one of `servers/` in a process of its own. */
export function startServer(
  name: string,
  folder: string,
  moreRoutes: number,
  execPath: string = process.execPath,
): Promise<ServerProcess> {
  const start = performance.now()
  const child = fork(
    fileURLToPath(new URL('serve.js', import.meta.url)),
    [name, folder, String(moreRoutes)],
    {
      execArgv: [],
      execPath,
      env: { ...process.env, NODE_ENV: 'production' },
    },
  )
  // AdonisJS tells its parent more than that.
  const told = new Promise<number>((resolve) =>
    child.on('message', (message) => typeof message === 'number' && resolve(message)),
  )
  return running(name, child, start, told)
}

/** Starts `tao serve`, on the build of a site if it was built. */
export function startSite(folder: string, execPath: string = process.execPath): Promise<ServerProcess> {
  const start = performance.now()
  const child = fork(tao, ['serve', '--port', '0'], {
    cwd: folder,
    execPath,
    execArgv: ['--require', fileURLToPath(new URL('usage.cjs', import.meta.url))],
    env: ENVIRONMENT,
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  return running('tao serve', child, start, toldPort(child))
}

/** The port in the URL that a process prints. */
export function toldPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    let said = ''
    child.stdout!.on('data', (data: Buffer) => {
      said += String(data)
      const port = /http:\/\/(?:127\.0\.0\.1|localhost):(\d+)/.exec(said)?.[1]
      if (port !== undefined) resolve(Number(port))
    })
  })
}

async function running(
  name: string,
  child: ChildProcess,
  start: number,
  told: Promise<number>,
): Promise<ServerProcess> {
  const exit = once(child, 'exit')
  const end = atEnd(() => child.kill('SIGKILL'))
  const port = await Promise.race([told, exit.then(() => undefined)])
  if (port === undefined) throw new Error(`${name} did not start`)
  const startUp = performance.now() - start
  const usage = async (): Promise<Usage> => {
    child.send('usage')
    return (await once(child, 'message'))[0] as Usage
  }
  return {
    port,
    startUp,
    usage,
    async memory() {
      const processes = processTree(child.pid!)
      if (processes === undefined) return (await usage()).rss / (1 << 20)
      return processes.reduce((sum, one) => sum + one.memory, 0)
    },
    async stop() {
      end()
      await exit
    },
  }
}
