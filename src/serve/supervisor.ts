import type { Socket } from 'node:net'
import { describeError, reportToText, taoFolder, type ErrorReport } from '../debug/index.ts'
import { createBrokenServer, type BrokenServer } from './broken-server.ts'
import { describeEnding, type Child, type Ending } from './child-process.ts'
import { siteCrashed, siteSlow } from './errors.ts'
import { createHolding } from './holding.ts'
import { stopReading } from './handed-socket.ts'
import type { BuildOrder, FromChild, SiteSummary } from './messages.ts'
import { createNextStart } from './next-start.ts'
import type { Spares } from './spares.ts'
import { packError } from './workers/packed-error.ts'

export interface SupervisorOptions {
  order: Omit<BuildOrder, 'generation'>
  spares: Spares
  editor: string | undefined
  /** Opens the embedded store a site asks for. */
  openDatabase: (url: string) => Promise<void>
  /** Takes a page's connection that waits for news. */
  addPage: (socket: Socket) => void
  /** The newest code answers now. `ms` since its change was seen. */
  onReady: (site: SiteSummary, start: StartInfo) => Promise<void>
  /** The newest code does not start. */
  onBroken: (broken: { title: string; text: string }, start: StartInfo) => Promise<void>
  say: (sentence: string) => void
}

export interface StartInfo {
  generation: number
  files: readonly string[]
  ms: number
}

/** Keeps exactly one code answering: the newest. Everything that comes while that one starts waits for it. */
export interface Supervisor {
  readonly generation: number
  /** A connection that was accepted. */
  accept: (socket: Socket) => void
  /** The code changed: what answers now stops answering, and what is on the disk starts. */
  restart(files: readonly string[]): void
  /** Templates changed: what answers goes on, and writes the names anew. */
  refreshNames(): void
  stop(deadline: number): Promise<void>
  kill(): void
}

/** A code that was told to stop answering says so at once, unless it is kept busy by a long computation. */
const retireWithin = 2000
/** What is under way in the old code when the new one takes over may take this long. */
const drainWithin = 10_000
/** A start that takes longer says so to those who wait. */
const slowAfter = 30_000
/** A code that ends by itself sooner than this would do so again. */
const youngFor = 2000

interface Serving {
  child: Child
  since: number
  retired: Promise<void>
}

export function createSupervisor(options: SupervisorOptions): Supervisor {
  const { spares, order } = options
  const holding = createHolding()
  const children = new Set<Child>()
  let generation = 0
  let changedFiles = new Set<string>()
  let changedAt = performance.now()
  /** As the last site that started has it: a page that says what is broken cannot ask the settings. */
  let live = order.mode === 'development' && order.flags.live !== false
  let starting: Child | undefined
  let serving: Serving | undefined
  let broken: BrokenServer | undefined
  let leaving: Promise<void>[] = []
  let stopping = false
  const next = createNextStart(spares, build)

  function restart(files: readonly string[]): void {
    if (stopping) return
    if (!next.isAwaited && starting === undefined) changedAt = performance.now()
    generation += 1
    for (const file of files) changedFiles.add(file)
    holding.shut()
    retireServing()
    retireBroken()
    discardStarting()
    next.ask()
  }

  function build(child: Child): void {
    const mine = generation
    starting = child
    children.add(child)
    const slow = setTimeout(() => {
      if (child === starting)
        void showBroken(describe(siteSlow(slowAfter / 1000, { hint: slowHint })), mine, titleBroken)
    }, slowAfter)
    child.listen((message, socket) => {
      if (message.type === 'ready' || message.type === 'broken') clearTimeout(slow)
      receive(child, mine, message, socket)
    })
    void child.ended.then((ending) => {
      clearTimeout(slow)
      children.delete(child)
      if (child === starting) void breakDown(describe(siteCrashed(describeEnding(ending))), titleBroken)
      else if (child === serving?.child) replaceDead(ending)
    })
    child.send({ type: 'build', ...order, generation: mine })
  }

  function receive(child: Child, mine: number, message: FromChild, socket: Socket | undefined): void {
    switch (message.type) {
      case 'database':
        options.openDatabase(message.url).then(
          () => child.send({ type: 'database-open', failure: undefined }),
          (error: unknown) => child.send({ type: 'database-open', failure: packError(error) }),
        )
        break
      case 'ready':
        if (child === starting) void takeOver(child, mine, message.site)
        break
      case 'broken':
        if (child === starting) void breakDown(message.report, titleBroken)
        break
      case 'crashed':
        if (child === starting) void breakDown(message.report, titleBroken)
        else if (child === serving?.child) void breakDown(message.report, titleCrashed)
        break
      case 'returned':
      case 'live':
        if (socket === undefined) break
        stopReading(socket)
        if (message.type === 'live') options.addPage(socket)
        else holding.hold(socket)
    }
  }

  async function takeOver(child: Child, mine: number, site: SiteSummary): Promise<void> {
    // Nobody may hear the new code and after it the old one: the old one has to have stopped first.
    await Promise.all(leaving)
    if (child !== starting) return
    await options.onReady(site, infoOf(mine))
    if (child !== starting) return
    starting = undefined
    leaving = []
    changedFiles = new Set()
    live = site.live
    retireBroken()
    serve(child)
    spares.refill()
  }

  function serve(child: Child): void {
    let acknowledge!: () => void
    const retired = new Promise<void>((resolve) => {
      acknowledge = resolve
    })
    const handing = holding.openTo(child)
    child.listen((message) => {
      if (message.type === 'taken') handing.taken(message.id)
      if (message.type === 'retired') acknowledge()
    })
    void child.ended.then(() => {
      acknowledge()
      handing.withdraw()
    })
    serving = { child, since: performance.now(), retired }
  }

  /** The newest code does not start, or has ended with an error. */
  async function breakDown(report: ErrorReport, title: string): Promise<void> {
    const mine = generation
    holding.shut()
    const child = starting ?? serving?.child
    starting = undefined
    serving = undefined
    child?.kill()
    await showBroken(report, mine, title)
    spares.refill()
  }

  async function showBroken(report: ErrorReport, mine: number, title: string): Promise<void> {
    await Promise.all(leaving)
    if (mine !== generation || stopping) return
    await options.onBroken({ title, text: reportToText(report) }, infoOf(mine))
    if (mine !== generation || stopping) return
    changedFiles = new Set()
    retireBroken()
    const { editor, addPage } = options
    broken = createBrokenServer({
      broken: { report, title, generation: mine },
      live,
      editor,
      addPage,
    })
    holding.openHere(broken.answer)
  }

  function retireBroken(): void {
    broken?.retire(holding.hold)
    broken = undefined
  }

  function retireServing(): void {
    if (serving === undefined) return
    const { child, retired } = serving
    serving = undefined
    child.send({ type: 'retire' })
    leaving.push(Promise.race([retired, later(retireWithin)]))
    const cap = setTimeout(() => child.kill(), drainWithin)
    void child.ended.then(() => clearTimeout(cap))
  }

  /** Nothing waits for it and nothing was answered by it: it goes at once, and a new spare is started for it. */
  function discardStarting(): void {
    starting?.kill()
    starting = undefined
  }

  /** The code that answers has ended without an error of its own: `process.exit`, or killed from outside. */
  function replaceDead(ending: Ending): void {
    if (stopping || serving === undefined) return
    const { since } = serving
    const how = describeEnding(ending)
    if (performance.now() - since < youngFor) {
      const hint = 'It starts anew at the next change.'
      void breakDown(describe(siteCrashed(how, { hint })), titleCrashed)
      return
    }
    serving = undefined
    options.say(`The site's process ended ${how}: it is started anew`)
    restart([])
  }

  function infoOf(mine: number): StartInfo {
    return { generation: mine, files: [...changedFiles], ms: performance.now() - changedAt }
  }

  function describe(error: Error): ErrorReport {
    return describeError(error, { root: order.root, tao: taoFolder })
  }

  return {
    get generation() {
      return generation
    },
    accept: holding.hold,
    restart,
    refreshNames: () => serving?.child.send({ type: 'templates' }),
    async stop(deadline) {
      stopping = true
      next.end()
      discardStarting()
      holding.end()
      serving?.child.send({ type: 'stop', deadline })
      const ended = Promise.all([...children].map(({ ended }) => ended))
      await Promise.race([ended, later(deadline)])
    },
    kill() {
      stopping = true
      next.end()
      holding.end()
      for (const child of children) child.kill()
    },
  }
}

const titleBroken = 'The site does not start'
const titleCrashed = 'The site crashed'
const slowHint =
  'Does a module wait at its top level for something that does not come? It goes on; the next change starts it anew.'

function later(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref()
  })
}
