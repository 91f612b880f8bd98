import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import { parametersOf, type HeaderValue } from './content-type.ts'
import { discard } from './discard.ts'
import { bodyAborted, bodyForm, bodyTooLarge } from './errors.ts'
import { formatBytes, type BodyLimits } from './limits.ts'
import { MultipartReader } from './multipart-reader.ts'
import { openBody } from './open-body.ts'

/** RFC 2046 section 5.1.1 allows 70 characters. */
const BOUNDARY = /^[\x20-\x7e]{1,70}$/

/**
 * Starts reading a multipart body.
 * @throws what openBody throws; TAO_BODY_FORM (400)
 */
export function openMultipart(
  stream: Readable,
  headers: IncomingHttpHeaders,
  type: HeaderValue,
  limits: BodyLimits,
): MultipartReader {
  const boundaries = parametersOf(type, 'boundary')
  const boundary = boundaries[0]
  if (boundary === undefined || boundaries.length > 1 || !BOUNDARY.test(boundary)) {
    discard(stream)
    if (boundaries.length > 1) throw bodyForm('its type names two boundaries')
    throw bodyForm(
      boundary === undefined ? 'its type names no boundary' : 'its boundary is none that is allowed',
    )
  }
  openBody(stream, headers, limits.upload)
  return new MultipartReader(chunksOf(stream, limits.upload), boundary)
}

/** The stream's chunks, counted. The stream outlives a reader that stops early: the answer goes out on its socket. */
async function* chunksOf(stream: Readable, limit: number): AsyncGenerator<Buffer, undefined> {
  const chunks = stream.iterator({ destroyOnReturn: false })
  let size = 0
  try {
    for (;;) {
      const next = await read(chunks)
      if (next === undefined) return undefined
      size += next.length
      if (size > limit) throw bodyTooLarge('The body', formatBytes(limit))
      yield next
    }
  } finally {
    // Takes its listeners off, so that what is left can be discarded.
    await chunks.return?.()
  }
}

async function read(chunks: AsyncIterator<Buffer | string>): Promise<Buffer | undefined> {
  try {
    const next = await chunks.next()
    if (next.done === true) return undefined
    return typeof next.value === 'string' ? Buffer.from(next.value) : next.value
  } catch (error) {
    throw bodyAborted({ cause: error })
  }
}
