import { connect } from 'node:net'

const OP_QUERY = 2004
export const ANSWERED = 'answered'

/**
 * Asks the process behind a socket whether it is there. That it can be connected to says little: the kernel does that, also
 * for a process that is stopped.
 *
 * @param patience milliseconds to wait for an answer
 * @returns `ANSWERED`, 'silent', or the system's code of what went wrong
 */
export function askOwner(path: string, patience: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(path)
    const finish = (outcome: string): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(outcome)
    }
    const timer = setTimeout(() => finish('silent'), patience)
    socket.once('connect', () => socket.write(hello()))
    socket.once('data', () => finish(ANSWERED))
    socket.once('error', (error: NodeJS.ErrnoException) => finish(error.code ?? 'failed'))
    socket.once('close', () => finish('closed'))
  })
}

/** The first word of every driver, `{ ismaster: 1 }` as an OP_QUERY: made by hand, as who joins loads no codec. */
function hello(): Buffer {
  const name = Buffer.from('admin.$cmd\0')
  const query = Buffer.from('\x13\0\0\0\x10ismaster\0\x01\0\0\0\0', 'latin1')
  const message = Buffer.alloc(16 + 4 + name.length + 8 + query.length)
  message.writeInt32LE(message.length, 0)
  message.writeInt32LE(OP_QUERY, 12)
  name.copy(message, 20)
  message.writeInt32LE(-1, 20 + name.length + 4)
  query.copy(message, 20 + name.length + 8)
  return message
}
