import { Socket } from 'node:net'
import { chooseProject, loadEnv, loadSettings } from '../../project/index.ts'
import { buildSite, type Site } from '../../site/index.ts'
import { openChannelToParent, type ChannelToParent } from '../channel-to-parent.ts'
import { createConnections, type Connections } from '../connections.ts'
import { loadDevelopmentHooks } from '../load-development-hooks.ts'
import { tendFiles } from '../tend-files.ts'
import type { FromWorker, SiteFacts, ToWorker, WorkerOrder } from './messages.ts'
import { packError, unpackError, type PackedError } from './packed-error.ts'
import { watchWear } from './watch-wear.ts'
import { createWorkerRelay, type WorkerRelay } from './worker-relay.ts'

interface Running {
  site: Site
  connections: Connections
}

/** What a start needs beside its order. */
interface Surroundings {
  channel: ChannelToParent<FromWorker>
  relay: WorkerRelay
  databaseOpen: Promise<PackedError | undefined>
}

/** Milliseconds beyond its deadline in which a worker without a primary has to end. */
const graceAfter = 2000

/** A worker's life: build the site when told, answer what connections come, hand them back and end. */
export function createWorker(): void {
  const channel = openChannelToParent<FromWorker>()
  const relay = createWorkerRelay((topic, message) => channel.send({ type: 'relay', topic, message }))
  let running: Running | undefined
  let databaseIsOpen: (failure: PackedError | undefined) => void = () => {}
  const databaseOpen = new Promise<PackedError | undefined>((resolve) => {
    databaseIsOpen = resolve
  })
  let isFailing = false
  let isLeaving = false
  let stopNow: (deadline: number) => void = () => {}
  const stopped = new Promise<number>((resolve) => {
    stopNow = resolve
  })

  process.on('message', (message: ToWorker, handle: unknown) => {
    switch (message.type) {
      case 'build':
        void start(message, { channel, relay, databaseOpen }).then((started) => {
          running = started
        })
        break
      case 'database-open':
        databaseIsOpen(message.failure)
        break
      case 'connection':
        if (handle instanceof Socket) running?.connections.adopt(handle)
        channel.send({ type: 'taken', id: message.id, open: running?.connections.size ?? 0 })
        break
      case 'relay':
        relay.hear(message.topic, message.message, message.from)
        break
      case 'lost':
        relay.lose(message.pid)
        break
      case 'retire':
        void leave((current) => retire(current, channel, stopped))
        break
      case 'stop':
        stopNow(message.deadline)
        void leave((current) => close(current, message.deadline))
    }
  })
  // The primary is gone, killed perhaps: nobody hands over connections any more, and nobody else would end this one.
  process.once('disconnect', () => {
    running?.site.log.warn('The primary is gone: this worker ends')
    // Whatever it waits for by then, be it the primary: nobody is left to kill it.
    const within = (running?.site.settings.timeouts.shutdown ?? 0) * 1000 + graceAfter
    setTimeout(() => process.exit(1), within)
    void leave((current) => close(current))
  })
  process.on('uncaughtException', (thrown) => {
    if (running === undefined) return void giveUp(thrown)
    running.site.log.fatal({ err: thrown }, 'An error that nobody caught: this worker retires')
    if (!isFailing) channel.send({ type: 'failing', error: packError(thrown) })
    isFailing = true
  })
  process.on('unhandledRejection', (reason) => {
    // A promise that nobody awaits must not end the site: it is said, and the site goes on.
    if (running === undefined) return void giveUp(reason)
    running.site.log.error({ err: reason }, 'A promise failed and nobody was waiting for it')
  })

  /** The first way to leave is the only one. */
  async function leave(way: (current: Running) => Promise<void>): Promise<void> {
    if (isLeaving) return
    isLeaving = true
    try {
      if (running !== undefined) await way(running)
    } catch (error) {
      running?.site.log.error({ err: error }, 'This worker could not end as it should')
      isFailing = true
    }
    process.exit(isFailing ? 1 : 0)
  }

  async function giveUp(thrown: unknown): Promise<void> {
    channel.send({ type: 'broken', error: packError(thrown) })
    await channel.sent()
    process.exit(1)
  }
}

async function start(
  order: WorkerOrder,
  { channel, relay, databaseOpen }: Surroundings,
): Promise<Running | undefined> {
  const { root, mode, flags, number, spareKey } = order
  try {
    const env = loadEnv(root)
    const settings = await loadSettings(await chooseProject(root, { env, mode }), { env, ...order })
    channel.send({ type: 'database', url: settings.database })
    // The primary opens an embedded store before the site does, and so owns it: whoever opens it later joins.
    const failure = await databaseOpen
    if (failure !== undefined) throw unpackError(failure)
    const site = await buildSite({
      root,
      mode,
      flags,
      spareKey,
      relay,
      logFields: { worker: number, pid: process.pid },
      development: await loadDevelopmentHooks({
        root,
        mode,
        editor: env['TAO_EDITOR'],
        generation: undefined,
      }),
    })
    const connections = createConnections(site.server)
    reportOpen(site, connections, channel)
    watchWear(site, (why) => channel.send({ type: 'worn', why }))
    channel.send({ type: 'ready', site: factsOf(site) })
    site.warm()
    if (number === 1) tendFiles(site)
    return { site, connections }
  } catch (error) {
    channel.send({ type: 'broken', error: packError(error) })
    return undefined
  }
}

function factsOf({ project, settings }: Site): SiteFacts {
  const { name, host, port, timeouts, workers } = settings
  return {
    name,
    built: project.build !== undefined,
    host,
    port,
    shutdown: timeouts.shutdown * 1000,
    timeout: workers.timeout * 1000,
  }
}

/** Milliseconds in which what was closed is told once, and between two signs of life. */
const reportAfter = 200
const lifeEvery = 1000

/** Tells the primary how many connections are left; those that came are told with each that is taken. */
function reportOpen({ server }: Site, connections: Connections, channel: ChannelToParent<FromWorker>): void {
  let timer: NodeJS.Timeout | undefined
  const report = (): void => {
    timer = undefined
    channel.send({ type: 'open', open: connections.size })
  }
  setInterval(report, lifeEvery).unref()
  server.on('connection', (socket: Socket) => {
    socket.once('close', () => {
      timer ??= setTimeout(report, reportAfter).unref()
    })
  })
}

function close({ site, connections }: Running, deadline?: number): Promise<void> {
  return site.close({ deadline, adopted: connections.gone() })
}

/**
 * Hands back every connection as soon as it is between two requests: another worker answers what comes next on it, and no
 * client sees it closed.
 * @param stopped resolves with the deadline when the server ends meanwhile, and no other worker is left for them
 */
async function retire(
  { site, connections }: Running,
  channel: ChannelToParent<FromWorker>,
  stopped: Promise<number>,
): Promise<void> {
  const { whenIdle, handBack } = connections.retire((socket) => channel.send({ type: 'returned' }, socket))
  handBack()
  const deadline = await Promise.race([whenIdle, later(site.settings.timeouts.shutdown * 1000), stopped])
  if (deadline !== undefined) {
    connections.stay()
    return close({ site, connections }, deadline)
  }
  // Closing the site closes what is idle, and that is what waits to be sent.
  await channel.sent()
  await site.close({ code: 1012 })
}

function later(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref()
  })
}
