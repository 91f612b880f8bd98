import type { Child } from './child-process.ts'

/** Children that have everything imported and wait for an order, so that a start costs what the site itself costs. */
export interface Spares {
  /** How many would take an order at once. */
  readonly waiting: number
  /** The readiest one, as soon as there is one; it is the taker's from then on. */
  take(): Promise<Child>
  /** Starts what is missing, one after the other: they would only slow each other down. */
  refill(): void
  end(): void
}

interface Spare {
  child: Child
  imported: boolean
  warm: boolean
}

/**
 * @param wanted how many to keep
 * @param start starts a child
 */
export function createSpares(wanted: number, start: () => Child): Spares {
  const spares = new Set<Spare>()
  const takers: ((child: Child) => void)[] = []
  let ended = false

  function add(): void {
    const spare: Spare = { child: start(), imported: false, warm: false }
    spares.add(spare)
    const stop = spare.child.listen((message) => {
      if (message.type !== 'spare') return
      spare.imported = true
      spare.warm = message.warm
      const taker = takers.shift()
      if (taker !== undefined) hand(spare, taker)
      else if (spare.warm) refill()
    })
    void spare.child.ended.then(() => {
      stop()
      // One that cannot even import would fail again and again; the next change tries anew.
      if (spares.delete(spare) && spare.imported) refill()
    })
  }

  function hand(spare: Spare, taker: (child: Child) => void): void {
    spares.delete(spare)
    taker(spare.child)
  }

  function refill(): void {
    if (ended) return
    const isBusy = [...spares].some(({ warm }) => !warm)
    if (!isBusy && spares.size < wanted) add()
  }

  return {
    get waiting() {
      return [...spares].filter(({ imported }) => imported).length
    },
    refill,
    take() {
      const best = [...spares]
        .filter(({ imported }) => imported)
        .sort((a, b) => Number(b.warm) - Number(a.warm))[0]
      return new Promise((resolve) => {
        if (best !== undefined) return hand(best, resolve)
        takers.push(resolve)
        if (spares.size < takers.length && !ended) add()
      })
    },
    end() {
      ended = true
      // Not killed: one that warms up has a folder to remove.
      for (const { child } of spares) child.disconnect()
      spares.clear()
    },
  }
}
