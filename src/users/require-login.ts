import { errorFormat, Forbidden, redirect, Unauthorized } from '../http/index.ts'
import type { HttpResponse, Middleware, Request, User } from '../http/index.ts'

export interface RequireLoginOptions {
  /** Where to log in: a route's name or a path. Default `settings.auth.loginUrl`. */
  loginUrl?: string | undefined
  /** Who of those who are logged in may pass; others get 403. */
  allow?: ((user: User, request: Request) => boolean | Promise<boolean>) | undefined
}

/**
 * Lets nobody in who is not logged in. A browser is sent to the login page, whose `next` parameter says where it was
 * going (to be followed with `redirect.local`); a client that asks for JSON, and a WebSocket, gets 401.
 */
export function requireLogin(options: RequireLoginOptions = {}): Middleware {
  const { allow } = options
  return async function requireLogin(request, next) {
    const { user } = request
    if (user !== undefined) {
      if (allow && !(await allow(user, request))) throw new Forbidden('This is not for your account.')
      return next()
    }
    const { auth } = request.app.settings
    const loginUrl = options.loginUrl ?? auth.loginUrl
    // Around a whole site it stands around the login page too.
    if (isAt(request, loginUrl)) return next()
    const { headers } = request.raw
    const isPage =
      headers.upgrade === undefined && errorFormat(headers.accept, headers['content-type']) === 'html'
    if (!isPage) throw new Unauthorized('Log in first.', { headers: { 'www-authenticate': 'Session' } })
    return toLogin(request, loginUrl)
  }
}

function isAt(request: Request, loginUrl: string): boolean {
  return request.path === loginUrl || (request.route !== undefined && request.route.name === loginUrl)
}

/** What was sent with another method than GET cannot be sent again by following a link. */
function toLogin(request: Request, loginUrl: string): HttpResponse {
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  const query = isRead ? { next: request.raw.url! } : {}
  const send = redirect as (to: string, params: object, options: object) => HttpResponse
  return send(loginUrl, {}, { query, status: isRead ? 302 : 303 })
}
