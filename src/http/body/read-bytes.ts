import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { discard } from './discard.ts'
import { bodyAborted, bodyLength, bodyTooLarge, bodyUsed } from './errors.ts'
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

/**
 * The next tick, not this one: a small body comes with its head, and the parser that has just told of the head puts the
 * body into the stream before anything else happens. Then there is nothing to listen for.
 */
function collect(stream: Readable, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    process.nextTick(() => {
      if (stream.readableDidRead) reject(bodyUsed({ hint: 'Read it once and keep the result.' }))
      else if (isThere(stream, limit)) resolve((stream.read() as Buffer | null) ?? NOTHING)
      else listen(stream, limit, resolve, reject)
    })
  })
}

const NOTHING = Buffer.alloc(0)

/** Whether all of the body waits in the stream of a request, as bytes, and nobody else has set it flowing. */
function isThere(stream: Readable, limit: number): boolean {
  return (
    (stream as Partial<IncomingMessage>).complete === true &&
    stream.readableFlowing === null &&
    stream.readableEncoding === null &&
    stream.readableLength <= limit &&
    !stream.destroyed
  )
}

function listen(
  stream: Readable,
  limit: number,
  resolve: (bytes: Buffer) => void,
  reject: (error: Error) => void,
): void {
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
}
