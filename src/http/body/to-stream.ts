import { Readable } from 'node:stream'

/**
 * The content of an upload as a stream. Nothing is read before somebody reads it. An error that nobody listens for,
 * a client that went away above all, does not end the process, as an unheard `error` event would.
 * @param unheard gets such an error
 */
export function toStream(
  chunks: AsyncGenerator<Buffer>,
  unheard: (error: Error) => void = () => {},
): Readable {
  const stream = Readable.from(chunks, { objectMode: false })
  return stream.on('error', (error) => {
    if (stream.listenerCount('error') === 1) unheard(error)
  })
}
