import { chmod } from 'node:fs/promises'
import { buildSite, type Site } from '../site/index.ts'
import { addressUrl, clearSocketFile, explainListenError } from './address.ts'
import { createConnections } from './connections.ts'
import { openListener, socketMode } from './listener.ts'
import { loadDevelopmentHooks } from './load-development-hooks.ts'
import type { StartedOptions } from './options.ts'
import { nameServed, tendFiles } from './tend-files.ts'
import { tuneCollector } from './tune-collector.ts'

/** One process that builds the site, listens, and ends when told. */
export async function servePlain(options: StartedOptions): Promise<number> {
  const { root, mode, env, terminal, stop, systemd } = options
  tuneCollector()
  const site = await buildSite({
    root,
    mode,
    env,
    flags: { host: options.host, port: options.port, logRequests: options.logRequests },
    development: await loadDevelopmentHooks({ root, mode, editor: env['TAO_EDITOR'], generation: undefined }),
  })
  // A promise that nobody awaits must not end the server.
  const report = (reason: unknown): void =>
    site.log.error({ err: reason }, 'A promise failed and nobody was waiting for it')
  process.on('unhandledRejection', report)
  try {
    const { url, end } = await listen(site, options)
    const served = nameServed({ name: site.settings.name, built: site.project.build !== undefined })
    terminal.line(`Serving ${served} at ${terminal.style('cyan', url)}. Ctrl-C ends it.`)
    options.onListening?.(url)
    systemd.ready()
    site.warm()
    tendFiles(site)
    if (mode === 'development') {
      const { updateTypesFile } = await import('../types-file/index.ts')
      void updateTypesFile(root, site)
    }
    await stop.first
    terminal.line('Ending: what is under way is finished, a second Ctrl-C cuts it.')
    systemd.stopping()
    const closed = site.close({ adopted: end?.() }).then(() => 0)
    return await Promise.race([closed, stop.second.then(() => 1)])
  } finally {
    process.off('unhandledRejection', report)
  }
}

interface Listening {
  url: string
  /** Ends the listening, where it is not the site's own. @returns resolves when the connections are gone */
  end: (() => Promise<void>) | undefined
}

/** On what a service manager listens already, else where the options or the settings say. */
async function listen(site: Site, { path, inherited }: StartedOptions): Promise<Listening> {
  const { host, port } = site.settings
  try {
    if (inherited.length > 0) {
      const connections = createConnections(site.server)
      const listeners = await Promise.all(inherited.map((fd) => openListener({ fd }, connections.adopt)))
      const end = async (): Promise<void> => {
        await Promise.all(listeners.map((listener) => listener.end()))
        await connections.gone()
      }
      return { url: listeners[0]!.url, end }
    }
    const url = path === undefined ? await listenOnPort(site, { host, port }) : await listenOnFile(site, path)
    return { url, end: undefined }
  } catch (error) {
    await site.close({ deadline: 0 })
    throw error
  }
}

async function listenOnPort(site: Site, address: { host: string; port: number }): Promise<string> {
  try {
    const { url } = await site.listen(address)
    return addressUrl({ host: address.host, port: Number(new URL(url).port) || 80 })
  } catch (error) {
    throw explainListenError(error, address)
  }
}

async function listenOnFile(site: Site, path: string): Promise<string> {
  await clearSocketFile(path)
  try {
    const { url } = await site.listen({ path })
    await chmod(path, socketMode)
    return url
  } catch (error) {
    throw explainListenError(error, { path })
  }
}
