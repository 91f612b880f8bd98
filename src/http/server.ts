import {
  createServer as createHttpServer,
  ServerResponse,
  type IncomingMessage,
  type Server,
} from 'node:http'
import type { Server as NetServer, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { InjectOptions, Response as InjectResponse } from 'light-my-request'
import { stopAccepting } from '../base/stop-accepting.ts'
import type { Settings } from '../project/index.ts'
import { answerClientError, linger } from './client-error.ts'
import type { Pipeline } from './pipeline.ts'
import { PreparedResponse } from './prepared-response.ts'
import type { OpenStreams } from './events/open-streams.ts'
import type { Upgrades } from './websocket/upgrades.ts'

/** Where a server listens: an address, a socket file, or the handle of a server that listens already. */
export type ListenTarget =
  | { readonly host: string; readonly port: number }
  | { readonly path: string }
  | { readonly handle: NetServer }

/** As light-my-request takes it, of any method. */
export interface InjectRequest extends Omit<InjectOptions, 'method'> {
  method?: string | undefined
}

export interface CloseOptions {
  deadline?: number | undefined
  code?: 1001 | 1012 | undefined
  adopted?: Promise<void> | undefined
}

export interface HttpServer {
  /**
   * @returns the address as a URL; for a socket file its path
   * @throws what `listen` of Node throws: EADDRINUSE, EACCES ...
   */
  listen(target: ListenTarget): Promise<string>
  /** A request without a socket. */
  inject(request: InjectRequest): Promise<InjectResponse>
  /** Node's own server, for whoever has sockets of another origin to hand it. */
  readonly raw: Server
  readonly closing: boolean
  /**
   * Stops: no new connections, requests under way are finished, open ones told to close, WebSockets said goodbye to.
   *
   * @param deadline milliseconds after which what is still open is cut
   * @param code what WebSockets are closed with: 1001, or 1012 when another process takes over
   * @param adopted where connections were accepted elsewhere and handed to `raw`: resolves when all of them are gone
   */
  close(options?: CloseOptions): Promise<void>
}

/** How long a kept-alive connection gets to send a request it was about to send, before it is closed. */
const GRACE = 1500

/**
 * The server of one site: Node's own, with limits and time limits. Routing, bodies, errors and headers are the
 * pipeline's, the same whether a request comes by a socket, an upgrade or a test.
 */
export function createServer(
  settings: Settings,
  makePipeline: (isClosing: () => boolean) => Pipeline,
  upgrades: Upgrades,
  streams: OpenStreams,
): HttpServer {
  let closing = false
  const pipeline = makePipeline(() => closing)
  const { limits, timeouts } = settings
  const server = createHttpServer(
    {
      maxHeaderSize: limits.headers,
      headersTimeout: timeouts.headers * 1000,
      requestTimeout: timeouts.request * 1000,
      keepAliveTimeout: timeouts.keepAlive * 1000,
      connectionsCheckingInterval: 2000,
      ServerResponse: PreparedResponse,
    },
    pipeline,
  )
  const upgraded = new Set<Duplex>()
  const cut = (): void => {
    server.closeAllConnections()
    for (const socket of upgraded) socket.destroy()
  }
  server.on('upgrade', (request, socket, head) => {
    // From here on the server itself does not count it among its connections.
    upgraded.add(socket)
    socket.once('close', () => upgraded.delete(socket))
    routeUpgrade(pipeline, upgrades, request, socket as Socket, head)
  })
  // Node would answer 417 by itself; to serve the request is allowed as well (RFC 9110 section 10.1.1).
  server.on('checkExpectation', pipeline)
  server.on('clientError', (error, socket) => answerClientError(error, socket as Socket, settings))

  return {
    raw: server,
    async inject(request) {
      const { inject } = await import('light-my-request')
      return await inject(pipeline, request as InjectOptions)
    },
    get closing() {
      return closing
    },
    async listen(target) {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        server.listen('handle' in target ? target.handle : target, () => {
          server.off('error', reject)
          resolve()
        })
      })
      return formatAddress(server)
    },
    async close({ deadline = timeouts.shutdown * 1000, code = 1001, adopted } = {}) {
      if (closing) return
      closing = true
      streams.endAll()
      if (server.listening || adopted) await drain(server, upgrades, { deadline, code, cut, adopted })
      else cut()
    },
  }
}

/** An upgrade goes the way of every request; a view that does not accept it answers on the socket, and that is it. */
function routeUpgrade(
  pipeline: Pipeline,
  upgrades: Upgrades,
  request: IncomingMessage,
  socket: Socket,
  head: Buffer,
): void {
  const response = new ServerResponse(request)
  response.shouldKeepAlive = false
  response.assignSocket(socket)
  response.once('finish', () => {
    response.detachSocket(socket)
    socket.end()
    // Nobody else reads it any more, and so would see that the client has gone.
    linger(socket)
  })
  socket.on('error', () => socket.destroy())
  upgrades.offer(request, socket, head, response)
  pipeline(request, response)
}

interface DrainOptions {
  deadline: number
  code: 1001 | 1012
  cut: () => void
  adopted: Promise<void> | undefined
}

/**
 * `http.Server.close()` cuts idle kept-alive connections at once: a client that was just sending a request sees a reset.
 * So only accepting stops first; every answer says `Connection: close`; what is idle after a grace is closed.
 */
async function drain(
  server: Server,
  upgrades: Upgrades,
  { deadline, code, cut, adopted }: DrainOptions,
): Promise<void> {
  const started = performance.now()
  const closed = adopted ?? new Promise((resolve) => server.once('close', resolve))
  await Promise.all([stopAccepting(server), upgrades.closeAll(code, Math.min(deadline, 3000))])
  const grace = Math.min(GRACE, deadline)
  const sweep = setInterval(() => {
    const waited = performance.now() - started
    if (waited >= deadline) cut()
    else if (waited >= grace) server.closeIdleConnections()
  }, 20)
  await closed
  clearInterval(sweep)
  // Ends the timer that looks for late requests; the rest of it has happened.
  server.close()
}

function formatAddress(server: Server): string {
  const address = server.address()
  if (address === null) return ''
  if (typeof address === 'string') return address
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return `http://${host}:${address.port}`
}
