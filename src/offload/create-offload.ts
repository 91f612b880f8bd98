import { fileURLToPath } from 'node:url'
import { didYouMean } from '../base/text.ts'
import { shortPath } from '../project/index.ts'
import { noSuchFunction, notCloneable, threadEnded, threadsBusy } from './errors.ts'
import { moduleFile } from './module-file.ts'
import type { Outcome, Task } from './thread.ts'
import { restoreThrown } from './thrown.ts'
import { whyNotCloneable } from './why-not-cloneable.ts'

export interface OffloadOptions {
  /** What paths in messages are relative to. */
  readonly root: string
  /** How many threads there may be. */
  readonly threads: number
  /** How many calls may wait for a thread. */
  readonly queue: number
}

export interface OffloadPool {
  run(module: URL | string, fn: string, args: readonly unknown[], signal?: AbortSignal): Promise<unknown>
  /** Ends every thread; what still runs fails. */
  close(): Promise<void>
}

/** Milliseconds after which a thread that nothing is asked of ends. */
const IDLE = 30_000

const CLONEABLE =
  'Plain objects, lists, texts, numbers, dates, maps, sets and bytes can be; functions and most classes cannot.'

/** The threads of one site. None is there, and nothing is loaded, before the first call. */
export function createOffload({ root, threads, queue }: OffloadOptions): OffloadPool {
  let loading: Promise<Pool> | undefined
  let calls = 0

  const run: OffloadPool['run'] = async (module, fn, args, signal) => {
    const caller = callerOf(run)
    const file = moduleFile(module)
    if (calls >= threads + queue) {
      throw threadsBusy(fn, threads, queue, { hint: 'settings.offload.queue says how many calls may wait.' })
    }
    calls++
    try {
      signal?.throwIfAborted()
      const pool = await (loading ??= load(threads))
      const outcome = await ask(pool, { file, name: fn, args, root }, signal)
      return read(outcome, fn, shortPath(file, root), caller)
    } finally {
      calls--
    }
  }

  return {
    run,
    async close() {
      const pool = await loading
      await pool?.destroy()
    },
  }
}

interface Pool {
  run(task: Task, options: { signal?: AbortSignal }): Promise<unknown>
  destroy(): Promise<void>
}

async function load(threads: number): Promise<Pool> {
  const { Piscina } = await import('piscina')
  const pool = new Piscina({
    filename: fileURLToPath(new URL('./thread.js', import.meta.url)),
    name: 'perform',
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: IDLE,
    // A thread that waits for its next call would hold up what the last one left running: a timer, a connection.
    atomics: 'disabled',
    recordTiming: false,
  })
  // A thread that fails between two calls is replaced at the next; without a listener it would end the process.
  pool.on('error', () => {})
  return pool
}

async function ask(pool: Pool, task: Task, signal: AbortSignal | undefined): Promise<Outcome> {
  try {
    return (await pool.run(task, signal === undefined ? {} : { signal })) as Outcome
  } catch (error) {
    if (signal?.aborted) throw signal.reason
    const why = whyNotCloneable(task.args)
    if (why !== undefined) throw notCloneable('An argument', task.name, why, { hint: CLONEABLE })
    throw threadEnded(task.name, reasonOf(error), { cause: error })
  }
}

function read(outcome: Outcome, name: string, module: string, caller: string): unknown {
  if ('value' in outcome) return outcome.value
  if ('thrown' in outcome) throw restoreThrown(outcome.thrown, caller)
  if ('uncloneable' in outcome) {
    throw notCloneable('The result', name, outcome.uncloneable, { hint: CLONEABLE })
  }
  const { known, found } = outcome
  const reason =
    found === 'undefined' ? 'the module exports no such name' : `it is a ${found} and no function`
  const all = known.length === 0 ? 'It exports no function.' : `It exports ${known.join(', ')}.`
  throw noSuchFunction(name, module, reason, { hint: didYouMean(name, known) ?? all })
}

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  const code = /^worker exited with code: (\d+)$/.exec(message)?.[1]
  if (code !== undefined) return `it exited with code ${code}`
  return message.replace(/\.$/, '')
}

function callerOf(below: (...args: never[]) => unknown): string {
  const holder = { stack: '' }
  Error.captureStackTrace(holder, below)
  return holder.stack
}
