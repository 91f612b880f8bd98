import { createHash } from 'node:crypto'
import type { Kept } from '../../cache/index.ts'
import type { Request } from '../request.ts'
import { HttpResponse } from '../response.ts'
import type { Visitors } from './page-key.ts'

interface Head {
  readonly headers: [name: string, value: string][]
  readonly etag: string
  /** When it was made, in milliseconds since 1970: other machines keep time too. */
  readonly at: number
}

/** An answer as it is kept. */
export function toKept({ headers, body }: HttpResponse): Kept {
  const content = body as string | Uint8Array
  const etag =
    headers.get('etag') ?? `"${createHash('sha256').update(content).digest('base64url').slice(0, 27)}"`
  const head: Head = { headers: [...headers], etag, at: Date.now() }
  return { head: JSON.stringify(head), body: content }
}

/** The answer again, for one request: whole, or 304 when the client has it (RFC 9110 section 13.1.2). */
export function fromKept(
  { head, body }: Kept,
  request: Request,
  {
    vary = [],
    visitors = 'anonymous',
    maxAge = 0,
  }: {
    vary?: readonly string[] | undefined
    visitors?: Visitors | undefined
    maxAge?: number | undefined
  },
): HttpResponse {
  const { headers, etag, at } = JSON.parse(head) as Head
  const isKnown = matches(request.raw.headers['if-none-match'], etag)
  const response = new HttpResponse(isKnown ? undefined : body, { status: isKnown ? 304 : 200 })
  for (const [name, value] of headers) response.headers.append(name, value)
  response.headers.set('etag', etag)
  response.headers.set('age', String(Math.max(0, Math.floor((Date.now() - at) / 1000))))
  if (!response.headers.has('cache-control')) {
    // What is invalidated here is to be seen at once: a browser asks, and mostly hears 304.
    const fresh = maxAge > 0 ? `max-age=${maxAge}` : 'no-cache'
    response.headers.set('cache-control', visitors === 'each' ? `private, ${fresh}` : fresh)
  }
  for (const name of vary) response.headers.addToList('vary', name)
  if (visitors !== 'all') response.headers.addToList('vary', 'Cookie')
  return response
}

/** Weakly: what compressing made of it is the same page. */
function matches(condition: string | undefined, etag: string): boolean {
  if (condition === undefined) return false
  if (condition.trim() === '*') return true
  const bare = (tag: string): string => tag.trim().replace(/^W\//, '')
  return condition.split(',').some((tag) => bare(tag) === bare(etag))
}
