import type { Socket } from 'node:net'

interface Handle {
  reading: boolean
  readStop(): void
}

/**
 * Stops reading from a socket that came from another process, before a byte of it is read: what is read here would be
 * missing there. Node begins to read as it makes such a socket, and offers no `pauseOnConnect` for it, which does the same.
 */
export function stopReading(socket: Socket): void {
  socket.pause()
  const handle = Reflect.get(socket, '_handle') as Handle | null
  if (handle === null) return
  handle.reading = false
  handle.readStop()
}

/**
 * Makes a socket ready to be sent to another process. Node would otherwise count it in its server's books, with every
 * child in them, and wait for all of those as the server closes.
 */
export function detachFromServer(socket: Socket): Socket {
  Reflect.set(socket, 'server', null)
  return socket
}
