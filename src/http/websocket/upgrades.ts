import type { IncomingMessage, ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import type { Socket } from 'node:net'
import type { WebSocketServer } from 'ws'
import { requestEvents } from '../../base/events.ts'
import type { Sessions } from '../../sessions/index.ts'
import { commitSession } from '../commit-session.ts'
import { BadRequest, ServiceUnavailable } from '../http-error.ts'
import { publishRequest } from '../publish-request.ts'
import type { Request } from '../request.ts'
import { HttpResponse } from '../response.ts'
import { WebSocketConnection, type ConnectionOptions } from './connection.ts'
import { keepAlive } from './keep-alive.ts'
import type { SocketLimits, WebSocketOptions } from './options.ts'

export interface Upgrades {
  /** Remembers what an `upgrade` event brought until the view asks for it. */
  offer(request: IncomingMessage, socket: Socket, head: Buffer, response: ServerResponse): void
  accept(request: Request, options: WebSocketOptions, limits: SocketLimits): Promise<WebSocketConnection>
  /** The WebSocket that a request became. */
  of(request: IncomingMessage): WebSocketConnection | undefined
  readonly open: ReadonlySet<WebSocketConnection>
  /** Tells the clients of an app to try again later: 1013, of the registry of RFC 6455 section 11.7. */
  closeThoseOf(app: string): void
  /** Says goodbye to every client: 1001 when the server goes, 1012 when it restarts (RFC 6455 section 7.4.1). */
  closeAll(code: 1001 | 1012, deadline: number): Promise<void>
}

export interface UpgradesOptions {
  readonly sessions: Sessions
  /** Seconds between pings. */
  readonly pingInterval: number
}

/** Tells a client of another version which one is spoken (RFC 6455 section 4.4). */
const VERSION = { 'sec-websocket-version': '13' }

/** Milliseconds a client gets to answer a goodbye. */
const CLOSE_TIMEOUT = 5000

// Loaded with the first upgrade: most sites have none.
function loadWebSockets(): typeof import('ws') {
  return createRequire(import.meta.url)('ws') as typeof import('ws')
}

interface Offer {
  readonly socket: Socket
  readonly head: Buffer
  /** Holds the socket until it is accepted, for an answer other than an upgrade. */
  readonly response: ServerResponse
}

/** Keeps the WebSockets of one server. */
export function createUpgrades({ sessions, pingInterval }: UpgradesOptions): Upgrades {
  const offers = new WeakMap<IncomingMessage, Offer>()
  const accepted = new WeakMap<IncomingMessage, WebSocketConnection>()
  const open = new Set<WebSocketConnection>()
  const apps = new WeakMap<WebSocketConnection, string>()
  let closing = false

  return {
    open,
    offer: (request, socket, head, response) => void offers.set(request, { socket, head, response }),
    of: (request) => accepted.get(request),
    async accept(request, options, limits) {
      const { raw, log, path } = request
      const offer = offers.get(raw)
      if (!offer) throw new Error('This request was not an upgrade, or its socket was accepted already.')
      offers.delete(raw)
      const headers = await handshakeHeaders(request, sessions)
      if (offer.socket.destroyed)
        throw new BadRequest('The client went away before its WebSocket was accepted.')
      if (closing)
        throw new ServiceUnavailable('The server is about to stop.', { headers: { 'retry-after': '1' } })
      offer.response.detachSocket(offer.socket)
      const maxMessage = options.maxMessage ?? limits.message
      try {
        const serverOptions = {
          noServer: true,
          clientTracking: false,
          maxPayload: maxMessage,
          closeTimeout: CLOSE_TIMEOUT,
          perMessageDeflate: options.compress === true && { threshold: 1024 },
          handleProtocols: (offered: Set<string>) =>
            options.protocols?.find((protocol) => offered.has(protocol)) ?? false,
        }
        const { WebSocketServer } = loadWebSockets()
        // Its types do not know closeTimeout yet: a literal here would be refused.
        const server = new WebSocketServer(serverOptions)
        const connection = await handshake(server, raw, offer, headers, {
          highWater: options.highWater ?? 64,
          maxWaiting: maxMessage,
          maxUnsent: options.maxUnsent ?? limits.unsent,
          onSlow: (unsent) =>
            log.warn(
              { unsent },
              `The WebSocket ${path} was closed with 1008: its client does not read what it is sent`,
            ),
        })
        open.add(connection)
        // Asked while the socket knows it, Node remembers it: what hears of the end may want it.
        if (requestEvents.hasSubscribers) void request.ip
        const stopPinging = keepAlive(connection.raw, offer.socket, pingInterval)
        connection.raw.once('close', () => {
          stopPinging()
          open.delete(connection)
          // Its request is over when it is: what counts requests hears of it then, as servers in front do.
          if (requestEvents.hasSubscribers)
            publishRequest(request, 101, undefined, headers.flatMap(nameAndValue))
        })
        accepted.set(raw, connection)
        if (request.route?.app !== undefined) apps.set(connection, request.route.app)
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
      closing = true
      const ending = [...open].map((connection) => connection.close(code))
      let timer: NodeJS.Timeout | undefined
      const late = new Promise((resolve) => {
        timer = setTimeout(resolve, deadline)
      })
      await Promise.race([Promise.all(ending), late])
      clearTimeout(timer)
      for (const connection of open) connection.raw.terminate()
    },
  }
}

/** What the answer 101 carries beside the handshake's own: the request's id, and the session if it changed so far. */
async function handshakeHeaders(request: Request, sessions: Sessions): Promise<string[]> {
  const response = new HttpResponse()
  const session = request.openedSession
  if (session !== undefined) {
    await new Promise<void>((resolve, reject) => {
      void commitSession({ sessions }, session, { request, response }, resolve, reject)
    })
  }
  const cookies = response.headers.getSetCookie()
  return [`x-request-id: ${request.id}`, ...cookies.map((cookie) => `set-cookie: ${cookie}`)]
}

function handshake(
  server: WebSocketServer,
  request: IncomingMessage,
  { socket, head }: Offer,
  headers: readonly string[],
  options: ConnectionOptions,
): Promise<WebSocketConnection> {
  // `ws` takes version 8 as well, whose origin is in another header.
  if (request.headers['sec-websocket-version'] !== '13')
    return Promise.reject(new BadRequest('The version of WebSocket is 13.', { headers: VERSION }))
  return new Promise((resolve, reject) => {
    server.once('headers', (lines) => void lines.push(...headers))
    server.once('wsClientError', ({ message }) => reject(new BadRequest(`${message}.`, { headers: VERSION })))
    // Made at once: the first message may have come with the request.
    server.handleUpgrade(request, socket, head, (raw) => resolve(new WebSocketConnection(raw, options)))
  })
}

function nameAndValue(line: string): [name: string, value: string] {
  const at = line.indexOf(': ')
  return [line.slice(0, at), line.slice(at + 2)]
}
