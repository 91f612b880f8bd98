import { buildSite, type Site } from '../site/index.ts'
import { addressUrl, clearSocketFile, explainListenError, type Address } from './address.ts'
import { loadDevelopmentHooks } from './load-development-hooks.ts'
import type { StartedOptions } from './options.ts'
import { nameServed, tendFiles } from './tend-files.ts'

/** One process that builds the site, listens, and ends when told. */
export async function servePlain(options: StartedOptions): Promise<number> {
  const { root, mode, env, terminal, stop } = options
  const site = await buildSite({
    root,
    mode,
    env,
    flags: { host: options.host, port: options.port },
    development: await loadDevelopmentHooks({ root, mode, editor: env['TAO_EDITOR'], generation: undefined }),
  })
  // A promise that nobody awaits must not end the server.
  const report = (reason: unknown): void =>
    site.log.error({ err: reason }, 'A promise failed and nobody was waiting for it')
  process.on('unhandledRejection', report)
  try {
    const url = await listen(site, addressOf(options, site))
    const served = nameServed({ name: site.settings.name, built: site.project.build !== undefined })
    terminal.line(`Serving ${served} at ${terminal.style('cyan', url)}. Ctrl-C ends it.`)
    options.onListening?.(url)
    site.warm()
    tendFiles(site)
    if (mode === 'development') {
      const { updateTypesFile } = await import('../types-file/index.ts')
      void updateTypesFile(root, site)
    }
    await stop.first
    terminal.line('Ending: what is under way is finished, a second Ctrl-C cuts it.')
    const closed = site.close({ deadline: site.settings.timeouts.shutdown * 1000 }).then(() => 0)
    return await Promise.race([closed, stop.second.then(() => 1)])
  } finally {
    process.off('unhandledRejection', report)
  }
}

function addressOf({ path }: StartedOptions, { settings }: Site): Address {
  return path === undefined ? { host: settings.host, port: settings.port } : { path }
}

async function listen(site: Site, address: Address): Promise<string> {
  try {
    if ('path' in address) await clearSocketFile(address.path)
    const { url } = await site.listen(address)
    return 'path' in address ? url : addressUrl({ host: address.host, port: Number(new URL(url).port) || 80 })
  } catch (error) {
    await site.close({ deadline: 0 })
    throw explainListenError(error, address)
  }
}
