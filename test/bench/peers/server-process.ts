import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

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
  stop(): Promise<void>
}

/** Starts one of `servers/` in a process of its own. */
export async function startServer(name: string, folder: string, moreRoutes: number): Promise<ServerProcess> {
  const start = performance.now()
  const child: ChildProcess = fork(
    fileURLToPath(new URL('serve.js', import.meta.url)),
    [name, folder, String(moreRoutes)],
    { execArgv: [], env: { ...process.env, NODE_ENV: 'production' } },
  )
  const exit = once(child, 'exit')
  const answer = await Promise.race([once(child, 'message'), exit.then(() => undefined)])
  if (answer === undefined) throw new Error(`${name} did not start`)
  return {
    port: answer[0] as number,
    startUp: performance.now() - start,
    async usage() {
      child.send('usage')
      return (await once(child, 'message'))[0] as Usage
    },
    async stop() {
      child.disconnect()
      await exit
    },
  }
}
