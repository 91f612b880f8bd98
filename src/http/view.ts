import type { Readable } from 'node:stream'
import type { HttpResponse } from './response.ts'
import type { Request } from './request.ts'

/** What a view may return; see `toResponse` for what becomes of each. */
export type ViewResult =
  | HttpResponse
  | Response
  | string
  | Uint8Array
  | Readable
  | ReadableStream
  | object
  | null
  | undefined
  | void

/** Takes a request, returns the answer. */
export type View<Params = Record<string, unknown>, Body = unknown> = (
  request: Request<Params, Body>,
) => ViewResult | Promise<ViewResult>

/** Goes on to the next middleware, at last to the view. */
export type Next = () => Promise<HttpResponse>

/**
 * Stands around views: does something, lets `next()` answer, does something with the answer, returns it. An error thrown
 * further in comes out of `next()`.
 */
export type Middleware = (request: Request, next: Next) => ViewResult | Promise<ViewResult>
