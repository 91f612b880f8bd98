import { formatPlace } from '../base/errors.ts'
import type { Settings } from '../project/index.ts'
import type { RouteEntry, RouteTable } from '../routing/index.ts'
import type { BodyLimits } from './body/index.ts'
import { compose, toHandler, type Handler } from './compose.ts'
import type { RouteOptions } from './route.ts'
import type { SchemaChecks, SchemaCompiler } from './schema.ts'
import { securityHeaders } from './security/headers.ts'
import { withTimeout } from './timeout.ts'
import type { Middleware, View } from './view.ts'

/** A route with all that is known of it before a request comes. */
export interface CompiledRoute {
  readonly entry: RouteEntry<View, RouteOptions> | undefined
  readonly handler: Handler
  /** Headers of every answer: name, value, name, value ... */
  readonly headers: readonly string[]
  /** Whether unsafe requests from pages of other sites are let in. */
  readonly crossOrigin: boolean
  readonly limits: BodyLimits
  /** The names of what stands around the view, outermost first: for `tao routes` and the toolbar. */
  readonly middleware: readonly string[]
}

export interface RouteSurroundings {
  readonly settings: Settings
  readonly schemas: SchemaCompiler
  readonly siteMiddleware: readonly Middleware[]
  /** By app name; under `undefined` that of the site's own routes. */
  readonly appMiddleware: ReadonlyMap<string | undefined, readonly Middleware[]>
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
  const middleware = [
    ...around.siteMiddleware,
    ...(around.appMiddleware.get(entry.app) ?? []),
    ...[options.middleware ?? []].flat(),
  ]
  const view = toHandler(entry.view, entry.name ?? (entry.view.name || label))
  const handler = compose(middleware, withChecks(view, checks), `The middleware of ${label}${place}`)
  return {
    entry,
    handler: withTimeout(handler, options.timeout ?? settings.timeouts.handler),
    headers: securityHeaders(settings, options.headers),
    crossOrigin: options.crossOrigin ?? !settings.security.crossOrigin,
    limits: options.limits ? { ...settings.limits, ...options.limits } : settings.limits,
    middleware: middleware.map((one) => one.name || 'anonymous'),
  }
}

/** What answers where no route does: it throws, inside the site's middleware, so that an error handler there sees it. */
export function compileFallback(view: View, around: RouteSurroundings): CompiledRoute {
  return {
    entry: undefined,
    handler: compose(around.siteMiddleware, toHandler(view, 'no route'), 'settings.middleware'),
    headers: securityHeaders(around.settings),
    crossOrigin: true,
    limits: around.settings.limits,
    middleware: around.siteMiddleware.map((one) => one.name || 'anonymous'),
  }
}

function withChecks(view: Handler, { incoming, outgoing }: SchemaChecks): Handler {
  if (!incoming && !outgoing) return view
  return async (request) => {
    await incoming?.(request)
    const response = await view(request)
    outgoing?.(response)
    return response
  }
}
