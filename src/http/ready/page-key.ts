import { createHash } from 'node:crypto'
import type { Request } from '../request.ts'

export type Visitors = 'anonymous' | 'all' | 'each'

/** Whether a request may be answered with what another one got. */
export function isForAll(request: Request, visitors: Visitors = 'anonymous'): boolean {
  if (visitors !== 'anonymous') return true
  // RFC 9111 section 3.5: what is asked for with credentials is nobody else's.
  return request.raw.headers.authorization === undefined && sessionCookie(request) === undefined
}

/**
 * What tells the answers of a view apart: scheme and host (a page may hold absolute URLs, and a site may have several),
 * path, query, the headers it varies by, and for `each` the session.
 */
export function pageKey(
  request: Request,
  { vary = [], visitors }: { vary?: readonly string[] | undefined; visitors?: Visitors | undefined },
): string {
  const { headers } = request.raw
  const parts = [`${request.secure ? 'https' : 'http'}://${request.host.toLowerCase()}${request.raw.url}`]
  for (const name of vary) parts.push(String(headers[name.toLowerCase()] ?? ''))
  if (visitors === 'each') parts.push(sessionCookie(request) ?? '', headers.authorization ?? '')
  // A secret is no key that a server of others should see, and a key has bounds.
  const text = parts.join('\n')
  return visitors === 'each' || text.length > 200
    ? createHash('sha256').update(text).digest('base64url')
    : text
}

function sessionCookie(request: Request): string | undefined {
  const { cookie } = request.raw.headers
  const { cookie: name } = request.app.settings.session
  return cookie?.includes(name) ? request.cookies[name] : undefined
}
