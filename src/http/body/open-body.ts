import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import { discard } from './discard.ts'
import { bodyAborted, bodyEncoding, bodyTooLarge, bodyUsed } from './errors.ts'
import { formatBytes } from './limits.ts'

/**
 * What every reader checks before it reads a byte.
 * @returns the length the client declared, if it did
 */
export function openBody(stream: Readable, headers: IncomingHttpHeaders, limit: number): number | undefined {
  if (stream.readableDidRead || stream.readableEnded)
    throw bodyUsed({ hint: 'Read it once and keep the result.' })
  if (stream.destroyed) throw bodyAborted()
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding.trim().toLowerCase() !== 'identity' && encoding.trim() !== '') {
    discard(stream)
    throw bodyEncoding(encoding)
  }
  const length = headers['content-length'] === undefined ? undefined : Number(headers['content-length'])
  if (length !== undefined && length > limit) {
    discard(stream)
    throw bodyTooLarge('The body', formatBytes(limit))
  }
  return length
}
