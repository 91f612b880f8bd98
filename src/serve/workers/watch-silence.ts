import { nameOf, type Worker } from './worker-process.ts'

/** Milliseconds between two looks. */
const lookEvery = 1000

/**
 * Kills workers that have said nothing for too long: a computation without end keeps one from everything, and who waits
 * for it would wait for ever.
 */
export function watchSilence(
  workers: ReadonlySet<Worker>,
  say: (sentence: string) => void,
): { end: () => void } {
  let lookedAt = performance.now()
  const timer = setInterval(() => {
    const now = performance.now()
    const isLate = now - lookedAt > 2 * lookEvery
    lookedAt = now
    // Whatever kept this process from looking kept it from listening, too.
    if (isLate) return
    for (const worker of workers) {
      const limit = worker.site?.timeout ?? 0
      if (worker.state !== 'serving' || limit === 0 || now - worker.heardAt < limit) continue
      say(`${nameOf(worker)} has given no sign of life for ${limit / 1000} s: it is killed`)
      worker.process.kill()
    }
  }, lookEvery).unref()
  return { end: () => clearInterval(timer) }
}
