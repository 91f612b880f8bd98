import type { Middleware } from '../view.ts'

/** Tells in `Server-Timing` how many milliseconds the answer took, for a browser's network panel. */
export function responseTime(name: string = 'total'): Middleware {
  return async function responseTime(request, next) {
    const response = await next()
    const ms = performance.now() - request.startedAt
    response.headers.append('server-timing', `${name};dur=${ms.toFixed(1)}`)
    return response
  }
}
