import type { Middleware } from '../view.ts'

/** Writes a line for each request it stands around: method, path, status, milliseconds. */
export function logRequests(level: 'debug' | 'info' = 'info'): Middleware {
  return async function logRequests(request, next) {
    const line = (status: number): void => {
      const ms = Math.round((performance.now() - request.startedAt) * 10) / 10
      request.log[level](
        { method: request.method, path: request.path, status, ms },
        `${request.method} ${request.path} ${status}`,
      )
    }
    try {
      const response = await next()
      line(response.status)
      return response
    } catch (error) {
      line((error as { status?: number } | null)?.status ?? 500)
      throw error
    }
  }
}
