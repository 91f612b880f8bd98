import type { IncomingHttpHeaders } from 'node:http'

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])

/** Whether a method is meant to change something (RFC 9110 section 9.2.1). */
export function isUnsafe(method: string): boolean {
  return !SAFE.has(method)
}

/**
 * Decides whether a request was made by a page of another site. Browsers say so in `Sec-Fetch-Site` and, older ones, in
 * `Origin`; a client that sends neither is no browser and has no cookies it was not given on purpose.
 *
 * @param own the origins that are this site: that of the request, and `settings.siteUrl`
 * @param trusted other origins that may
 */
export function isCrossOrigin(
  headers: IncomingHttpHeaders,
  own: readonly (string | undefined)[],
  trusted: readonly string[],
): boolean {
  const { origin } = headers
  if (origin !== undefined && trusted.includes(origin)) return false
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  if (origin === undefined) return false
  return !own.includes(origin)
}
