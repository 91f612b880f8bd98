import type { Place } from '../base/errors.ts'

/** A route as a site's `routes.ts` lists it: plain frozen data. `View` and `Options` are the business of http/. */
export interface Route<View = unknown, Options = unknown> {
  readonly [brand]: true
  readonly methods: readonly string[]
  readonly path: string
  readonly view: View
  /** Without the app's name in front; `undefined` when neither given nor to be had from the view. */
  readonly name: string | undefined
  readonly options: Options
  /** Where `route()` was called. */
  readonly place: Place | undefined
}

/** What a `routes.ts` exports: routes, and lists of routes as `prefix` and `resource` make them. */
export type RouteList<View = unknown, Options = unknown> = readonly (
  | Route<View, Options>
  | RouteList<View, Options>
)[]

// Registered, so that a site and an app from npm may each bring a copy of tao and still understand one another.
const brand: unique symbol = Symbol.for('tao1.route') as never

export function makeRoute<View, Options>(
  data: Omit<Route<View, Options>, typeof brand>,
): Route<View, Options> {
  return Object.freeze({ [brand]: true as const, ...data })
}

export function isRoute(value: unknown): value is Route {
  return typeof value === 'object' && value !== null && brand in value
}

/** All routes of a list in order, nested lists taken apart. */
export function flattenRoutes<View, Options>(list: RouteList<View, Options>): Route<View, Options>[] {
  return list.flatMap((item) => (isRoute(item) ? [item] : flattenRoutes(item)))
}

/** A route with a path and a name put in front. */
export function prefixRoute<View, Options>(
  route: Route<View, Options>,
  path: string,
  name: string | undefined,
  options: (own: Options) => Options = (own) => own,
): Route<View, Options> {
  return makeRoute({
    methods: route.methods,
    path: joinPaths(path, route.path),
    view: route.view,
    name: route.name === undefined || !name ? route.name : `${name}:${route.name}`,
    options: options(route.options),
    place: route.place,
  })
}

/** `/api` and `/posts` make `/api/posts`; `/api` and `/` make `/api`. */
export function joinPaths(front: string, path: string): string {
  const base = front.replace(/\/+$/, '')
  if (path === '/' && base !== '') return base
  return base + path
}
