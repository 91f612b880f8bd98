import { Server, type Socket } from 'node:net'

/** Milliseconds, should connections come faster than they are taken in. */
const LONGEST = 250

/**
 * Closes a listening socket, and serves who has connected by then. The system resets what still waits to be accepted when
 * the socket is closed, and Node accepts one connection in each turn of its loop, so on a busy server there is always some.
 * Here turns go by until one brings no more. What comes is not answered before: clients that are answered come back, and
 * the queue would never be empty.
 *
 * @returns when nobody listens any more; connections that were accepted live on
 */
export async function stopAccepting(server: Server): Promise<void> {
  if (!server.listening) return
  const held: Socket[] = []
  const listeners = server.rawListeners('connection') as ((socket: Socket) => void)[]
  server.removeAllListeners('connection').on('connection', (socket) => void held.push(socket))
  // Asked at each connection: nothing is read before somebody is there to hear it.
  const stayPaused = Reflect.get(server, 'pauseOnConnect') === true
  Reflect.set(server, 'pauseOnConnect', true)
  const until = performance.now() + LONGEST
  // The rest of this turn, in which connections have come already or come no more.
  await turn()
  let before: number
  do {
    before = held.length
    await turn()
  } while (held.length > before && performance.now() < until)
  // Not `http.Server.close`, which cuts idle connections.
  Server.prototype.close.call(server)
  server.removeAllListeners('connection')
  for (const listener of listeners) server.on('connection', listener)
  for (const socket of held) {
    server.emit('connection', socket)
    if (!stayPaused) socket.resume()
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
