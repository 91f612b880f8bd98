import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import { HttpError, NotImplemented, type Request } from '../http/index.ts'

/** For one connection only (RFC 9110 section 7.6.1), with what `Connection` names; and what is told anew. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** What a client says of itself is not believed, and what is true is said in its place. */
const TOLD_ANEW = new Set(['expect', 'forwarded', 'host', 'x-real-ip', 'x-request-id'])

/** What this server says itself in each answer. */
const OWN = new Set(['date', 'x-request-id'])

/**
 * The headers of a request as they go to the remote app. Host stays what the visitor asked for: the remote makes its URLs
 * and judges origins by it. The length of the body stays, a body in chunks is sent in chunks; both at once never get here.
 *
 * @param via this server's name in `Via` (RFC 9110 section 7.6.3)
 * @throws 501 for a body in a coding that is more than chunks (RFC 9112 section 6.1), 508 for a request that was passed on
 *   to this server before and came back
 */
export function forwardedHeaders(request: Request, via: string): OutgoingHttpHeaders {
  const { headers } = request.raw
  const dropped = namedIn(headers.connection)
  const sent: OutgoingHttpHeaders = {}
  for (const [name, value] of Object.entries(headers)) {
    if (HOP_BY_HOP.has(name) || TOLD_ANEW.has(name) || dropped.has(name)) continue
    if (!name.startsWith('x-forwarded-')) sent[name] = value
  }
  const way = headers.via === undefined ? [] : headers.via.split(/\s*,\s*/)
  if (way.includes(`1.1 ${via}`))
    throw new HttpError(508, 'The remote of this app leads back here: settings.apps names the server itself.')
  sent['via'] = [...way, `1.1 ${via}`].join(', ')
  sent['host'] = request.host
  sent['x-forwarded-for'] = request.ip
  sent['x-forwarded-host'] = request.host
  sent['x-forwarded-proto'] = request.secure ? 'https' : 'http'
  sent['x-request-id'] = request.id
  const coding = headers['transfer-encoding']
  if (coding !== undefined) {
    if (coding.toLowerCase() !== 'chunked') throw new NotImplemented('A body may be sent in chunks alone.')
    sent['transfer-encoding'] = 'chunked'
  }
  return sent
}

/** The headers of the remote's answer as they go to the visitor; a redirect to the remote's own address becomes a path. */
export function* answeredHeaders(
  { rawHeaders, headers }: IncomingMessage,
  origin: string,
): Generator<[name: string, value: string]> {
  const dropped = namedIn(headers.connection)
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase()
    const value = rawHeaders[i + 1]!
    if (HOP_BY_HOP.has(name) || OWN.has(name) || dropped.has(name)) continue
    const isOurs = name === 'location' && value.startsWith(`${origin}/`) && !value.startsWith(`${origin}//`)
    yield [name, isOurs ? value.slice(origin.length) : value]
  }
}

function namedIn(connection: string | undefined): Set<string> {
  return new Set((connection ?? '').toLowerCase().split(/\s*,\s*/))
}
