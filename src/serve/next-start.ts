import type { Child } from './child-process.ts'
import type { Spares } from './spares.ts'

/** Several files are saved in one go, or one in several steps: as long as changes come, nothing is started. */
const quiet = 4
/** In a burst of saves each start would be in vain but the last, and would cost a spare. */
const quietInBurst = 30
/** Two changes within this time are a burst. */
const burstWithin = 400

/** Decides when after a change the site is started, and finds the child for it. */
export interface NextStart {
  /** A start was asked for and has not begun. */
  readonly isAwaited: boolean
  /** The code changed: what is on the disk is to be started as soon as no further change comes. */
  ask(): void
  /** Ends what waits for an order. */
  end(): void
}

/** @param begin is given the child that is to build the site; it is the receiver's from then on */
export function createNextStart(spares: Spares, begin: (child: Child) => void): NextStart {
  let lastAskedAt = Number.NEGATIVE_INFINITY
  let timer: NodeJS.Timeout | undefined
  let taking = false
  /** A spare that came while further changes were awaited. */
  let inHand: Child | undefined
  let ended = false

  async function start(): Promise<void> {
    timer = undefined
    // Whoever waits for a spare already starts what is newest when it comes.
    if (taking) return
    taking = true
    const child = inHand ?? (await spares.take())
    taking = false
    inHand = child
    if (timer !== undefined) return
    inHand = undefined
    if (ended) child.disconnect()
    else begin(child)
  }

  return {
    get isAwaited() {
      return timer !== undefined || taking
    },
    ask() {
      const now = performance.now()
      const isBurst = now - lastAskedAt < burstWithin && spares.waiting < 2
      lastAskedAt = now
      clearTimeout(timer)
      timer = setTimeout(() => void start(), isBurst ? quietInBurst : quiet)
    },
    end() {
      ended = true
      clearTimeout(timer)
      timer = undefined
      spares.end()
      inHand?.disconnect()
    },
  }
}
