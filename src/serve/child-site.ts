import type { Server } from 'node:http'
import { Socket } from 'node:net'
import { describeError, taoFolder } from '../debug/index.ts'
import {
  describeProject,
  loadEnv,
  loadSettings,
  registerTypeScript,
  type Settings,
} from '../project/index.ts'
import { buildSite, mendStaticLinks, type Site } from '../site/index.ts'
import { updateTypesFile } from '../types-file/index.ts'
import { answerLiveScript } from './answer-live.ts'
import { openChannelToParent, type ChannelToParent } from './channel-to-parent.ts'
import { createConnections, type Connections } from './connections.ts'
import { developmentHooks } from './development-hooks.ts'
import { livePathOf } from './live-paths.ts'
import type { BuildOrder, FromChild, SiteSummary, ToChild } from './messages.ts'
import { warmUp } from './warm-up.ts'
import { unpackError, type PackedError } from './workers/packed-error.ts'

interface Running {
  site: Site
  connections: Connections
}

/** A child's life: import, warm up, wait; build the site when told; answer what connections come; hand back and end. */
export async function createChild(): Promise<void> {
  const channel = openChannelToParent<FromChild>()
  let order: BuildOrder | undefined
  let running: Running | undefined
  let databaseIsOpen: (failure: PackedError | undefined) => void = () => {}
  const databaseOpen = new Promise<PackedError | undefined>((resolve) => {
    databaseIsOpen = resolve
  })

  process.on('message', (message: ToChild, handle: unknown) => {
    switch (message.type) {
      case 'build':
        order = message
        void start(message, databaseOpen, channel).then((started) => {
          running = started
        })
        break
      case 'database-open':
        databaseIsOpen(message.failure)
        break
      case 'connection':
        if (handle instanceof Socket) running?.connections.adopt(handle)
        channel.send({ type: 'taken', id: message.id })
        break
      case 'templates':
        if (running !== undefined) writeNames(running.site)
        break
      case 'retire':
        void retire(running, channel)
        break
      case 'stop':
        void stop(running, message.deadline)
    }
  })
  process.once('disconnect', () => void stop(running, 1000))
  process.on('uncaughtException', (thrown) => void crash(thrown, order?.root, channel))
  process.on('unhandledRejection', (reason) => report(reason, running?.site))

  await registerTypeScript()
  channel.send({ type: 'spare', warm: false })
  await warmUp(() => order === undefined)
  if (order === undefined) channel.send({ type: 'spare', warm: true })
}

async function start(
  order: BuildOrder,
  databaseOpen: Promise<PackedError | undefined>,
  channel: ChannelToParent<FromChild>,
): Promise<Running | undefined> {
  try {
    const env = loadEnv(order.root)
    const settings = await loadSettings(describeProject(order.root), { env, ...order })
    channel.send({ type: 'database', url: settings.database })
    // The parent opens an embedded store before the site does, and so owns it: whoever opens it later joins.
    const failure = await databaseOpen
    if (failure !== undefined) throw unpackError(failure)
    const live = isLive(settings)
    const site = await buildSite({
      root: order.root,
      mode: order.mode,
      // Changes are made to the sources.
      useBuild: false,
      flags: order.flags,
      spareKey: order.spareKey,
      development:
        order.mode === 'development'
          ? await developmentHooks({
              root: order.root,
              editor: env['TAO_EDITOR'],
              generation: live ? order.generation : undefined,
            })
          : undefined,
    })
    const server = site.server
    if (live) {
      answerLivePaths(server, (socket) => {
        running.connections.release(socket)
        socket.pause()
        channel.send({ type: 'live' }, socket)
      })
    }
    const running: Running = { site, connections: createConnections(server) }
    channel.send({ type: 'ready', site: summarize(site) })
    mendStaticLinks(site)
    writeNames(site)
    return running
  } catch (error) {
    channel.send({ type: 'broken', report: describeError(error, { root: order.root, tao: taoFolder }) })
    return undefined
  }
}

/** For the editor, which can wait: requests come first. */
function writeNames(site: Site): void {
  if (site.settings.mode !== 'development') return
  setTimeout(() => void updateTypesFile(site.project.root, site), namesAfter).unref()
}

/** Milliseconds in which the requests that waited for a start are answered. */
const namesAfter = 50

function isLive({ live, mode }: Settings): boolean {
  return live && mode === 'development'
}

function summarize({ settings, apps, routes }: Site): SiteSummary {
  const { name, host, port } = settings
  return {
    name,
    host,
    port,
    live: isLive(settings),
    apps: apps.map((app) => ({
      name: app.name,
      path: routes.entries.find(
        (entry) => entry.app === app.name && entry.methods.includes('GET') && !entry.path.includes('{'),
      )?.path,
    })),
  }
}

/**
 * Before the site sees a request: the live browser's two paths. The waiting page's connection goes to the parent, in the
 * next tick: a parser that is freed while it still reads its request stays in the server's list of connections, without a
 * socket, and `closeIdleConnections` throws at it.
 */
function answerLivePaths(server: Server, giveAway: (socket: Socket) => void): void {
  const listeners = server.listeners('request')
  server.removeAllListeners('request')
  server.on('request', (request, response) => {
    const path = livePathOf(request)
    if (path === 'script') return answerLiveScript(response)
    if (path === 'events') return process.nextTick(giveAway, request.socket)
    for (const listener of listeners) listener.call(server, request, response)
  })
}

async function retire(running: Running | undefined, channel: ChannelToParent<FromChild>): Promise<void> {
  if (running === undefined) process.exit(0)
  const { whenIdle, handBack } = running.connections.retire((socket) =>
    channel.send({ type: 'returned' }, socket),
  )
  channel.send({ type: 'retired' })
  handBack()
  await whenIdle
  // Closing the site closes what is idle, and that is what waits to be sent.
  await channel.sent()
  await running.site.close({ code: 1012 })
  process.exit(0)
}

async function stop(running: Running | undefined, deadline: number): Promise<void> {
  setTimeout(() => process.exit(0), deadline).unref()
  await running?.connections.end()
  await running?.site.close({ deadline })
  process.exit(0)
}

/** A promise that nobody awaits must not end the site: it is said, and the site goes on. */
function report(reason: unknown, site: Site | undefined): void {
  if (site === undefined) process.stderr.write(`${String(reason)}\n`)
  else site.log.error({ err: reason }, 'A promise failed and nobody was waiting for it')
}

async function crash(
  thrown: unknown,
  root: string | undefined,
  channel: ChannelToParent<FromChild>,
): Promise<void> {
  const report = describeError(thrown, { root: root ?? process.cwd(), tao: taoFolder })
  channel.send({ type: 'crashed', report })
  await channel.sent()
  process.exit(1)
}
