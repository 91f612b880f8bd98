import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { requestEvents } from '../base/events.ts'
import type { RouteTable } from '../routing/index.ts'
import type { StaticFiles } from '../static/index.ts'
import { commitSession } from './commit-session.ts'
import type { CompiledRoute } from './compile-routes.ts'
import type { ErrorAnswers } from './error-answers.ts'
import { Forbidden, MethodNotAllowed } from './http-error.ts'
import { requestId } from './request-id.ts'
import { checkHost, readPath } from './request-line.ts'
import { HttpResponse } from './response.ts'
import { Request, type RequestHost } from './request.ts'
import type { RouteOptions } from './route.ts'
import { isCrossOrigin, isUnsafe } from './security/cross-origin.ts'
import type { View } from './view.ts'
import type { Upgrades } from './websocket/upgrades.ts'
import { writeResponse } from './write.ts'

/** Has a last look at every answer of a view, in development: the toolbar, the live browser. */
export type Decorator = (request: Request, response: HttpResponse) => void | Promise<void>

export interface PipelineParts {
  readonly host: RequestHost
  readonly table: RouteTable<View, RouteOptions>
  readonly compiled: readonly CompiledRoute[]
  readonly fallback: CompiledRoute
  readonly errors: ErrorAnswers
  readonly statics: StaticFiles
  readonly isHostAllowed: (host: string) => boolean
  readonly upgrades: Upgrades
  readonly decorators: readonly Decorator[]
  /** Whether the server is about to stop: answers then end their connections. */
  readonly isClosing: () => boolean
}

/** Answers one request, from its first line to its last byte. */
export type Pipeline = (raw: IncomingMessage, response: ServerResponse) => void

/**
 * The way of a request: is it well-formed and for us? → a static file? → its route → the cross-origin check → middleware
 * and view → the session's cookie → out. Whatever is thrown on the way becomes an answer in `errors`.
 */
export function createPipeline(parts: PipelineParts): Pipeline {
  const { host, table, compiled, fallback } = parts
  const { settings } = host.app
  const staticUrl = settings.static.url
  const notFound = { entry: undefined, params: {} }

  const resolve = (
    method: string,
    path: string,
  ): { route: CompiledRoute; params: Record<string, unknown> } => {
    const match = table.resolve(method, path)
    if (match.entry) return { route: compiled[match.entry.order]!, params: match.params }
    return { route: fallback, params: notFound.params }
  }

  const answer = (
    route: CompiledRoute,
    request: Request,
    raw: ServerResponse,
    fail: (error: unknown) => void,
  ): void => {
    if (!route.crossOrigin || isUpgrade(request.raw)) checkOrigin(request, settings)
    const result = route.handler(request)
    if (result instanceof Promise) {
      result
        .then((response) => finish(parts, route, request, raw, response), fail)
        .catch((error: unknown) => giveUp(request, raw, error))
    } else {
      finish(parts, route, request, raw, result)
    }
  }

  return (incoming, raw) => {
    const startedAt = performance.now()
    const id = requestId(incoming, host.client)
    let route = fallback
    let request: Request | undefined
    const fail = (error: unknown): void => {
      request ??= new Request(host, incoming, raw, id, incoming.url!, undefined, {}, startedAt)
      if (request.hijacked) return abandon(parts, request, raw, error)
      const failed = request
      withAnswer(parts, failed, raw, error, (response) => finish(parts, route, failed, raw, response))
    }
    try {
      const path = readPath(incoming, settings.limits.url)
      const found = resolve(incoming.method!, path)
      route = found.route
      request = new Request(host, incoming, raw, id, path, route.entry, found.params, startedAt, route.limits)
      if (settings.security.hostCheck) checkHost(incoming, host.client.host(incoming), parts.isHostAllowed)
      const current = request
      const next = (): void => {
        const preparing = current.prepareSession()
        if (!preparing) return answer(route, current, raw, fail)
        preparing
          .then(() => answer(route, current, raw, fail))
          .catch(fail)
          .catch((error: unknown) => giveUp(current, raw, error))
      }
      if (path.startsWith(staticUrl) && (isRead(request.method) || route === fallback)) {
        serveStatic(parts, request, path.slice(staticUrl.length), raw, next, fail)
      } else {
        next()
      }
    } catch (error) {
      fail(error)
    }
  }
}

function isUpgrade(raw: IncomingMessage): boolean {
  return raw.headers.upgrade !== undefined && raw.headers.upgrade.toLowerCase() === 'websocket'
}

/** Throws for an unsafe request, or a WebSocket, that a page of another site sends. */
function checkOrigin(request: Request, { siteUrl, security }: Request['app']['settings']): void {
  const { raw } = request
  if (!isUnsafe(request.method) && !isUpgrade(raw)) return
  if (raw.headers.origin === undefined && raw.headers['sec-fetch-site'] === undefined) return
  const own = [siteUrl, `${request.secure ? 'https' : 'http'}://${request.host}`]
  if (isCrossOrigin(raw.headers, own, security.trustedOrigins))
    throw new Forbidden('Cross-origin request refused')
}

function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD'
}

/** Sends a static file if there is one; else the request goes on to its route, or to the 404 of the site. */
function serveStatic(
  parts: PipelineParts,
  request: Request,
  path: string,
  raw: ServerResponse,
  next: () => void,
  fail: (error: unknown) => void,
): void {
  if (!isRead(request.method)) return fail(new MethodNotAllowed(['GET', 'HEAD']))
  const send = (answer: Awaited<ReturnType<StaticFiles['serve']>>): void => {
    if (!answer) return next()
    const response = new HttpResponse(answer.body, { status: answer.status, headers: answer.headers })
    finish(parts, parts.fallback, request, raw, response, [])
  }
  const answer = parts.statics.serve(path, { method: request.method, headers: request.raw.headers })
  if (answer instanceof Promise) answer.then(send).catch(fail)
  else send(answer)
}

function finish(
  parts: PipelineParts,
  route: CompiledRoute,
  request: Request,
  raw: ServerResponse,
  response: HttpResponse,
  decorators: readonly Decorator[] = parts.decorators,
): void {
  if (request.hijacked) {
    void parts.upgrades.of(request.raw)?.close(1000)
    return drop(request, response)
  }
  if (raw.headersSent || raw.destroyed) return drop(request, response)
  if (decorators.length === 0) return send(parts, route, request, raw, response)
  let waiting: Promise<void> | undefined
  for (const decorate of decorators) {
    if (waiting) waiting = waiting.then(() => decorate(request, response))
    else waiting = decorate(request, response) ?? undefined
  }
  if (!waiting) return send(parts, route, request, raw, response)
  waiting
    .catch((error: unknown) => request.log.error({ err: error }, 'A development page could not be decorated'))
    .then(() => send(parts, route, request, raw, response))
    .catch(() => raw.destroy())
}

/** Nobody is there to be answered. */
function drop(request: Request, response: HttpResponse): void {
  release(response)
  request.dispose()
}

/** A stream that nobody reads would keep its file, or its database's cursor, open. */
function release({ body }: HttpResponse): void {
  if (body instanceof Readable) body.destroy()
}

/** A view that took the socket and then threw: there is no answer to give any more. */
function abandon(parts: PipelineParts, request: Request, raw: ServerResponse, error: unknown): void {
  request.log.error({ err: error }, `${request.method} ${request.path} failed after it had taken the socket`)
  const connection = parts.upgrades.of(request.raw)
  if (connection) void connection.close(1011)
  else raw.destroy()
  request.dispose()
}

function send(
  parts: PipelineParts,
  route: CompiledRoute,
  request: Request,
  raw: ServerResponse,
  response: HttpResponse,
): void {
  const session = request.openedSession
  if (session === undefined) return write(parts, route, request, raw, response)
  const about = { request, response }
  commitSession(
    parts.host,
    session,
    about,
    () => write(parts, route, request, raw, response),
    (error) => refuse(parts, route, request, raw, response, error),
  )?.catch((error: unknown) => giveUp(request, raw, error))
}

/** Sends an error in place of an answer whose session cannot be kept. */
function refuse(
  parts: PipelineParts,
  route: CompiledRoute,
  request: Request,
  raw: ServerResponse,
  response: HttpResponse,
  error: unknown,
): void {
  release(response)
  // Else the page of the error would fail as its cause did.
  request.forgetSession()
  withAnswer(parts, request, raw, error, (answer) => {
    answer.headers.addToList('vary', 'Cookie')
    finish(parts, route, request, raw, answer)
  })
}

function giveUp(request: Request, raw: ServerResponse, error: unknown): void {
  request.log.error({ err: error }, 'An answer could not be sent')
  raw.destroy()
}

function write(
  parts: PipelineParts,
  route: CompiledRoute,
  request: Request,
  raw: ServerResponse,
  response: HttpResponse,
  isRefusal = false,
): void {
  // Sealing takes a moment, in which the client may have gone.
  if (raw.destroyed) return drop(request, response)
  const to = { raw, id: request.id, method: request.method, closing: parts.isClosing() }
  try {
    writeResponse(response, route.headers, to, (failure) => {
      request.dispose()
      if (failure) logBrokenStream(request, failure)
      if (requestEvents.hasSubscribers)
        publish(request, response, ['x-request-id', request.id, ...route.headers.lines])
    })
  } catch (error) {
    if (isRefusal || raw.headersSent) return giveUp(request, raw, error)
    // A status or a header that cannot be sent; Node keeps the words of a status it refused to send the rest of.
    raw.statusMessage = ''
    release(response)
    withAnswer(parts, request, raw, error, (answer) => write(parts, route, request, raw, answer, true))
  }
}

/** What the client is told of an error: at once, unless its page has to wait for something. */
function withAnswer(
  { errors }: PipelineParts,
  request: Request,
  raw: ServerResponse,
  error: unknown,
  use: (answer: HttpResponse) => void,
): void {
  const answer = errors.answer(error, request)
  if (answer instanceof Promise) answer.then(use).catch((failure: unknown) => giveUp(request, raw, failure))
  else use(answer)
}

const CLIENT_GONE = new Set(['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE'])

/** The client sees a cut connection and no reason; a client that went away itself is no failure. */
function logBrokenStream(request: Request, failure: NodeJS.ErrnoException): void {
  if (CLIENT_GONE.has(failure.code ?? '')) return
  request.log.error({ err: failure }, `${request.method} ${request.path} failed while its answer was sent`)
}

function publish(request: Request, response: HttpResponse, headers: readonly string[]): void {
  requestEvents.publish({
    id: request.id,
    method: request.method,
    path: request.path,
    route: request.route?.name,
    app: request.route?.app,
    status: response.status,
    ms: performance.now() - request.startedAt,
    request,
    response,
    headers,
  })
}
