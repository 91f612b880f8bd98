import type { Socket } from 'node:net'
import { detachFromServer } from './handed-socket.ts'

/** What a connection is handed to. */
export interface Receiver {
  send(message: { type: 'connection'; id: number }, socket: Socket): void
}

/**
 * The way of connections to another process. A copy of each stays here until the process has said that it has it: one
 * that dies in between takes none along.
 */
export interface Handover {
  /** How many are on their way. */
  readonly underway: number
  give: (socket: Socket) => void
  /** The process has it. */
  taken(id: number): void
  /** @returns those that were given and not taken */
  takeBack(): Socket[]
}

export function createHandover(receiver: Receiver): Handover {
  const sent = new Map<number, Socket>()
  let lastId = 0
  return {
    get underway() {
      return sent.size
    },
    give(socket) {
      const id = ++lastId
      sent.set(id, socket)
      receiver.send({ type: 'connection', id }, detachFromServer(socket))
    },
    taken(id) {
      sent.get(id)?.destroy()
      sent.delete(id)
    },
    takeBack() {
      const sockets = [...sent.values()]
      sent.clear()
      return sockets
    },
  }
}
