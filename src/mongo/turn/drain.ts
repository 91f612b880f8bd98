import { PAUSE, type Pause } from './pause.ts'
import type { Turn } from './turn.ts'

type Step = 'ended' | 'enough' | 'pause'

/**
 * Reads a source to its end or until `take` answers false, letting others work where it pauses.
 *
 * @returns whether it ended; a promise only if there were pauses, so that short reads stay synchronous
 * @throws what the source throws, and why the turn was killed; the source is closed then
 */
export function drain<T>(
  source: Iterator<T | Pause>,
  turn: Turn,
  take: (item: T) => boolean,
): boolean | Promise<boolean> {
  const step = read(source, take)
  return step === 'pause' ? drainOn(source, turn, take) : step === 'ended'
}

function read<T>(source: Iterator<T | Pause>, take: (item: T) => boolean): Step {
  for (;;) {
    const { done, value } = source.next()
    if (done) return 'ended'
    if (value === PAUSE) return 'pause'
    if (!take(value)) return 'enough'
  }
}

async function drainOn<T>(
  source: Iterator<T | Pause>,
  turn: Turn,
  take: (item: T) => boolean,
): Promise<boolean> {
  const end = turn.leave()
  try {
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve))
      turn.resume()
      const step = read(source, take)
      if (step !== 'pause') return step === 'ended'
    }
  } catch (error) {
    source.return?.()
    throw error
  } finally {
    end()
  }
}

/** Goes on with a value, at once where it is there. */
export function whenDone<T, R>(value: T | Promise<T>, then: (value: T) => R | Promise<R>): R | Promise<R> {
  return value instanceof Promise ? value.then(then) : then(value)
}
