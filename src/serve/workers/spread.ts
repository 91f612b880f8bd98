import type { Socket } from 'node:net'
import { createHandover, type Receiver } from '../handover.ts'

/**
 * Shares the connections among the workers: each goes to the one that has the fewest. Without a worker they wait.
 *
 * Why the primary accepts and hands over, and does not let the workers accept from one listening socket: whichever process
 * is awake first would take what comes, and a proxy's connections stay for hours, so that one worker of two may well have
 * 59 of 64; nobody could hand back a connection of a worker that retires; and with `reusePort` the kernel resets what
 * waits for a worker that ends. node:cluster's round robin hands over as well, but a worker that is killed takes along
 * the connection that is on its way to it, which then hangs. What it costs: for a new connection a good
 * twice the processor time of the listening socket that all share, none for further requests on it.
 */
export interface Spread {
  accept: (socket: Socket) => void
  /** From now on this worker gets its share. */
  add(worker: Receiver): Share
  /** Cuts what waits. */
  end(): void
}

/** What one worker has of the connections. */
export interface Share {
  /** The worker has one more; and so many in all. */
  taken(id: number, open: number): void
  /** The worker has so many. */
  count(open: number): void
  /** It gets no more. */
  leave(): void
  /** It is gone: what was on its way to it goes to others. */
  lost(): void
}

interface Target {
  give: (socket: Socket) => void
  readonly underway: number
  open: number
}

export function createSpread(): Spread {
  const shares = new Set<Target>()
  let waiting: Socket[] = []

  function accept(socket: Socket): void {
    if (socket.destroyed) return
    let best: Target | undefined
    for (const share of shares) {
      // One that is kept busy by a computation takes nothing over: what waits for it already counts first.
      const isBetter =
        best === undefined ||
        share.underway < best.underway ||
        (share.underway === best.underway && share.open < best.open)
      if (isBetter) best = share
    }
    if (best === undefined) {
      waiting.push(socket)
      return
    }
    best.open += 1
    best.give(socket)
  }

  return {
    accept,
    add(worker) {
      const handover = createHandover(worker)
      const share = {
        give: handover.give,
        get underway() {
          return handover.underway
        },
        open: 0,
      }
      shares.add(share)
      const sockets = waiting
      waiting = []
      for (const socket of sockets) accept(socket)
      return {
        taken(id, open) {
          handover.taken(id)
          share.open = open + handover.underway
        },
        count(open) {
          share.open = open + handover.underway
        },
        leave: () => void shares.delete(share),
        lost() {
          for (const socket of handover.takeBack()) accept(socket)
        },
      }
    },
    end() {
      for (const socket of waiting) socket.destroy()
      waiting = []
    },
  }
}
