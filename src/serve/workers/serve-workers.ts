import { createSecretKey } from '../../project/index.ts'
import type { Source } from '../address.ts'
import { openListener, type Listener } from '../listener.ts'
import type { StartedOptions } from '../options.ts'
import { createStoreKeeper } from '../store-keeper.ts'
import type { SiteFacts } from './messages.ts'
import { createPrimary } from './primary.ts'
import { createWorkerLines } from './worker-lines.ts'

/**
 * The primary of `serve --workers`: it has the listening socket and the store, starts the workers and hands them the
 * connections, and runs no code of the site.
 */
export async function serveWorkers(options: StartedOptions, workers: number): Promise<number> {
  const { root, env, mode, terminal, stop, systemd, host, port, logRequests } = options
  const lines = createWorkerLines(terminal, root, () => new Date())
  const stores = createStoreKeeper(root)
  const listeners: Listener[] = []
  const primary = createPrimary({
    workers,
    order: { root, mode, flags: { host, port, logRequests }, spareKey: createSecretKey() },
    env,
    openDatabase: async (url) => void (await stores.open(url)),
    lines,
  })

  let isListening = false
  let early: NodeJS.Signals | undefined
  const renew = (signal: NodeJS.Signals): void => {
    if (!isListening) {
      // The workers that start may have read the old code already.
      early = signal
      return
    }
    lines.say(`${signal}: the workers are renewed`)
    systemd.reloading()
    void primary.renew().then(systemd.ready)
  }
  const renewals = ['SIGHUP', 'SIGUSR2'] as const
  for (const signal of renewals) process.on(signal, renew)
  try {
    const site = await Promise.race([primary.start(), stop.first])
    if (site === undefined) return 0
    for (const source of sourcesOf(options, site)) {
      listeners.push(await openListener(source, primary.accept))
    }
    const { url } = listeners[0]!
    lines.listening(site, url, workers)
    options.onListening?.(url)
    systemd.ready()
    isListening = true
    if (early !== undefined) renew(early)
    await Promise.race([stop.first, primary.failed])
    await Promise.all(listeners.map((listener) => listener.end()))
    const ended = primary.stop(site.shutdown).then(() => 0)
    // Whoever reads it finds nobody listening any more.
    lines.say('Ending: what is under way is finished, a second Ctrl-C cuts it.')
    systemd.stopping()
    return await Promise.race([ended, stop.second.then(() => 1)])
  } finally {
    for (const signal of renewals) process.off(signal, renew)
    for (const listener of listeners) listener.close()
    primary.kill()
    await stores.close()
  }
}

/** What a service manager listens on already, else where the options or the settings say. */
function sourcesOf({ inherited, path }: StartedOptions, { host, port }: SiteFacts): Source[] {
  if (inherited.length > 0) return inherited.map((fd) => ({ fd }))
  return [path === undefined ? { host, port } : { path }]
}
