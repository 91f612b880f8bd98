import type { Socket } from 'node:net'
import { detachFromServer } from './handed-socket.ts'

/** The child's way to its parent. */
export interface ChannelToParent<Message> {
  /** @param socket goes along and is the parent's from then on */
  send(message: Message, socket?: Socket): void
  /** Resolves when all is on its way: a process that ended before would take sockets along. */
  sent(): Promise<void>
}

export function openChannelToParent<Message extends object>(): ChannelToParent<Message> {
  const underway = new Set<Promise<void>>()
  return {
    send(message, socket) {
      if (!process.connected) return
      const sending = new Promise<void>((resolve) => {
        process.send?.(message, socket && detachFromServer(socket), {}, () => resolve())
      })
      underway.add(sending)
      void sending.then(() => underway.delete(sending))
    },
    async sent() {
      await Promise.all(underway)
    },
  }
}
