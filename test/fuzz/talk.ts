import { connect } from 'node:net'

export interface Heard {
  bytes: Buffer
  /** Whether the server ended the connection, in time. */
  hasEnded: boolean
}

/** Longer than the server's own time limits and the interval it looks at them in. */
const PATIENCE = 10_000

/** Sends pieces over a connection of its own and hears all that comes back. */
export function talk(
  port: number,
  pieces: readonly Buffer[],
  ending: 'wait' | 'half-close' | 'go away',
): Promise<Heard> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
    const chunks: Buffer[] = []
    const finish = (hasEnded: boolean): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve({ bytes: Buffer.concat(chunks), hasEnded })
    }
    const timer = setTimeout(() => finish(false), PATIENCE)
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.once('end', () => finish(true))
    // A reset is an end, too: the server had nothing to say to the rest.
    socket.once('error', () => finish(true))
    socket.once('close', () => finish(true))
    socket.once('connect', () => {
      const send = (i: number): void => {
        if (socket.destroyed) return
        const piece = pieces[i]
        if (piece === undefined) {
          if (ending === 'half-close') socket.end()
          if (ending === 'go away') finish(true)
        } else socket.write(piece, () => setImmediate(send, i + 1))
      }
      send(0)
    })
  })
}
