import type { Socket } from 'node:net'
import { describeEnding, type Ending } from '../child-process.ts'
import { siteCrashed } from '../errors.ts'
import { stopReading } from '../handed-socket.ts'
import { createFailures } from './failures.ts'
import type { FromWorker, SiteFacts, WorkerOrder } from './messages.ts'
import { packError, unpackError } from './packed-error.ts'
import { createSpread } from './spread.ts'
import type { WorkerLines } from './worker-lines.ts'
import { launchWorker, type Worker } from './worker-process.ts'

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

export function createPrimary(options: PrimaryOptions): Primary {
  const { order, lines } = options
  const spread = createSpread()
  const workers = new Set<Worker>()
  const failures = createFailures()
  let generation = 1
  let renewing: Promise<void> | undefined
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
        for (const other of workers) if (other !== worker) other.process.send(message)
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
    const cap = setTimeout(worker.process.kill, worker.shutdown + cutAfter)
    void worker.process.ended.then(() => clearTimeout(cap))
  }

  /** A worker's process is gone, asked to or not. */
  function lose(worker: Worker, ending: Ending): void {
    workers.delete(worker)
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

  async function renewAll(): Promise<void> {
    const began = performance.now()
    let renewed = 0
    for (;;) {
      const old = [...workers].find((one) => one.state === 'serving' && one.generation < generation)
      if (old === undefined || stopping) break
      old.hasSuccessor = true
      try {
        const { worker } = await launch(old.number)
        release(old)
        lines.say(`${nameOf(worker)} takes the place of pid ${old.process.pid}`)
        renewed += 1
      } catch (error) {
        if (stopping) return
        old.hasSuccessor = false
        lines.broken('The new code does not start, and the workers that are there go on', error as Error)
        // Gone in the meantime, when it seemed to have a successor.
        if (old.state !== 'serving') void fill(old.number)
        return
      }
    }
    const seconds = ((performance.now() - began) / 1000).toFixed(1)
    if (!stopping) lines.say(`Renewed: ${renewed} of ${options.workers} in ${seconds} s`)
  }

  return {
    accept: spread.accept,
    failed: failures.looped,
    async start() {
      const numbers = Array.from({ length: options.workers }, (_, index) => index + 1)
      const started = await Promise.all(numbers.map(launch))
      return started[0]!.site
    },
    async renew() {
      generation += 1
      if (stopping) return
      // One that is under way goes on until all are of this generation.
      renewing ??= renewAll().finally(() => {
        renewing = undefined
      })
      await renewing
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
      spread.end()
      for (const { process } of workers) process.kill()
    },
  }
}

function nameOf({ number, process }: Worker): string {
  return `Worker ${number} (pid ${process.pid})`
}

function later(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref()
  })
}
