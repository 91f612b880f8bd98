import type { Socket } from 'node:net'
import type { Child } from './child-process.ts'
import { createHandover } from './handover.ts'

/** The connections that no code answers yet. They wait, unread, until there is somebody to hand them to. */
export interface Holding {
  readonly size: number
  hold: (socket: Socket) => void
  /**
   * From now on connections go to a child, those that wait first.
   * @returns for the child's `taken`, and for when it is no longer the one: what it has not taken waits again
   */
  openTo(child: Child): { taken(id: number): void; withdraw(): void }
  /** From now on connections are answered here. */
  openHere(answer: (socket: Socket) => void): void
  /** From now on connections wait. */
  shut(): void
  end(): void
}

export function createHolding(): Holding {
  let waiting: Socket[] = []
  let pass: ((socket: Socket) => void) | undefined

  function open(next: (socket: Socket) => void): void {
    pass = next
    const sockets = waiting
    waiting = []
    for (const socket of sockets) next(socket)
  }

  function hold(socket: Socket): void {
    if (socket.destroyed) return
    if (pass === undefined) waiting.push(socket)
    else pass(socket)
  }

  return {
    get size() {
      return waiting.length
    },
    hold,
    openTo(child) {
      const handover = createHandover(child)
      open(handover.give)
      return {
        taken: handover.taken,
        withdraw() {
          for (const socket of handover.takeBack()) hold(socket)
        },
      }
    },
    openHere: open,
    shut() {
      pass = undefined
    },
    end() {
      pass = undefined
      for (const socket of waiting) socket.destroy()
      waiting = []
    },
  }
}
