import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** Close frames: 1001 "going away", 1012 "service restart". Source: RFC 6455 section 5.5.1 and IANA's close code registry. */
const goodbye = { end: Buffer.from([0x88, 0x02, 0x03, 0xe9]), restart: Buffer.from([0x88, 0x02, 0x03, 0xf4]) }

/** The connections of an HTTP server that does not listen itself but is given them one by one. */
export interface Connections {
  /** How many there are. */
  readonly size: number
  adopt: (socket: Socket) => void
  /** Takes a connection out that something else answers from now on. */
  release(socket: Socket): void
  /**
   * Nothing is read any more from connections that are between two requests; they are handed to `giveBack`, at once or
   * when the answer that is under way is out, so that other code answers what comes next on them. Websockets are closed
   * with 1012, event streams ended.
   * @returns `whenIdle` resolves when the last answer is out
   */
  retire(giveBack: (socket: Socket) => void): { whenIdle: Promise<void>; handBack: () => void }
  /** After `retire`: what has not been given back stays, since nobody else is there to answer on it any more. */
  stay(): void
  /** Resolves when there are none. */
  gone(): Promise<void>
  /** Closes connections between two requests, and the others after their answer; websockets with 1001. */
  end(): Promise<void>
}

interface Exchange {
  request: IncomingMessage
  response: ServerResponse
}

interface Connection {
  exchanges: Set<Exchange>
  upgraded: boolean
}

export function createConnections(server: Server): Connections {
  // Node keeps the list that idleSockets asks for, and checks header and request timeouts, from this event on.
  if (!server.listening) server.emit('listening')
  const open = new Map<Socket, Connection>()
  /** All that have a parser here, those on their way elsewhere among them. */
  const parsed = new Set<Socket>()
  let giveBack: ((socket: Socket) => void) | undefined
  const waiting = new Set<() => void>()

  function forget(socket: Socket): void {
    open.delete(socket)
    if (open.size === 0) for (const resolve of waiting) resolve()
  }

  server.prependListener('request', (request, response) => {
    const { socket } = request
    const connection = open.get(socket)
    if (connection === undefined) return
    const exchange = { request, response }
    connection.exchanges.add(exchange)
    if (giveBack !== undefined) pauseAfter(request)
    response.once('close', () => {
      connection.exchanges.delete(exchange)
      if (giveBack !== undefined && connection.exchanges.size === 0 && open.has(socket)) leave(socket)
    })
  })
  server.prependListener('upgrade', (request: IncomingMessage) => {
    const connection = open.get(request.socket)
    if (connection !== undefined) connection.upgraded = true
  })

  /** After the last answer on a connection; where half of a further request came in already, that one is answered first. */
  function leave(socket: Socket): void {
    if (socket.destroyed || socket.writableEnded) return
    socket.pause()
    if (socket.writableLength > 0) {
      socket.once('drain', () => leave(socket))
      return
    }
    if (!idleSockets(server, parsed).has(socket)) {
      socket.resume()
      return
    }
    forget(socket)
    giveBack?.(socket)
  }

  function gone(): Promise<void> {
    return new Promise((resolve) => {
      waiting.add(resolve)
      if (open.size === 0) resolve()
    })
  }

  return {
    gone,
    get size() {
      return open.size
    },
    adopt(socket) {
      open.set(socket, { exchanges: new Set(), upgraded: false })
      if (!parsed.has(socket)) {
        socket.once('close', () => {
          parsed.delete(socket)
          forget(socket)
        })
      }
      socket.setNoDelay(true)
      // One that was handed back and has found nobody else yet still has its parser here.
      if (!parsed.has(socket)) server.emit('connection', socket)
      parsed.add(socket)
      socket.resume()
    },
    release: forget,
    retire(give) {
      giveBack = give
      const idle = [...idleSockets(server, parsed)].filter((socket) => open.has(socket))
      for (const socket of idle) socket.pause()
      for (const [socket, { exchanges, upgraded }] of open) {
        if (upgraded) closeWebSocket(socket, 'restart')
        for (const { request, response } of exchanges) {
          pauseAfter(request)
          endEventStream(response)
        }
      }
      return {
        whenIdle: gone(),
        handBack() {
          for (const socket of idle) {
            forget(socket)
            give(socket)
          }
        },
      }
    },
    stay() {
      giveBack = undefined
      // What was not to be read here any more.
      for (const socket of open.keys()) socket.resume()
    },
    async end() {
      const closed = gone()
      for (const socket of idleSockets(server, parsed)) if (open.has(socket)) socket.end()
      for (const [socket, { exchanges, upgraded }] of open) {
        if (upgraded) closeWebSocket(socket, 'end')
        for (const { response } of exchanges) {
          endEventStream(response)
          response.once('close', () => socket.end())
        }
      }
      await closed
    },
  }
}

/**
 * The connections that are between two requests. Only the parser knows whether half a request has come in, and only
 * `closeIdleConnections` asks it: so that is called with sockets that note it instead of closing.
 * @param sockets every one of the server's: one left out would be closed
 */
function idleSockets(server: Server, sockets: ReadonlySet<Socket>): Set<Socket> {
  const idle = new Set([...sockets].filter((socket) => socket.bytesRead === 0))
  for (const socket of sockets) {
    socket.destroy = () => {
      idle.add(socket)
      return socket
    }
  }
  server.closeIdleConnections()
  for (const socket of sockets) Reflect.deleteProperty(socket, 'destroy')
  return idle
}

/** A request that follows on the same connection stays in the kernel, for whoever gets the connection. */
function pauseAfter(request: IncomingMessage): void {
  if (request.complete) request.socket.pause()
  else request.once('end', () => request.socket.pause())
}

/** Before the handshake is answered there is no websocket to close: the view still decides. */
function closeWebSocket(socket: Socket, why: keyof typeof goodbye): void {
  if (socket.bytesWritten > 0 && socket.writable) socket.write(goodbye[why])
}

/** Such an answer never ends by itself, and its reader comes back by itself. */
function endEventStream(response: ServerResponse): void {
  // Headers that were given to `writeHead` alone cannot be asked for by name.
  const head = Reflect.get(response, '_header') as string | null
  if (!/^content-type:\s*text\/event-stream/im.test(head ?? '')) return
  const { socket } = response
  if (response.chunkedEncoding) socket?.write('0\r\n\r\n')
  // Not `end`: what the client says next, its goodbye among it, is not read here any more.
  socket?.destroySoon()
}
