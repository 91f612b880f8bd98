import type { Static, TSchema } from '@sinclair/typebox'
import { didYouMean } from '../base/text.ts'
import {
  callerPlace,
  makeRoute,
  prefixRoute,
  flattenRoutes,
  type ParamsOf,
  type Route,
  type RouteList,
} from '../routing/index.ts'
import { badRouteCall } from './errors.ts'
import type { RequestLimits } from './request-limits.ts'
import type { Middleware, View } from './view.ts'

export interface RouteOptions<Body extends TSchema = TSchema> {
  name?: string | undefined
  /** Stands around this view alone, outermost first. */
  middleware?: Middleware | readonly Middleware[] | undefined
  /** What the body (JSON or a form) has to be; the view finds it in `request.body`, anything else is answered 400. */
  body?: Body | undefined
  /** What the query has to be; the view finds it in `request.args`. */
  query?: TSchema | undefined
  /** What the view's JSON has to be; anything else is a 500 and a line in the log. */
  response?: TSchema | undefined
  /** Response headers that differ from the site's defaults here; `false` takes one away. */
  headers?: Readonly<Record<string, string | false>> | undefined
  /** Let pages of other sites send unsafe requests, and open WebSockets, here. */
  crossOrigin?: boolean | undefined
  /** Limits of the body and of WebSockets that differ here. */
  limits?: Partial<RequestLimits> | undefined
  /** Seconds the view may take before the client gets 503; 0 is none. */
  timeout?: number | undefined
}

/** A route as `routes.ts` lists them. */
export type AnyRoute = Route<View<never, never>, RouteOptions>
export type Routes = RouteList<View<never, never>, RouteOptions>

export const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', '*'] as const
export type Method = (typeof METHODS)[number] | Lowercase<(typeof METHODS)[number]>

type BodyOf<Schema extends TSchema> = TSchema extends Schema ? unknown : Static<Schema>

/**
 * One line of a `routes.ts`: which view answers a method and a path.
 *
 * @param method `GET`, `POST` ..., several of them, or `*` for all
 * @param path with variables in braces: `/blog/{slug}`, `/blog/{id:int}`, `/blog/{year:\\d{4}}`
 * @param view takes the request, whose `params` are those of the path
 * @param nameOrOptions the route's name (else the view's own), or options
 * @param more options, when a name was given
 * @throws TAO_ROUTE_CALL when an argument is none of these; what is wrong within the path is said at start
 */
export function route<const Path extends string, Body extends TSchema = TSchema>(
  method: Method | readonly Method[],
  path: Path,
  view: View<ParamsOf<Path>, BodyOf<Body>>,
  nameOrOptions?: string | RouteOptions<Body>,
  more: RouteOptions<Body> = {},
): AnyRoute {
  const place = callerPlace(route)
  const options = typeof nameOrOptions === 'string' ? { ...more, name: nameOrOptions } : { ...nameOrOptions }
  const call = `route(${JSON.stringify(method)}, ${JSON.stringify(path)}, ...)`
  if (typeof view !== 'function') {
    throw badRouteCall(
      `${call} got ${view === undefined ? 'undefined' : `a ${typeof view}`} instead of a view.`,
      {
        place,
        hint: view === undefined ? 'Is the view exported from views.ts under that name?' : undefined,
      },
    )
  }
  if (typeof path !== 'string') {
    throw badRouteCall(`${call} got ${typeof path} instead of a path.`, {
      place,
      hint: "Write: route('GET', '/', view)",
    })
  }
  const known: readonly string[] = METHODS
  const methods = [method].flat().map((one) => one.toUpperCase())
  const unknown = methods.find((one) => !known.includes(one))
  if (unknown !== undefined || methods.length === 0) {
    throw badRouteCall(`${call} names the method "${unknown ?? ''}", which is none.`, {
      place,
      hint: didYouMean(unknown ?? '', known) ?? `Known are ${known.join(', ')}.`,
    })
  }
  const name = options.name ?? (view.name === '' ? undefined : view.name)
  if (name !== undefined && !/^[\w.:-]+$/.test(name)) {
    throw badRouteCall(`${call} is named "${name}".`, {
      place,
      hint: 'A name is letters, digits, "_", "-" and ".".',
    })
  }
  return makeRoute({ methods, path, view: view as View<never, never>, name, options, place })
}

/**
 * Puts a path, and a name, in front of a list of routes; nests. Its middleware stands around that of the routes.
 *
 * @param path `/api`
 * @param nameOrRoutes the name to go before the routes' own, with a colon, or at once the routes
 */
export function prefix(
  path: string,
  name: string,
  routes: Routes,
  options?: Pick<RouteOptions, 'middleware'>,
): Routes
export function prefix(path: string, routes: Routes, options?: Pick<RouteOptions, 'middleware'>): Routes
export function prefix(
  path: string,
  nameOrRoutes: string | Routes,
  second?: Routes | Pick<RouteOptions, 'middleware'>,
  third: Pick<RouteOptions, 'middleware'> = {},
): Routes {
  const named = typeof nameOrRoutes === 'string'
  const name = named ? nameOrRoutes : undefined
  const routes = named ? second : nameOrRoutes
  const options = named ? third : ((second as Pick<RouteOptions, 'middleware'> | undefined) ?? {})
  if (!Array.isArray(routes)) {
    throw badRouteCall(`prefix(${JSON.stringify(path)}, ...) got no list of routes.`, {
      place: callerPlace(prefix),
    })
  }
  const outer = [options.middleware ?? []].flat()
  return flattenRoutes(routes as Routes).map((inner) =>
    prefixRoute(inner, path, name, (own) =>
      outer.length === 0 ? own : { ...own, middleware: [...outer, ...[own.middleware ?? []].flat()] },
    ),
  )
}
