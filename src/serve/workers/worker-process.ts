import type { Socket } from 'node:net'
import { describeEnding, startProcess, type ChildProcess, type Ending } from '../child-process.ts'
import { siteCrashed, siteSlow } from '../errors.ts'
import type { FromWorker, SiteFacts, ToWorker, WorkerOrder } from './messages.ts'
import { unpackError } from './packed-error.ts'
import type { Share } from './spread.ts'

/** A worker, seen from the primary. */
export interface Worker {
  readonly number: number
  readonly process: ChildProcess<ToWorker, FromWorker>
  /** Which renewal started it. */
  readonly generation: number
  /** Since when it is in this state. */
  since: number
  state: 'starting' | 'serving' | 'leaving'
  /** Another one starts for its place already. */
  hasSuccessor: boolean
  /** Its connections, once it serves. */
  share: Share | undefined
  /** What its site says, once it serves. */
  site: SiteFacts | undefined
  /** It has done its part. */
  isWorn: boolean
  /** When it last said anything. */
  heardAt: number
}

export interface LaunchOptions {
  order: WorkerOrder
  env: NodeJS.ProcessEnv
  generation: number
  /** Everything but `ready` and `broken`. */
  receive: (worker: Worker, message: FromWorker, socket: Socket | undefined) => void
  ended: (worker: Worker, ending: Ending) => void
}

/** A start that takes longer is none. */
const startWithin = 60_000

/**
 * Starts a worker.
 * @returns it, and what its site says once it stands ready; `ready` rejects with what is wrong with the site
 */
export function launchWorker(options: LaunchOptions): { worker: Worker; ready: Promise<SiteFacts> } {
  const { order } = options
  const process = startProcess<ToWorker, FromWorker>('./workers/worker', order.root, options.env)
  const worker: Worker = {
    number: order.number,
    process,
    generation: options.generation,
    since: performance.now(),
    state: 'starting',
    hasSuccessor: false,
    share: undefined,
    site: undefined,
    isWorn: false,
    heardAt: performance.now(),
  }
  const ready = new Promise<SiteFacts>((resolve, reject) => {
    const giveUp = (error: Error): void => {
      worker.state = 'leaving'
      process.kill()
      reject(error)
    }
    const slow = setTimeout(() => giveUp(siteSlow(startWithin / 1000, { hint: slowHint })), startWithin)
    process.listen((message, socket) => {
      worker.heardAt = performance.now()
      if (message.type === 'broken') return giveUp(unpackError(message.error))
      if (message.type !== 'ready') return options.receive(worker, message, socket)
      clearTimeout(slow)
      worker.site = message.site
      resolve(message.site)
    })
    void process.ended.then((ending) => {
      clearTimeout(slow)
      reject(siteCrashed(describeEnding(ending)))
      options.ended(worker, ending)
    })
    process.send({ type: 'build', ...order })
  })
  return { worker, ready }
}

const slowHint = 'Does a module wait at its top level for something that does not come?'

/** A worker as a line names it. */
export function nameOf({ number, process }: Worker): string {
  return `Worker ${number} (pid ${process.pid})`
}
