import { formatPlace } from '../base/errors.ts'
import type { Settings } from '../project/index.ts'
import type { RouteEntry, RouteTable } from '../routing/index.ts'
import { compose, toHandler, type Handler } from './compose.ts'
import { badRouteCall } from './errors.ts'
import type { Instruments, MiddlewareOwner } from './instruments.ts'
import type { Request } from './request.ts'
import type { RequestLimits } from './request-limits.ts'
import type { HttpResponse } from './response.ts'
import type { RouteOptions } from './route.ts'
import type { SchemaChecks, SchemaCompiler } from './schema.ts'
import { securityHeaders, type SharedHeaders } from './security/headers.ts'
import { withTimeout } from './timeout.ts'
import type { Middleware, View } from './view.ts'

/** A route with all that is known of it before a request comes. */
export interface CompiledRoute {
  readonly entry: RouteEntry<View, RouteOptions> | undefined
  readonly handler: Handler
  /** Headers of every answer. */
  readonly headers: SharedHeaders
  /** Whether unsafe requests from pages of other sites are let in. */
  readonly crossOrigin: boolean
  readonly limits: RequestLimits
  /** Whether another server answers, for static files too. */
  readonly isRemote: boolean
  /** The names of what stands around the view, outermost first: for `tao routes` and the toolbar. */
  readonly middleware: readonly string[]
}

/** Puts into `request.user` who is logged in; a promise only where that has to be read. */
export type UserLoader = (request: Request) => Promise<void> | undefined

export interface RouteSurroundings {
  readonly settings: Settings
  readonly schemas: SchemaCompiler
  readonly siteMiddleware: readonly Middleware[]
  /** By app name; under `undefined` that of the site's own routes. */
  readonly appMiddleware: ReadonlyMap<string | undefined, readonly Middleware[]>
  /** Called before the middleware, but not for the apps that stand apart. */
  readonly loadUser: UserLoader
  readonly instruments?: Instruments | undefined
  /** Apps that stand outside the site's middleware and are not watched: those that do the watching. */
  readonly apartApps?: ReadonlySet<string | undefined> | undefined
  /** Apps that another server answers for: what stands around their views stands around them there. */
  readonly remoteApps?: ReadonlySet<string | undefined> | undefined
}

/** Composes every route once; the result stands in the order of the table's entries. */
export function compileRoutes(
  table: RouteTable<View, RouteOptions>,
  around: RouteSurroundings,
): CompiledRoute[] {
  return table.entries.map((entry) => compileRoute(entry, around))
}

function compileRoute(entry: RouteEntry<View, RouteOptions>, around: RouteSurroundings): CompiledRoute {
  const { settings } = around
  const { options } = entry
  const label = `${entry.methods.join('|')} ${entry.path}`
  const place = entry.place ? ` (${formatPlace({ file: entry.place.file, line: entry.place.line })})` : ''
  const checks = around.schemas.compile(options, label)
  const isRemote = around.remoteApps?.has(entry.app) === true
  const apart = isRemote || around.apartApps?.has(entry.app) === true
  const instruments = apart ? undefined : around.instruments
  const site = apart ? [] : around.siteMiddleware
  const app = around.appMiddleware.get(entry.app) ?? []
  const own = [options.middleware ?? []].flat()
  const middleware = [...site, ...app, ...own]
  const view = withChecks(toHandler(entry.view, entry.name ?? (entry.view.name || label)), checks)
  const handler = compose(
    watched(instruments, { site, app, route: own }),
    instruments?.view(view) ?? view,
    `The middleware of ${label}${place}`,
  )
  const timed = withTimeout(
    apart ? handler : withUser(handler, around.loadUser),
    options.timeout ?? settings.timeouts.handler,
  )
  return {
    entry,
    handler: instruments?.route(timed) ?? timed,
    headers: headersOf(settings, options, label, place),
    crossOrigin: options.crossOrigin ?? !settings.security.crossOrigin,
    limits: options.limits ? { ...settings.limits, ...options.limits } : settings.limits,
    isRemote,
    middleware: middleware.map((one) => one.name || 'anonymous'),
  }
}

function headersOf(
  settings: Settings,
  { headers }: RouteOptions,
  label: string,
  place: string,
): SharedHeaders {
  try {
    return securityHeaders(settings, headers)
  } catch (error) {
    throw badRouteCall(`The headers of ${label}${place} cannot be sent: ${(error as Error).message}.`, {
      hint: 'A name is letters, digits and hyphens, a value one line of text; false takes a header away.',
      cause: error,
    })
  }
}

/** What answers where no route does: it throws, inside the site's middleware, so that an error handler there sees it. */
export function compileFallback(view: View, around: RouteSurroundings): CompiledRoute {
  const { instruments, siteMiddleware } = around
  const inner = toHandler(view, 'no route')
  const handler = withUser(
    compose(
      watched(instruments, { site: siteMiddleware }),
      instruments?.view(inner) ?? inner,
      'settings.middleware',
    ),
    around.loadUser,
  )
  return {
    entry: undefined,
    handler: instruments?.route(handler) ?? handler,
    headers: securityHeaders(around.settings),
    crossOrigin: true,
    limits: around.settings.limits,
    isRemote: false,
    middleware: around.siteMiddleware.map((one) => one.name || 'anonymous'),
  }
}

function withUser(handler: Handler, loadUser: UserLoader): Handler {
  return (request) => {
    const loading = loadUser(request)
    return loading ? loading.then(() => handler(request)) : handler(request)
  }
}

function watched(
  instruments: Instruments | undefined,
  lists: Partial<Record<MiddlewareOwner, readonly Middleware[]>>,
): Middleware[] {
  return (Object.keys(lists) as MiddlewareOwner[]).flatMap((owner) =>
    lists[owner]!.map((one) =>
      // What is no function is told by compose, in the words for it.
      instruments && typeof one === 'function' ? instruments.middleware(one, owner) : one,
    ),
  )
}

function withChecks(view: Handler, { incoming, outgoing }: SchemaChecks): Handler {
  if (!incoming && !outgoing) return view
  const answer: Handler = (request) => {
    const response = view(request)
    if (!outgoing) return response
    if (response instanceof Promise) return response.then((sent) => checked(sent))
    return checked(response)
  }
  const checked = (response: HttpResponse): HttpResponse => {
    outgoing!(response)
    return response
  }
  return (request) => {
    const waiting = incoming?.(request)
    return waiting ? waiting.then(() => answer(request)) : answer(request)
  }
}
