import type { Readable } from 'node:stream'

const MOST = 64 * 1024 * 1024

/**
 * Reads the rest of a body and drops it. Without this a client that is still sending meets a closed connection
 * and never sees the answer that refused it. What is longer than `most` bytes is cut off.
 */
export function discard(stream: Readable, most: number = MOST): void {
  if (stream.readableEnded || stream.destroyed) return
  let left = most
  stream.on('error', ignore)
  stream.on('data', (chunk: Buffer | string) => {
    left -= chunk.length
    if (left < 0) stream.destroy()
  })
  stream.resume()
}

function ignore(): void {
  // Nobody is interested in a body that was refused: the client may cut it as it likes.
}
