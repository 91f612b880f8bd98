import type { Session } from '../sessions/index.ts'
import type { Request, RequestHost } from './request.ts'
import type { HttpResponse } from './response.ts'

/**
 * Puts the session's cookie on an answer, where one is to be written.
 *
 * @param send called when the answer can go out: at once, unless the session has to be sealed
 * @param refuse called with what went wrong, in committing or in `send`, after sealing
 * @returns a promise of all that, only where there was sealing
 */
export function commitSession(
  { sessions }: Pick<RequestHost, 'sessions'>,
  session: Session,
  { request, response }: { request: Request; response: HttpResponse },
  send: () => void,
  refuse: (error: unknown) => void,
): Promise<void> | undefined {
  response.headers.addToList('vary', 'Cookie')
  let cookie: string | undefined | Promise<string>
  try {
    cookie = sessions.commit(session, { secure: isSecureCookie(request) })
  } catch (error) {
    refuse(error)
    return undefined
  }
  if (cookie instanceof Promise) {
    return cookie
      .then((sealed) => {
        response.headers.append('set-cookie', sealed)
        send()
      })
      .catch(refuse)
  }
  if (cookie !== undefined) response.headers.append('set-cookie', cookie)
  send()
  return undefined
}

function isSecureCookie(request: Request): boolean {
  const { session, siteUrl } = request.app.settings
  if (session.secure !== 'auto') return session.secure
  return request.secure || siteUrl?.startsWith('https:') === true
}
