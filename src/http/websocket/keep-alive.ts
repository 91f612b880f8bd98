import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'

/**
 * Pings a peer; one from which not a byte has come since the last ping is gone. While the socket is not read from nobody
 * can tell; then a pong that nobody asked for (RFC 6455 section 5.5.3) fails when there is no connection any more. A ping
 * would want an answer, which cannot arrive: clients give up when they owe too many.
 *
 * @param interval seconds; 0 is never
 * @returns ends it
 */
export function keepAlive(raw: WebSocket, socket: Socket, interval: number): () => void {
  if (interval <= 0) return () => {}
  let before = -1
  const timer = setInterval(() => {
    // Bytes, not answers: a peer in the middle of a long message has its answer wait behind it.
    if (socket.bytesRead === before) return raw.terminate()
    if (raw.isPaused) {
      before = -1
      raw.pong()
    } else {
      before = socket.bytesRead
      raw.ping()
    }
  }, interval * 1000)
  timer.unref()
  return () => clearInterval(timer)
}
