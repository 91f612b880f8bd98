/** How many failures one after the other open it. */
const FAILURES = 5

/** Milliseconds until it lets one request through again. */
const PAUSE = 5000

/**
 * Keeps requests from a server that answers none: each would only wait its time, and hold memory meanwhile. After some
 * failures in a row none is let through for a while, then one; what becomes of that decides.
 */
export interface Breaker {
  /** @returns seconds to wait, or nothing when the request may go */
  ask(): number | undefined
  succeeded(): void
  failed(): void
}

/** @param onChange hears when it opens and closes */
export function createBreaker(onChange: (open: boolean) => void): Breaker {
  let failures = 0
  let openUntil: number | undefined
  return {
    ask() {
      if (openUntil === undefined) return undefined
      const left = openUntil - performance.now()
      if (left > 0) return Math.ceil(left / 1000)
      // The one that goes now is the trial; those that come before its end wait once more.
      openUntil = performance.now() + PAUSE
      return undefined
    },
    succeeded() {
      failures = 0
      if (openUntil === undefined) return
      openUntil = undefined
      onChange(false)
    },
    failed() {
      failures++
      if (failures < FAILURES) return
      const wasOpen = openUntil !== undefined
      openUntil = performance.now() + PAUSE
      if (!wasOpen) onChange(true)
    },
  }
}
