import { TaoError } from '../../base/errors.ts'
import { workersDie } from '../errors.ts'

/** What is kept of workers that end by themselves: how long to wait for the next start, and when to give up. */
export interface Failures {
  /** Rejects when workers end one after the other and none is left. */
  readonly looped: Promise<never>
  /**
   * Waits as long as it is wise to: not at all after a worker that has served for a while, else longer each time.
   * @param servedFor milliseconds; 0 for one that did not even start
   * @param isAlone whether no other worker answers
   * @returns whether to start another
   */
  pauseAfter(error: Error, servedFor: number, isAlone: boolean): Promise<boolean>
}

/** Milliseconds: one that ends sooner than this would do so again. */
const youngFor = 2000
/** So many ends, one after the other and nobody left that answers, are a loop. */
const loop = 5
/** Milliseconds between the end of a young one and the next start. */
const pauses = { first: 100, most: 30_000 }

export function createFailures(): Failures {
  let count = 0
  let fail!: (error: Error) => void
  const looped = new Promise<never>((_, reject) => {
    fail = reject
  })
  looped.catch(() => {})

  return {
    looped,
    async pauseAfter(error, servedFor, isAlone) {
      if (servedFor >= youngFor) count = 0
      else count += 1
      if (count === 0) return true
      if (isAlone && count >= loop) {
        fail(explain(count, error))
        return false
      }
      await new Promise((resolve) => {
        setTimeout(resolve, Math.min(pauses.most, pauses.first * 2 ** (count - 1)))
      })
      return true
    },
  }
}

/** The error that the last one ended with, where it is and what to do about it. */
function explain(count: number, error: Error): TaoError {
  const { hint, place, details } = error instanceof TaoError ? error : ({} as Partial<TaoError>)
  return workersDie(count, error.message, { hint, place, details, cause: error })
}
