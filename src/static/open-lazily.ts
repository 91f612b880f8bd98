import { open } from 'node:fs/promises'
import { Readable } from 'node:stream'

/** Few trips to the thread pool for a large file, at a memory that many slow clients can share. */
const CHUNK = 512 * 1024

/**
 * A piece of a file as a stream, `end` included. The file is opened when the first byte is asked for and closed
 * whatever happens: an answer that nobody reads, because the client left, holds no descriptor.
 * The stream fails if the file has become shorter meanwhile.
 */
export function openLazily(file: string, start: number, end: number): Readable {
  return Readable.from(chunksOf(file, start, end), { objectMode: false, highWaterMark: CHUNK })
}

async function* chunksOf(file: string, start: number, end: number): AsyncGenerator<Buffer> {
  if (start > end) return
  const handle = await open(file, 'r')
  try {
    for (let position = start; position <= end;) {
      const wanted = Math.min(CHUNK, end - position + 1)
      const { bytesRead, buffer } = await handle.read({ buffer: Buffer.allocUnsafeSlow(wanted), position })
      if (bytesRead === 0) throw new Error(`${file} became shorter while it was being sent`)
      position += bytesRead
      yield bytesRead === wanted ? buffer : buffer.subarray(0, bytesRead)
    }
  } finally {
    await handle.close()
  }
}
