import type { Handler } from './compose.ts'
import type { Middleware } from './view.ts'

/** Whose list a middleware stands in. */
export type MiddlewareOwner = 'site' | 'app' | 'route'

/** Watches requests on their way: each function gives back what is called in place of what it got. Development only. */
export interface Instruments {
  /** All of a route: its middleware and its view. */
  route(handler: Handler): Handler
  middleware(one: Middleware, owner: MiddlewareOwner): Middleware
  /** The view, the checks of its schemas and the rendering of its template. */
  view(handler: Handler): Handler
}
