import { createSecretKey } from '../../project/index.ts'
import type { Address } from '../address.ts'
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
  const { root, env, mode, terminal, stop } = options
  const lines = createWorkerLines(terminal, root, () => new Date())
  const stores = createStoreKeeper(root)
  let listener: Listener | undefined
  const primary = createPrimary({
    workers,
    order: { root, mode, flags: { host: options.host, port: options.port }, spareKey: createSecretKey() },
    env,
    openDatabase: async (url) => void (await stores.open(url)),
    lines,
  })

  const renew = (signal: NodeJS.Signals): void => {
    lines.say(`${signal}: the workers are renewed`)
    void primary.renew()
  }
  const renewals = ['SIGHUP', 'SIGUSR2'] as const
  for (const signal of renewals) process.on(signal, renew)
  try {
    const site = await Promise.race([primary.start(), stop.first])
    if (site === undefined) return 0
    listener = await openListener(addressOf(options, site), primary.accept)
    lines.listening(site, listener.url, workers)
    options.onListening?.(listener.url)
    await Promise.race([stop.first, primary.failed])
    lines.say('Ending: what is under way is finished, a second Ctrl-C cuts it.')
    listener.close()
    const ended = primary.stop(site.shutdown).then(() => 0)
    return await Promise.race([ended, stop.second.then(() => 1)])
  } finally {
    for (const signal of renewals) process.off(signal, renew)
    listener?.close()
    primary.kill()
    await stores.close()
  }
}

function addressOf({ path, host, port }: StartedOptions, site: SiteFacts): Address {
  if (path !== undefined) return { path }
  return { host: host ?? site.host, port: port ?? site.port }
}
