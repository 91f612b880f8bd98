import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import { discard } from './discard.ts'
import { bodyAborted, bodyLength, bodyTooLarge } from './errors.ts'
import { formatBytes, type BodyLimits } from './limits.ts'
import { openBody } from './open-body.ts'

/**
 * The body as it came.
 * @throws TAO_BODY_TOO_LARGE (413), TAO_BODY_ENCODING (415), TAO_BODY_LENGTH, TAO_BODY_ABORTED (400), TAO_BODY_USED
 */
export async function readBytes(
  stream: Readable,
  headers: IncomingHttpHeaders,
  limits: Pick<BodyLimits, 'body'>,
): Promise<Buffer> {
  const declared = openBody(stream, headers, limits.body)
  const bytes = await collect(stream, limits.body)
  if (declared !== undefined && declared !== bytes.length) throw bodyLength(declared, bytes.length)
  return bytes
}

function collect(stream: Readable, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0

    function onData(chunk: Buffer | string): void {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
      size += bytes.length
      if (size > limit) {
        stream.off('data', onData)
        discard(stream)
        reject(bodyTooLarge('The body', formatBytes(limit)))
      } else chunks.push(bytes)
    }
    // Listeners that stay do no harm: a promise that is settled stays as it is.
    function onEnd(): void {
      resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size))
    }
    function onError(error: unknown): void {
      reject(bodyAborted({ cause: error }))
    }
    function onClose(): void {
      if (!stream.readableEnded) reject(bodyAborted())
    }

    stream.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose)
  })
}
