import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { WebSocketServer } from 'ws'
import { BadRequest } from '../http-error.ts'
import { WebSocketConnection } from './connection.ts'
import type { WebSocketOptions } from './options.ts'

export interface Upgrades {
  /** Remembers what an `upgrade` event brought until the view asks for it. */
  offer(request: IncomingMessage, socket: Socket, head: Buffer, response: ServerResponse): void
  /** @param app whose it is, for `closeThoseOf` */
  accept(request: IncomingMessage, options: WebSocketOptions, app?: string): Promise<WebSocketConnection>
  /** The WebSocket that a request became. */
  of(request: IncomingMessage): WebSocketConnection | undefined
  readonly open: ReadonlySet<WebSocketConnection>
  /** Tells the clients of an app to try again later: 1013, of the registry of RFC 6455 section 11.7. */
  closeThoseOf(app: string): void
  /** Says goodbye to every client: 1001 when the server goes, 1012 when it restarts (RFC 6455 section 7.4.1). */
  closeAll(code: 1001 | 1012, deadline: number): Promise<void>
}

const PING_INTERVAL = 30_000

interface Offer {
  readonly socket: Socket
  readonly head: Buffer
  /** Holds the socket until it is accepted, for an answer other than an upgrade. */
  readonly response: ServerResponse
}

/** Keeps the WebSockets of one server. */
export function createUpgrades(): Upgrades {
  const offers = new WeakMap<IncomingMessage, Offer>()
  const accepted = new WeakMap<IncomingMessage, WebSocketConnection>()
  const open = new Set<WebSocketConnection>()
  const apps = new WeakMap<WebSocketConnection, string>()

  return {
    open,
    offer: (request, socket, head, response) => void offers.set(request, { socket, head, response }),
    of: (request) => accepted.get(request),
    async accept(request, options, app) {
      const offer = offers.get(request)
      if (!offer) throw new Error('This request was not an upgrade, or its socket was accepted already.')
      offers.delete(request)
      offer.response.detachSocket(offer.socket)
      try {
        const connection = await handshake(request, offer.socket, offer.head, options, open)
        accepted.set(request, connection)
        if (app !== undefined) apps.set(connection, app)
        return connection
      } catch (error) {
        // The socket is as it was: the refusal goes out on it like any other answer.
        if (!offer.socket.destroyed) offer.response.assignSocket(offer.socket)
        throw error
      }
    },
    closeThoseOf(app) {
      for (const connection of open) if (apps.get(connection) === app) void connection.close(1013)
    },
    async closeAll(code, deadline) {
      const closing = [...open].map((connection) => connection.close(code))
      let timer: NodeJS.Timeout | undefined
      const late = new Promise((resolve) => {
        timer = setTimeout(resolve, deadline)
      })
      await Promise.race([Promise.all(closing), late])
      clearTimeout(timer)
      for (const connection of open) connection.raw.terminate()
    },
  }
}

function handshake(
  request: IncomingMessage,
  socket: Socket,
  head: Buffer,
  options: WebSocketOptions,
  open: Set<WebSocketConnection>,
): Promise<WebSocketConnection> {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: options.maxMessage ?? 1 << 20,
    perMessageDeflate: { threshold: 1024 },
    handleProtocols: (offered) => options.protocols?.find((protocol) => offered.has(protocol)) ?? false,
  })
  return new Promise((resolve, reject) => {
    server.once('wsClientError', ({ message }) =>
      reject(new BadRequest(`${message}.`, { headers: { 'sec-websocket-version': '13' } })),
    )
    server.handleUpgrade(request, socket, head, (raw) => {
      const connection = new WebSocketConnection(raw, options.highWater ?? 64)
      open.add(connection)
      const stopPinging = keepAlive(connection)
      raw.once('close', () => {
        stopPinging()
        open.delete(connection)
      })
      resolve(connection)
    })
  })
}

/** A peer that answers no ping within one interval is gone. */
function keepAlive({ raw }: WebSocketConnection): () => void {
  let alive = true
  raw.on('pong', () => {
    alive = true
  })
  const timer = setInterval(() => {
    if (!alive) raw.terminate()
    alive = false
    raw.ping()
  }, PING_INTERVAL)
  timer.unref()
  return () => clearInterval(timer)
}
