import { createTerminal } from '../base/terminal.ts'
import { loadEnv, type Mode } from '../project/index.ts'
import { takeInheritedSockets } from './inherited-sockets.ts'
import { tellSystemd } from './tell-systemd.ts'
import type { ServeOptions } from './options.ts'
import { listenForStop } from './stop-signals.ts'
import { workerCount } from './workers/worker-count.ts'

/**
 * Serves a site until it is told to end: by SIGINT, SIGTERM, SIGHUP (which renews the workers where there are some) or `options.signal`. The first time what is under way
 * is finished, the second time everything is cut.
 * @returns the exit code: 0, or 1 when it was cut
 * @throws TAO_SERVE_PORT_TAKEN and its like when the address cannot be had; without `reload` also whatever is wrong with the site
 */
export async function serve(options: ServeOptions): Promise<number> {
  const given = options.env ?? process.env
  const inherited = takeInheritedSockets(given, process.pid)
  const systemd = tellSystemd(given, (sentence) => terminal.line(sentence))
  const env = loadEnv(options.root, given)
  const mode = options.mode ?? chooseMode(env['NODE_ENV'], options.reload === true)
  const terminal = createTerminal(options.output ?? process.stdout, env)
  const workers = options.reload === true ? undefined : workerCount(options.workers, env)
  const stop = listenForStop(options.signal, workers === undefined ? undefined : ['SIGINT', 'SIGTERM'])
  const started = { ...options, env, mode, terminal, stop, inherited, systemd }
  try {
    if (options.reload === true) {
      const { serveReloading } = await import('./serve-reloading.ts')
      return await serveReloading({ ...started, live: options.live ?? readSwitch(env['TAO_LIVE']) })
    }
    if (workers !== undefined) {
      const { serveWorkers } = await import('./workers/serve-workers.ts')
      return await serveWorkers(started, workers)
    }
    const { servePlain } = await import('./serve-plain.ts')
    return await servePlain(started)
  } finally {
    stop.release()
  }
}

/** Debug pages come with --reload or with NODE_ENV=development, so that nobody serves them by forgetting a variable. */
function chooseMode(nodeEnv: string | undefined, reload: boolean): Mode {
  if (nodeEnv === 'production' || nodeEnv === 'development' || nodeEnv === 'test') return nodeEnv
  return reload ? 'development' : 'production'
}

function readSwitch(variable: string | undefined): boolean | undefined {
  if (variable === undefined || variable === '') return undefined
  return !['0', 'off', 'false', 'no'].includes(variable.toLowerCase())
}
