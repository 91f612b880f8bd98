import { Session } from '../../sessions/index.ts'
import type { Request } from '../request.ts'
import type { HttpResponse } from '../response.ts'
import type { Visitors } from './page-key.ts'

/** Why an answer is not for others, or not for later; nothing when it may be kept. */
export function refusalToKeep(
  { status, body, headers }: HttpResponse,
  request: Request,
  {
    vary = [],
    visitors = 'anonymous',
  }: { vary?: readonly string[] | undefined; visitors?: Visitors | undefined },
): string | undefined {
  if (status !== 200) return `its status is ${status}`
  if (request.hijacked) return 'its socket was taken'
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) return 'it is streamed, or empty'
  if (headers.has('set-cookie')) return 'it sets a cookie'
  const control = headers.get('cache-control')?.toLowerCase() ?? ''
  if (control.includes('no-store') || (control.includes('private') && visitors !== 'each'))
    return `its Cache-Control is "${control}"`
  if (headers.get('content-security-policy')?.includes("'nonce-"))
    return 'it carries a nonce, which is for once'
  const known = new Set(['cookie', ...vary.map((name) => name.toLowerCase())])
  const varies = (headers.get('vary') ?? '').toLowerCase().split(/\s*,\s*/)
  const other = varies.find((name) => name !== '' && !known.has(name))
  if (other !== undefined) return `it varies by ${other}, which cache({ vary }) does not name`
  const session = request.openedSession
  if (session && visitors === 'all' && request.raw.headers.cookie !== undefined)
    return 'it looked at the session'
  if (session) {
    const { changed, renew } = Session.snapshot(session)
    if (changed || renew) return 'it changed the session'
  }
  return undefined
}
