import { createHash } from 'node:crypto'
import { Agent as HttpAgent, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { isIP } from 'node:net'
import { Readable } from 'node:stream'
import type { Logger } from 'pino'
import {
  BadGateway,
  GatewayTimeout,
  HttpError,
  HttpResponse,
  ServiceUnavailable,
  type Request,
} from '../http/index.ts'
import { createBreaker } from './breaker.ts'
import { checkPath } from './check-path.ts'
import { exchangeWith, type Peer } from './exchange-with.ts'
import { answeredHeaders } from './forwarded-headers.ts'

export interface RemoteAppOptions {
  readonly name: string
  /** `http://10.0.0.2:8000` */
  readonly origin: string
  /** Certificates (PEM) that vouch for an https remote, in place of Node's. */
  readonly ca?: Buffer | undefined
  /** Seconds until an answer has to begin, and in which nothing may come of its rest. 0 is for ever. */
  readonly timeout: number
  /** Bytes of a request's body. */
  readonly limit: number
  readonly log: Pick<Logger, 'info' | 'warn'>
}

/** An app that another process or machine serves. */
export interface RemoteApp {
  /**
   * The view of all that is the app's.
   *
   * @throws 502 when the remote cannot be reached or answers no HTTP, 504 when it takes too long, 503 while it is not asked
   *   because it failed again and again, 400 for a path that could lead out of the app, 413
   */
  readonly view: (request: Request) => Promise<HttpResponse | undefined>
  close(): void
}

/** A reverse proxy for one app. Its connections are its own, and its failures too: others do not wait for it. */
export function createRemoteApp({ name, origin, ca, timeout, limit, log }: RemoteAppOptions): RemoteApp {
  // As many connections as there are visitors: event streams hold theirs, and others would wait for them.
  const options = { keepAlive: true, maxFreeSockets: 32 }
  const { protocol, hostname } = new URL(origin)
  const isTls = protocol === 'https:'
  const peer: Peer = {
    origin,
    agent: isTls ? new HttpsAgent({ ...options, ...(ca && { ca }) }) : new HttpAgent(options),
    tls: isTls ? { servername: isIP(bare(hostname)) === 0 ? hostname : '', ca } : undefined,
    // The same in each worker, and on a machine that has the same settings.
    via: `tao-${createHash('sha256').update(`${name} ${origin}`).digest('hex').slice(0, 12)}`,
    timeout: timeout * 1000,
    limit,
  }
  const breaker = createBreaker((isOpen) =>
    isOpen
      ? log.warn(
          { app: name, remote: origin },
          `The remote app ${name} fails, and is left alone for some seconds`,
        )
      : log.info({ app: name, remote: origin }, `The remote app ${name} answers again`),
  )

  const whatFailed = (error: unknown, request: Request): HttpError => {
    if (request.signal.aborted && error === request.signal.reason) return error as HttpError
    const isLate = error instanceof HttpError && error.status === 504
    if (error instanceof HttpError && !isLate) return error
    breaker.failed()
    if (isLate) return new GatewayTimeout(`${name} at ${origin}: ${error.message}`)
    return new BadGateway(`${name} at ${origin} cannot be reached: ${(error as Error).message}`, {
      cause: error,
    })
  }

  return {
    async view(request) {
      checkPath(request.path)
      const wait = breaker.ask()
      if (wait !== undefined) {
        throw new ServiceUnavailable('This part of the site cannot be reached just now.', {
          headers: { 'retry-after': String(wait) },
        })
      }
      let refusal: IncomingMessage | undefined
      try {
        if (request.raw.headers.upgrade?.toLowerCase() !== 'websocket') {
          refusal = await exchangeWith(peer, request)
        } else {
          // Loads `ws`, which most sites with a remote app never need.
          const { relayWebSocket } = await import('./relay-websocket.ts')
          refusal = await relayWebSocket(peer, request)
        }
      } catch (error) {
        throw whatFailed(error, request)
      }
      breaker.succeeded()
      return refusal && toResponse(refusal, request, { name, origin, log })
    },
    close: () => peer.agent.destroy(),
  }
}

function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '')
}

function toResponse(
  answer: IncomingMessage,
  { method, id, signal }: Request,
  { name, origin, log }: Pick<RemoteAppOptions, 'name' | 'origin' | 'log'>,
): HttpResponse {
  const status = answer.statusCode!
  answer.once('error', (error: NodeJS.ErrnoException) => {
    if (signal.aborted || error.code === 'ERR_STREAM_PREMATURE_CLOSE') return
    log.warn(
      { app: name, remote: origin, requestId: id, reason: error.message },
      `The remote app ${name} broke off in the middle of an answer`,
    )
  })
  const isBodyless = method === 'HEAD' || status === 204 || status === 304
  // Read to its end, the connection can be kept.
  if (isBodyless) answer.resume()
  const response = new HttpResponse(isBodyless ? Readable.from([]) : answer, { status })
  for (const [header, value] of answeredHeaders(answer, origin)) response.headers.append(header, value)
  return response
}
