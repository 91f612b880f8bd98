import { MAX_MESSAGE_BYTES } from './limits.ts'

const HEADER = 16

/** The bytes are not a message of the protocol: the connection that sent them is closed. */
export class ProtocolError extends Error {}

export interface Frame {
  readonly requestId: number
  readonly opCode: number
  /** What follows the 16-byte header. */
  readonly body: Buffer
}

/** Cuts a stream of bytes into messages by the length each begins with. */
export class FrameReader {
  private chunks: Buffer[] = []
  private size = 0

  /** Bytes that are not cut yet. */
  get waiting(): number {
    return this.size
  }

  push(chunk: Buffer): void {
    this.chunks.push(chunk)
    this.size += chunk.length
  }

  /** The next whole message, if there is one. @throws ProtocolError when its length cannot be right. */
  next(): Frame | undefined {
    if (this.size < 4) return undefined
    const first = this.joined(4)
    const length = first.readInt32LE(0)
    if (length < HEADER || length > MAX_MESSAGE_BYTES) throw new ProtocolError(`message of ${length} bytes`)
    if (this.size < length) return undefined
    const bytes = this.joined(length)
    const message = bytes.subarray(0, length)
    this.chunks =
      bytes.length > length ? [bytes.subarray(length), ...this.chunks.slice(1)] : this.chunks.slice(1)
    this.size -= length
    return {
      requestId: message.readInt32LE(4),
      opCode: message.readInt32LE(12),
      body: message.subarray(HEADER),
    }
  }

  /** The first chunk, joined with what follows until it holds `length` bytes. */
  private joined(length: number): Buffer {
    const first = this.chunks[0] as Buffer
    if (first.length >= length) return first
    const whole = Buffer.concat(this.chunks)
    this.chunks = [whole]
    return whole
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
