import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AppSwitches } from '../project/index.ts'
import type { RouteTable } from '../routing/index.ts'
import type { StaticFiles } from '../static/index.ts'
import { AppOff } from './app-off.ts'
import type { CompiledRoute } from './compile-routes.ts'
import { Exchange, type ExchangeParts } from './exchange.ts'
import { Forbidden, MethodNotAllowed } from './http-error.ts'
import { readHead, type RequestHead } from './request-head.ts'
import { givenRequestId, makeRequestIds } from './request-id.ts'
import { checkHost, readPath } from './request-line.ts'
import { Request } from './request.ts'
import { HttpResponse } from './response.ts'
import type { RouteOptions } from './route.ts'
import { isCrossOrigin, isUnsafe } from './security/cross-origin.ts'
import type { View } from './view.ts'

export interface PipelineParts extends ExchangeParts {
  readonly table: RouteTable<View, RouteOptions>
  readonly compiled: readonly CompiledRoute[]
  readonly isHostAllowed: (host: string) => boolean
  readonly switches: Pick<AppSwitches, 'off'>
}

/** Answers one request, from its first line to its last byte. */
export type Pipeline = (raw: IncomingMessage, response: ServerResponse) => void

/**
 * The way of a request: is it well-formed and for us? → a static file? → its route → the cross-origin check → middleware
 * and view → the session's cookie → out. Whatever is thrown on the way becomes an answer in `errors`.
 */
export function createPipeline(parts: PipelineParts): Pipeline {
  const { host, table, compiled, fallback, statics } = parts
  const { client } = host
  const { settings } = host.app
  const staticUrl = settings.static.url
  const makeRequestId = makeRequestIds()

  return (incoming, raw) => {
    const startedAt = performance.now()
    const head = readHead(incoming.rawHeaders)
    const id = (head.hasRequestId ? givenRequestId(incoming, client) : undefined) ?? makeRequestId()
    let exchange: Exchange | undefined
    try {
      const asked = incoming.url
      const path = readPath(incoming, settings.limits.url)
      const { entry, params } = table.resolve(incoming.method!, path)
      const route = entry ? compiled[entry.order]! : fallback
      const request = new Request(host, incoming, raw, id, path, route.entry, params, startedAt, route.limits)
      exchange = new Exchange(parts, route, request, raw)
      if (settings.security.hostCheck) {
        // A whole URL in the request line has put its host in the place of the header's.
        const isPlain = client.trustsNobody && incoming.url === asked
        checkHost(isPlain ? (head.host ?? '') : client.host(incoming), head.hasTwoHosts, parts.isHostAllowed)
      }
      if (path.startsWith(staticUrl) && !route.isRemote && (isRead(request.method) || route === fallback)) {
        serveStatic(exchange, statics, path.slice(staticUrl.length), () => proceed(exchange!, route, head))
      } else {
        proceed(exchange, route, head)
      }
    } catch (error) {
      exchange ??= new Exchange(parts, fallback, refused(incoming, raw, id, startedAt), raw)
      exchange.fail(error)
    }
  }

  /** A request whose first line could not be read. */
  function refused(incoming: IncomingMessage, raw: ServerResponse, id: string, startedAt: number): Request {
    return new Request(host, incoming, raw, id, incoming.url!, undefined, {}, startedAt)
  }

  /** From the session to the answer. */
  function proceed(exchange: Exchange, route: CompiledRoute, head: RequestHead): void {
    const preparing = exchange.request.prepareSession(head.hasCookie)
    if (preparing) exchange.follow(preparing.then(() => answer(exchange, route, head)))
    else answer(exchange, route, head)
  }

  function answer(exchange: Exchange, route: CompiledRoute, head: RequestHead): void {
    const { off } = parts.switches
    if (off.size > 0) checkSwitch(off, route)
    // A WebSocket from a page of another site would come with this site's cookies: only the route itself lets it in.
    const isOpen = head.isUpgrade ? route.entry?.options.crossOrigin === true : route.crossOrigin
    if (!isOpen) checkOrigin(exchange.request, head)
    exchange.answer()
  }

  /** Throws for an unsafe request, or a WebSocket, that a page of another site sends. */
  function checkOrigin(request: Request, head: RequestHead): void {
    if (!isUnsafe(request.method) && !head.isUpgrade) return
    const { siteUrl, security } = settings
    const { headers } = request.raw
    if (headers.origin === undefined && headers['sec-fetch-site'] === undefined) return
    const own = [siteUrl, `${request.secure ? 'https' : 'http'}://${request.host}`]
    if (isCrossOrigin(headers, own, security.trustedOrigins))
      throw new Forbidden('Cross-origin request refused')
  }
}

/** Throws the answer of an app that is off. Its static files are no part of that: the page that says so may need them. */
function checkSwitch(off: AppSwitches['off'], { entry }: CompiledRoute): void {
  const told = entry?.app === undefined ? undefined : off.get(entry.app)
  if (told !== undefined) throw new AppOff(told)
}

function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD'
}

/** Sends a static file if there is one; else the request goes on to its route, or to the 404 of the site. */
function serveStatic(exchange: Exchange, statics: StaticFiles, path: string, next: () => void): void {
  const { method, raw } = exchange.request
  if (!isRead(method)) throw new MethodNotAllowed(['GET', 'HEAD'])
  const send = (answer: Awaited<ReturnType<StaticFiles['serve']>>): void => {
    if (!answer) return next()
    const { body, status, headers } = answer
    exchange.finishStatic(new HttpResponse(body, { status, headers }))
  }
  const answer = statics.serve(path, { method, headers: raw.headers })
  if (answer instanceof Promise) exchange.follow(answer.then(send))
  else send(answer)
}
