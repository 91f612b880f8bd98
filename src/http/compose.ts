import { badMiddleware, badViewResult, nextTwice } from './errors.ts'
import { release } from './release.ts'
import type { HttpResponse } from './response.ts'
import type { Request } from './request.ts'
import { toResponse } from './to-response.ts'
import type { Middleware, View } from './view.ts'

/** A view and all that stands around it, as one function. It stays synchronous while everything in it is. */
export type Handler = (request: Request) => HttpResponse | Promise<HttpResponse>

/** The handler of a bare view. */
export function toHandler(view: View, name: string): Handler {
  return (request) => {
    const result = view(request)
    return result instanceof Promise
      ? result.then((value) => settle(value, name, request))
      : settle(result, name, request)
  }
}

function settle(result: unknown, name: string, request: Request): HttpResponse | Promise<HttpResponse> {
  const response = toResponse(result, name)
  const finishing = response.finish(request)
  return finishing instanceof Promise ? finishing.then(() => response) : response
}

/**
 * Puts middleware around a handler, the first outermost.
 *
 * @param where names the list in the error for what is no function
 * @throws TAO_MIDDLEWARE_INVALID
 */
export function compose(middleware: readonly Middleware[], inner: Handler, where: string): Handler {
  return middleware.reduceRight<Handler>((next, one) => around(one, next, where), inner)
}

function around(middleware: Middleware, inner: Handler, where: string): Handler {
  if (typeof middleware !== 'function') {
    throw badMiddleware(where, middleware === undefined ? 'undefined' : `a ${typeof middleware}`, {
      hint: 'A middleware is a function (request, next) => response; is it exported under that name?',
    })
  }
  const name = middleware.name || 'middleware'
  return async (request) => {
    let called = false
    let answer: HttpResponse | undefined
    const next = async (): Promise<HttpResponse> => {
      if (called) throw nextTwice()
      called = true
      return (answer = await inner(request))
    }
    let result: unknown
    try {
      result = await middleware(request, next)
    } catch (error) {
      if (answer) release(answer)
      throw error
    }
    if (result === undefined && !request.hijacked) {
      throw badViewResult(`of the middleware ${name}`, 'nothing', {
        hint: 'A middleware returns an answer: what next() gave, or one of its own.',
      })
    }
    return settle(result, name, request)
  }
}
