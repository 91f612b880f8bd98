import { MAX_MESSAGE_BYTES } from '../bson/limits.ts'

export const HEADER = 16

/** The bytes are not a message of the protocol: the connection that sent them is closed. */
export class ProtocolError extends Error {}

export interface Frame {
  readonly requestId: number
  readonly opCode: number
  /** What follows the 16-byte header: from `start` to `end`. */
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
}

const NOTHING: Buffer = Buffer.alloc(0)

/** Cuts a stream of bytes into messages by the length each begins with. */
export class FrameReader {
  /** What is not cut yet: its beginning, and what came behind that. */
  private first = NOTHING
  private more: Buffer[] = []
  private size = 0

  /** Bytes that are not cut yet. */
  get waiting(): number {
    return this.size
  }

  push(chunk: Buffer): void {
    if (this.size === 0) this.first = chunk
    else this.more.push(chunk)
    this.size += chunk.length
  }

  /** The next whole message, if there is one. @throws ProtocolError when its length cannot be right. */
  next(): Frame | undefined {
    if (this.size < 4) return undefined
    if (this.first.length < 4) this.join()
    const length = this.first.readInt32LE(0)
    if (length < HEADER || length > MAX_MESSAGE_BYTES) throw new ProtocolError(`message of ${length} bytes`)
    if (this.size < length) return undefined
    if (this.first.length < length) this.join()
    const { first } = this
    this.size -= length
    if (first.length > length) this.first = first.subarray(length)
    else this.first = this.more.shift() ?? NOTHING
    return {
      requestId: first.readInt32LE(4),
      opCode: first.readInt32LE(12),
      bytes: first,
      start: HEADER,
      end: length,
    }
  }

  private join(): void {
    this.first = Buffer.concat([this.first, ...this.more])
    this.more = []
  }
}

/** One message: header and body in one buffer. */
export function frame(
  responseTo: number,
  opCode: number,
  requestId: number,
  parts: readonly Uint8Array[],
): Buffer {
  let length = HEADER
  for (const part of parts) length += part.length
  const message = Buffer.allocUnsafe(length)
  message.writeInt32LE(length, 0)
  message.writeInt32LE(requestId, 4)
  message.writeInt32LE(responseTo, 8)
  message.writeInt32LE(opCode, 12)
  let at = HEADER
  for (const part of parts) {
    message.set(part, at)
    at += part.length
  }
  return message
}
