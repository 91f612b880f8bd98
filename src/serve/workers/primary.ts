import type { Socket } from 'node:net'
import { count } from '../../base/text.ts'
import { describeEnding, type Ending } from '../child-process.ts'
import { siteCrashed } from '../errors.ts'
import { stopReading } from '../handed-socket.ts'
import { createFailures } from './failures.ts'
import type { FromWorker, SiteFacts, WorkerOrder } from './messages.ts'
import { packError, unpackError } from './packed-error.ts'
import { createSpread } from './spread.ts'
import type { WorkerLines } from './worker-lines.ts'
import { watchSilence } from './watch-silence.ts'
import { launchWorker, nameOf, type Worker } from './worker-process.ts'

export interface PrimaryOptions {
  workers: number
  order: Omit<WorkerOrder, 'number'>
  env: NodeJS.ProcessEnv
  /** Opens the embedded store a site asks for. */
  openDatabase: (url: string) => Promise<void>
  lines: Pick<WorkerLines, 'say' | 'broken'>
}

/** Keeps so many workers answering, and exchanges them one by one. */
export interface Primary {
  /** A connection that was accepted. */
  accept: (socket: Socket) => void
  /**
   * Starts the workers.
   * @returns what the site says of itself, once all of them stand ready
   * @throws what is wrong with the site
   */
  start(): Promise<SiteFacts>
  /** Puts a new worker, with the code that is on the disk, in the place of each, one after the other. */
  renew(): Promise<void>
  /** Rejects when the workers end one after the other, however often they are started. */
  readonly failed: Promise<never>
  stop(deadline: number): Promise<void>
  kill(): void
}

/** What a worker gets beyond its own deadline, before it is killed. */
const cutAfter = 2000
/** Milliseconds until a worn worker is tried to be exchanged anew, when what is to replace it did not start. */
const againAfter = 30_000

export function createPrimary(options: PrimaryOptions): Primary {
  const { order, lines } = options
  const spread = createSpread()
  const workers = new Set<Worker>()
  const failures = createFailures()
  let generation = 1
  let renewing: Promise<boolean> | undefined
  let stopping = false

  /** @throws what is wrong with the site, or with its process */
  async function launch(number: number): Promise<{ worker: Worker; site: SiteFacts }> {
    const { worker, ready } = launchWorker({
      order: { ...order, number },
      env: options.env,
      generation,
      receive,
      ended: lose,
    })
    workers.add(worker)
    const site = await ready
    if (stopping) return { worker, site }
    worker.state = 'serving'
    worker.since = performance.now()
    worker.share = spread.add(worker.process)
    return { worker, site }
  }

  function receive(worker: Worker, message: FromWorker, socket: Socket | undefined): void {
    switch (message.type) {
      case 'database':
        options.openDatabase(message.url).then(
          () => worker.process.send({ type: 'database-open', failure: undefined }),
          (error: unknown) => worker.process.send({ type: 'database-open', failure: packError(error) }),
        )
        break
      case 'taken':
        worker.share?.taken(message.id, message.open)
        break
      case 'open':
        worker.share?.count(message.open)
        break
      case 'returned':
        if (socket === undefined) break
        stopReading(socket)
        spread.accept(socket)
        break
      case 'relay':
        for (const other of workers)
          if (other !== worker) other.process.send({ ...message, from: worker.process.pid })
        break
      case 'worn':
        lines.say(`${nameOf(worker)} ${message.why}: another is started`)
        worker.isWorn = true
        void renewOld()
        break
      case 'failing': {
        const error = unpackError(message.error)
        const servedFor = performance.now() - worker.since
        lines.broken(`${nameOf(worker)} retires after an error that nobody caught`, error)
        release(worker)
        void replace(worker, servedFor, error)
      }
    }
  }

  /** It gets no more connections, hands back what it has, and ends. */
  function release(worker: Worker): void {
    if (worker.state === 'leaving') return
    worker.state = 'leaving'
    worker.share?.leave()
    worker.process.send({ type: 'retire' })
    const cap = setTimeout(worker.process.kill, (worker.site?.shutdown ?? 0) + cutAfter)
    void worker.process.ended.then(() => clearTimeout(cap))
  }

  /** A worker's process is gone, asked to or not. */
  function lose(worker: Worker, ending: Ending): void {
    workers.delete(worker)
    for (const other of workers) other.process.send({ type: 'lost', pid: worker.process.pid })
    worker.share?.leave()
    worker.share?.lost()
    const wasServing = worker.state === 'serving'
    worker.state = 'leaving'
    if (!wasServing || stopping) return
    lines.say(`${nameOf(worker)} ended ${describeEnding(ending)}`)
    void replace(worker, performance.now() - worker.since, siteCrashed(describeEnding(ending)))
  }

  async function replace(worker: Worker, servedFor: number, error: Error): Promise<void> {
    if (worker.hasSuccessor || stopping) return
    worker.hasSuccessor = true
    if ((await failures.pauseAfter(error, servedFor, isAlone())) && !stopping) await fill(worker.number)
  }

  function isAlone(): boolean {
    return ![...workers].some(({ state }) => state === 'serving')
  }

  /** Starts a worker for a place, again and again if need be. */
  async function fill(number: number): Promise<void> {
    let said = ''
    let goesOn = !stopping
    while (goesOn) {
      try {
        const { worker } = await launch(number)
        lines.say(`${nameOf(worker)} takes its place`)
        return
      } catch (error) {
        const { message } = error as Error
        if (message !== said && !stopping) lines.broken(`Worker ${number} does not start`, error as Error)
        said = message
        goesOn = !stopping && (await failures.pauseAfter(error as Error, 0, isAlone())) && !stopping
      }
    }
  }

  /**
   * One renewal at a time: that which is under way goes on until no old worker is left.
   * @returns whether it came to that
   */
  async function renewOld(): Promise<boolean> {
    renewing ??= exchangeOld().finally(() => {
      renewing = undefined
    })
    return renewing
  }

  async function exchangeOld(): Promise<boolean> {
    for (;;) {
      const old = [...workers].find((one) => one.state === 'serving' && isOld(one))
      if (old === undefined || stopping) return !stopping
      old.hasSuccessor = true
      try {
        const { worker } = await launch(old.number)
        release(old)
        lines.say(`${nameOf(worker)} takes the place of pid ${old.process.pid}`)
      } catch (error) {
        old.hasSuccessor = false
        if (stopping) return false
        lines.broken('The new code does not start, and the workers that are there go on', error as Error)
        if (old.isWorn) setTimeout(() => void renewOld(), againAfter).unref()
        // Gone in the meantime, when it seemed to have a successor.
        if (old.state !== 'serving') void fill(old.number)
        return false
      }
    }
  }

  function isOld(worker: Worker): boolean {
    return worker.isWorn || worker.generation < generation
  }

  const silence = watchSilence(workers, lines.say)

  return {
    accept: spread.accept,
    failed: failures.looped,
    async start() {
      const numbers = Array.from({ length: options.workers }, (_, index) => index + 1)
      const started = await Promise.all(numbers.map(launch))
      return started[0]!.site
    },
    async renew() {
      if (stopping) return
      const began = performance.now()
      generation += 1
      const isDone = await renewOld()
      const seconds = ((performance.now() - began) / 1000).toFixed(1)
      if (isDone) lines.say(`Renewed ${count(options.workers, 'worker')} in ${seconds} s`)
    },
    async stop(deadline) {
      stopping = true
      spread.end()
      const all = [...workers]
      for (const { process, state } of all) {
        if (state === 'starting') process.kill()
        else process.send({ type: 'stop', deadline })
      }
      await Promise.race([Promise.all(all.map(({ process }) => process.ended)), later(deadline + cutAfter)])
    },
    kill() {
      stopping = true
      silence.end()
      spread.end()
      for (const { process } of workers) process.kill()
    },
  }
}

function later(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref()
  })
}
