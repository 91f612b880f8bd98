import Fastify, { type FastifyInstance } from 'fastify'
import { ServerResponse, type IncomingMessage } from 'node:http'
import { Server as NetServer, type Socket } from 'node:net'
import type { Settings } from '../project/index.ts'
import type { Pipeline } from './pipeline.ts'
import type { Upgrades } from './websocket/upgrades.ts'

/** Where a server listens: an address, a socket file, or the handle of a server that listens already. */
export type ListenTarget =
  | { readonly host: string; readonly port: number }
  | { readonly path: string }
  | { readonly handle: NetServer }

export interface HttpServer {
  /** @returns the address as a URL; for a socket file its path */
  listen(target: ListenTarget): Promise<string>
  /** For a process that is given its connections one by one: the server, ready to answer, listening nowhere. */
  attach(): Promise<FastifyInstance['server']>
  readonly inject: FastifyInstance['inject']
  readonly raw: FastifyInstance['server']
  readonly closing: boolean
  /**
   * Stops: no new connections, requests under way are finished, open ones told to close, WebSockets said goodbye to.
   *
   * @param deadline milliseconds after which what is still open is cut
   * @param code what WebSockets are closed with: 1001, or 1012 when another process takes over
   */
  close(options?: { deadline?: number; code?: 1001 | 1012 }): Promise<void>
}

/** How long a kept-alive connection gets to send a request it was about to send, before it is closed. */
const GRACE = 1500

/**
 * Fastify as the engine: connections, limits, timeouts, proxies. One catch-all route hands every request to the pipeline,
 * which writes the answer itself: routing, bodies, errors and headers are the same for all, and decided at start.
 */
export function createServer(
  settings: Settings,
  makePipeline: (isClosing: () => boolean) => Pipeline,
  upgrades: Upgrades,
): HttpServer {
  let closing = false
  const pipeline = makePipeline(() => closing)
  const { limits, timeouts } = settings
  const fastify = Fastify({
    logger: false,
    exposeHeadRoutes: false,
    return503OnClosing: false,
    bodyLimit: Number.MAX_SAFE_INTEGER,
    requestTimeout: timeouts.request * 1000,
    keepAliveTimeout: timeouts.keepAlive * 1000,
    trustProxy: settings.trustProxy.length > 0 ? [...settings.trustProxy] : false,
    http: {
      maxHeaderSize: limits.headers,
      headersTimeout: timeouts.headers * 1000,
      connectionsCheckingInterval: 2000,
    },
    genReqId: () => '',
    routerOptions: { maxParamLength: limits.url, querystringParser: () => ({}) },
    // Fastify refuses a malformed path before any route is asked; the pipeline says it in the site's own way.
    frameworkErrors: (_error, request, reply) => {
      reply.hijack()
      pipeline(request, reply.raw)
    },
  })
  fastify.removeAllContentTypeParsers()
  fastify.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
  const run = (request: Parameters<Pipeline>[0], reply: { hijack(): unknown; raw: ServerResponse }): void => {
    reply.hijack()
    pipeline(request, reply.raw)
  }
  fastify.all('*', run)
  fastify.setNotFoundHandler(run)
  fastify.server.on('upgrade', (request, socket, head) =>
    routeUpgrade(fastify, upgrades, request, socket as Socket, head),
  )

  return {
    raw: fastify.server,
    inject: fastify.inject.bind(fastify) as FastifyInstance['inject'],
    get closing() {
      return closing
    },
    async attach() {
      await fastify.ready()
      return fastify.server
    },
    async listen(target) {
      if ('handle' in target) {
        await fastify.ready()
        await new Promise<void>((resolve, reject) => {
          fastify.server.once('error', reject)
          fastify.server.listen(target.handle, () => {
            fastify.server.off('error', reject)
            resolve()
          })
        })
        return formatAddress(fastify.server)
      }
      await fastify.listen(
        'path' in target ? { path: target.path } : { host: target.host, port: target.port },
      )
      return formatAddress(fastify.server)
    },
    async close({ deadline = timeouts.shutdown * 1000, code = 1001 } = {}) {
      if (closing) return
      closing = true
      if (fastify.server.listening) await drain(fastify, upgrades, deadline, code)
      await fastify.close()
    },
  }
}

/** An upgrade goes the way of every request; a view that does not accept it answers on the socket, and that is it. */
function routeUpgrade(
  fastify: FastifyInstance,
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
  })
  socket.on('error', () => socket.destroy())
  upgrades.offer(request, socket, head, response)
  fastify.routing(request, response)
}

/**
 * `http.Server.close()` cuts idle kept-alive connections at once: a client that was just sending a request sees a reset.
 * So only accepting stops first; every answer says `Connection: close`; what is idle after a grace is closed.
 */
async function drain(
  fastify: FastifyInstance,
  upgrades: Upgrades,
  deadline: number,
  code: 1001 | 1012,
): Promise<void> {
  const { server } = fastify
  const closed = new Promise<void>((resolve) => {
    NetServer.prototype.close.call(server, () => resolve())
  })
  const started = performance.now()
  await upgrades.closeAll(code, Math.min(deadline, 3000))
  const grace = Math.min(GRACE, deadline)
  const sweep = setInterval(() => {
    const waited = performance.now() - started
    if (waited >= deadline) server.closeAllConnections()
    else if (waited >= grace) server.closeIdleConnections()
  }, 20)
  await closed
  clearInterval(sweep)
}

function formatAddress(server: FastifyInstance['server']): string {
  const address = server.address()
  if (address === null) return ''
  if (typeof address === 'string') return address
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return `http://${host}:${address.port}`
}
