import { Readable } from 'node:stream'

/**
 * The content of an upload as a stream. Nothing is read before somebody reads it. An error that nobody listens for,
 * a client that went away above all, does not end the process, as an unheard `error` event would.
 */
export function toStream(chunks: AsyncGenerator<Buffer>): Readable {
  return Readable.from(chunks, { objectMode: false }).on('error', () => {})
}
