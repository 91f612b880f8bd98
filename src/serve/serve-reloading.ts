import { reloadEvents } from '../base/events.ts'
import { createSecretKey } from '../project/index.ts'
import type { Address } from './address.ts'
import { startChild } from './child-process.ts'
import { strongestKind } from './changes.ts'
import { openListener, type Listener } from './listener.ts'
import { createLiveHub } from './live-hub.ts'
import type { SiteSummary } from './messages.ts'
import type { StartedOptions } from './options.ts'
import { createReloadLines } from './reload-lines.ts'
import { createSources, shownPath, staticUrlEnd } from './sources.ts'
import { createSpares } from './spares.ts'
import { createStoreKeeper } from './store-keeper.ts'
import { createSupervisor, type StartInfo } from './supervisor.ts'
import { watchSources } from './watch.ts'

/** One start is in use, one is for the next change, and one for a change that comes before that is replaced. */
const sparesKept = 2

/** Milliseconds in which an editor's one save, an emptying and a writing, is over. */
const oneSave = 4

/** The parent of `serve --reload`: it has the listening socket, the waiting pages and the store, and runs no code of the site. */
export async function serveReloading(options: StartedOptions): Promise<number> {
  const { root, env, terminal, stop, live } = options
  const lines = createReloadLines(terminal, () => new Date())
  const sources = createSources(root, dataFolderOf(env['DATABASE_URL']))
  const stores = createStoreKeeper(root)
  let listener: Listener | undefined
  let site: SiteSummary | undefined
  let changes = 0
  const unsaid = new Set<string>()
  let refreshing: NodeJS.Timeout | undefined
  let failListening: (error: unknown) => void = () => {}
  const listeningFailed = new Promise<never>((_, reject) => {
    failListening = reject
  })
  listeningFailed.catch(() => {})

  const spares = createSpares(sparesKept, () => startChild(root, options.env))
  const supervisor = createSupervisor({
    order: {
      root,
      mode: options.mode,
      flags: { host: options.host, port: options.port, live },
      spareKey: createSecretKey(),
    },
    spares,
    editor: env['TAO_EDITOR'],
    openDatabase: async (url) => void (await stores.open(url)),
    addPage: (socket) => hub.add(socket),
    async onReady(started, start) {
      await listenAt(addressOf(options, started))
      if (start.files.length > 0) lines.restarted(shown(start.files), start.ms)
      if (site !== undefined) greetApps(site.apps, started.apps)
      site = started
      tellRestart(start)
    },
    async onBroken({ title, text }, start) {
      if (listener === undefined) await listenAt(addressOf(options, undefined))
      lines.broken(title, text, shown(start.files), start.ms)
      tellRestart(start)
    },
    say: lines.say,
  })
  const hub = createLiveHub(() => ({ type: 'state', generation: supervisor.generation, changes }))

  const shown = (files: readonly string[]): string[] => files.map((file) => shownPath(root, file))

  /** The first time, and again when the settings say another address. */
  async function listenAt(address: Address): Promise<void> {
    if (listener !== undefined && isSame(listener.address, address)) return
    const previous = listener
    try {
      listener = await openListener(address, supervisor.accept)
    } catch (error) {
      if (previous === undefined) failListening(error)
      else lines.say(`${(error as Error).message}: still at ${previous.url}`)
      return
    }
    previous?.close()
    lines.listening(listener.url)
    options.onListening?.(listener.url)
  }

  function greetApps(before: SiteSummary['apps'], apps: SiteSummary['apps']): void {
    const url = listener?.url ?? ''
    for (const app of apps) if (!before.some(({ name }) => name === app.name)) lines.app(app, url)
    for (const { name } of before) if (!apps.some((app) => app.name === name)) lines.gone(name)
  }

  function tellRestart({ generation, files, ms }: StartInfo): void {
    hub.publish({ type: 'state', generation, changes })
    if (reloadEvents.hasSubscribers) reloadEvents.publish({ files, what: 'restart', ms })
  }

  function changed(files: string[]): void {
    const code = files.filter((file) => sources.kindOf(file) === 'code')
    if (code.length > 0) supervisor.restart(code)
    else for (const file of files) unsaid.add(file)
    if (unsaid.size > 0) refreshing ??= setTimeout(refreshPages, oneSave)
  }

  function refreshPages(): void {
    refreshing = undefined
    const files = [...unsaid]
    unsaid.clear()
    const kind = strongestKind(files, sources)
    if (kind === undefined || kind === 'code') return
    const began = performance.now()
    changes += 1
    if (kind === 'template') supervisor.refreshNames()
    hub.publish({ type: 'change', what: kind, files: files.map((file) => staticUrlEnd(root, file)), changes })
    const ms = performance.now() - began + oneSave
    const done = kind === 'style' ? 'styles swapped' : 'pages reloaded'
    lines.refreshed(shown(files), hub.size > 0 ? done : 'taken over', ms, site?.live === true)
    if (reloadEvents.hasSubscribers) reloadEvents.publish({ files, what: kind, ms })
  }

  const watching = watchSources({
    root,
    sources,
    poll: options.poll === true,
    changed,
    fellBack: (reason) => lines.say(`Looking for changes four times a second, since ${reason}`),
  })
  supervisor.restart([])

  try {
    await Promise.race([stop.first, listeningFailed])
    const ended = endGently()
    return await Promise.race([ended, stop.second.then(() => 1)])
  } finally {
    clearTimeout(refreshing)
    listener?.close()
    hub.end()
    supervisor.kill()
    await (await watching).close()
    await stores.close()
  }

  async function endGently(): Promise<number> {
    listener?.close()
    hub.end()
    await supervisor.stop(shutdownWithin)
    return 0
  }
}

/** In development nobody waits for the end as long as in production. */
const shutdownWithin = 5000

function addressOf(options: StartedOptions, site: SiteSummary | undefined): Address {
  if (options.path !== undefined) return { path: options.path }
  const { env } = options
  // A PORT that is no number is what the page of the broken site tells; 0 is one.
  const port = Number(env['PORT'] || 8000)
  return {
    host: options.host ?? site?.host ?? env['HOST'] ?? '127.0.0.1',
    port: options.port ?? site?.port ?? (Number.isInteger(port) ? port : 8000),
  }
}

function isSame(bound: Address, wanted: Address): boolean {
  if ('path' in bound) return 'path' in wanted && bound.path === wanted.path
  return 'port' in wanted && bound.host === wanted.host && (wanted.port === 0 || bound.port === wanted.port)
}

/** The store's folder, when the environment says where; settings that name another one put it where nothing is watched. */
function dataFolderOf(url: string | undefined): string | undefined {
  return /^embedded:(.+)$/.exec(url ?? '')?.[1]
}
