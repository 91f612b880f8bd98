import type { Middleware } from '../view.ts'

/**
 * Sets headers on the answers it stands around, where the view has not set them: `responseHeaders({ 'x-frame-options':
 * 'SAMEORIGIN' })` loosens one of the site's security headers for an app.
 *
 */
export function responseHeaders(headers: Readonly<Record<string, string>>): Middleware {
  const entries = Object.entries(headers)
  return async function responseHeaders(_request, next) {
    const response = await next()
    for (const [name, value] of entries) if (!response.headers.has(name)) response.headers.set(name, value)
    return response
  }
}
