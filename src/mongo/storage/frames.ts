import { crc32 } from 'node:zlib'

/**
 * One commit in the log: `length | crc of operations | crc of these two | operations`, an operation being
 * `1 key-length key value-length value` (put) or `2 key-length key` (remove), numbers little-endian.
 */
const HEADER = 12
const PUT = 1
const REMOVE = 2

/** Collects the operations of one commit, in a buffer kept from commit to commit. */
export class FrameWriter {
  private buffer = Buffer.allocUnsafe(64 * 1024)
  private end = HEADER

  get empty(): boolean {
    return this.end === HEADER
  }

  get length(): number {
    return this.end
  }

  put(key: Buffer, value: Buffer): void {
    this.reserve(7 + key.length + value.length)
    this.operation(PUT, key)
    this.end = this.buffer.writeUInt32LE(value.length, this.end)
    this.end += value.copy(this.buffer, this.end)
  }

  remove(key: Buffer): void {
    this.reserve(3 + key.length)
    this.operation(REMOVE, key)
  }

  /** The finished frame; valid until the next `put`, `remove` or `clear`. */
  finish(): Buffer {
    this.buffer.writeUInt32LE(this.end - HEADER, 0)
    this.buffer.writeUInt32LE(crc32(this.buffer.subarray(HEADER, this.end)), 4)
    this.buffer.writeUInt32LE(crc32(this.buffer.subarray(0, 8)), 8)
    return this.buffer.subarray(0, this.end)
  }

  clear(): void {
    this.end = HEADER
    if (this.buffer.length > 8 * 1024 * 1024) this.buffer = Buffer.allocUnsafe(64 * 1024)
  }

  private operation(kind: number, key: Buffer): void {
    this.buffer[this.end] = kind
    this.end = this.buffer.writeUInt16LE(key.length, this.end + 1)
    this.end += key.copy(this.buffer, this.end)
  }

  private reserve(more: number): void {
    if (this.end + more <= this.buffer.length) return
    const grown = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.end + more))
    this.buffer.copy(grown, 0, 0, this.end)
    this.buffer = grown
  }
}

export type Visit = (key: Buffer, value: Buffer | null) => void

/**
 * Reads whole frames from `bytes` and hands each operation to `visit`.
 *
 * @returns how many bytes were good, and whether what follows them is more than an unfinished write.
 */
export function readFrames(
  bytes: Buffer,
  visit: Visit,
): { readonly good: number; readonly damaged: boolean } {
  let at = 0
  while (at + HEADER <= bytes.length && hasHeader(bytes, at)) {
    const end = at + HEADER + bytes.readUInt32LE(at)
    if (end > bytes.length) break
    if (crc32(bytes.subarray(at + HEADER, end)) !== bytes.readUInt32LE(at + 4)) break
    readOperations(bytes, at + HEADER, end, visit)
    at = end
  }
  return { good: at, damaged: at < bytes.length && !isTail(bytes, at) }
}

function readOperations(bytes: Buffer, from: number, end: number, visit: Visit): void {
  let at = from
  while (at < end) {
    const kind = bytes[at]
    const keyEnd = at + 3 + bytes.readUInt16LE(at + 1)
    const key = Buffer.from(bytes.subarray(at + 3, keyEnd))
    if (kind === PUT) {
      const valueEnd = keyEnd + 4 + bytes.readUInt32LE(keyEnd)
      visit(key, Buffer.from(bytes.subarray(keyEnd + 4, valueEnd)))
      at = valueEnd
    } else {
      visit(key, null)
      at = keyEnd
    }
  }
}

/** Whether a frame begins here; zeros are none, as a commit is never empty. */
function hasHeader(bytes: Buffer, at: number): boolean {
  return bytes.readUInt32LE(at) > 0 && crc32(bytes.subarray(at, at + 8)) === bytes.readUInt32LE(at + 8)
}

/** A power cut leaves the last frame cut short, or blocks of zeros where bytes never arrived. */
function isTail(bytes: Buffer, at: number): boolean {
  if (at + HEADER > bytes.length) return true
  if (hasHeader(bytes, at)) return at + HEADER + bytes.readUInt32LE(at) >= bytes.length
  return bytes.subarray(at).every((byte) => byte === 0)
}
