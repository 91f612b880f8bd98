import { promisify } from 'node:util'
import { brotliCompress, constants, createBrotliCompress, createGzip, gzip } from 'node:zlib'
import type { Transform } from 'node:stream'
import type { HttpResponse } from '../response.ts'
import type { Middleware } from '../view.ts'

export interface CompressOptions {
  /** Bytes below which compressing is not worth it. Default 1024. */
  threshold?: number
  /** Brotli quality, 0 to 11. Default 4: near gzip's time and smaller. */
  brotliQuality?: number
}

const COMPRESSIBLE =
  /^(?:text\/|application\/(?:[\w.-]+\+)?(?:json|xml|javascript|manifest)|image\/svg\+xml)/i
const toBrotli = promisify(brotliCompress)
const toGzip = promisify(gzip)

/**
 * Compresses texts with brotli or gzip for clients that take it (RFC 9110 section 12.5.3). Answers that carry a
 * secret beside text a stranger may choose should not pass it (the BREACH attack).
 */
export function compress(options: CompressOptions = {}): Middleware {
  const { threshold = 1024, brotliQuality = 4 } = options
  const params = { [constants.BROTLI_PARAM_QUALITY]: brotliQuality }
  return async function compress(request, next) {
    const response = await next()
    if (!isCandidate(response)) return response
    response.headers.addToList('vary', 'Accept-Encoding')
    const encoding = chooseEncoding(request.raw.headers['accept-encoding'])
    if (encoding === undefined) return response
    const { body } = response
    if (typeof body === 'string' || body instanceof Uint8Array) {
      const bytes = typeof body === 'string' ? Buffer.from(body) : body
      if (bytes.byteLength < threshold) return response
      response.body = encoding === 'br' ? await toBrotli(bytes, { params }) : await toGzip(bytes)
    } else if (body) {
      const flush = encoding === 'br' ? constants.BROTLI_OPERATION_FLUSH : constants.Z_SYNC_FLUSH
      const through: Transform =
        encoding === 'br' ? createBrotliCompress({ params, flush }) : createGzip({ flush })
      body.once('error', (error) => through.destroy(error))
      through.once('close', () => body.destroy())
      response.body = body.pipe(through)
    }
    response.headers.set('content-encoding', encoding)
    response.headers.delete('content-length')
    weaken(response)
    return response
  }
}

function isCandidate({ headers, status, body }: HttpResponse): boolean {
  if (body === undefined || status === 206 || headers.has('content-encoding')) return false
  if (headers.get('cache-control')?.includes('no-transform')) return false
  return COMPRESSIBLE.test(headers.get('content-type') ?? '')
}

/** The client's choice of what we have: by its weights, brotli before gzip when they are equal. */
export function chooseEncoding(accept: string | string[] | undefined): 'br' | 'gzip' | undefined {
  if (accept === undefined) return undefined
  const weights = new Map<string, number>()
  for (const item of String(accept).split(',')) {
    const [name, ...parameters] = item
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/)
    const q = parameters.find((parameter) => parameter.startsWith('q='))
    const weight = q === undefined ? 1 : Number(q.slice(2))
    if (name) weights.set(name, Number.isFinite(weight) ? weight : 0)
  }
  const weightOf = (name: string): number => weights.get(name) ?? weights.get('*') ?? 0
  const [br, gz] = [weightOf('br'), weightOf('gzip')]
  if (br <= 0 && gz <= 0) return undefined
  return br >= gz ? 'br' : 'gzip'
}

// The bytes differ from those a strong ETag was made for.
function weaken({ headers }: HttpResponse): void {
  const etag = headers.get('etag')
  if (etag !== null && !etag.startsWith('W/')) headers.set('etag', `W/${etag}`)
}
