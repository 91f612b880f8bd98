import { crc32 } from 'node:zlib'

/**
 * One commit in the log: `length | crc of operations | crc of these two | operations`, an operation being
 * `1 key-length key value-length value` (put) or `2 key-length key` (remove), numbers little-endian.
 */
export const FRAME_HEADER = 12
export const PUT = 1
export const REMOVE = 2

const TABLE: Uint32Array = new Uint32Array(256).map((_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  return crc
})

/** zlib's CRC-32 of eight bytes: for so few the way into C++ costs more than the sum. */
function crcOfHead(bytes: Buffer, start: number): number {
  let crc = 0xffffffff
  for (let at = start; at < start + 8; at++) {
    crc = (TABLE[(crc ^ (bytes[at] as number)) & 0xff] as number) ^ (crc >>> 8)
  }
  return (crc ^ 0xffffffff) >>> 0
}

/** Fills in the head of a frame, which may lie in several pieces; the first begins with room for it. */
export function sealFrame(parts: readonly Buffer[]): void {
  const first = parts[0] as Buffer
  let length = -FRAME_HEADER
  let crc = 0
  for (const part of parts) {
    length += part.length
    crc = crc32(part === first ? part.subarray(FRAME_HEADER) : part, crc)
  }
  first.writeUInt32LE(length, 0)
  first.writeUInt32LE(crc, 4)
  first.writeUInt32LE(crcOfHead(first, 0), 8)
}

export type Visit = (key: string, value: Buffer | null) => void

/**
 * Reads whole frames from `bytes` and hands each operation to `visit`; its values are slices of them.
 *
 * @returns how many bytes were good, and whether what follows them is more than an unfinished write.
 */
export function readFrames(
  bytes: Buffer,
  visit: Visit,
): { readonly good: number; readonly damaged: boolean } {
  let at = 0
  while (at + FRAME_HEADER <= bytes.length && hasHeader(bytes, at)) {
    const end = at + FRAME_HEADER + bytes.readUInt32LE(at)
    if (end > bytes.length) break
    if (crc32(bytes.subarray(at + FRAME_HEADER, end)) !== bytes.readUInt32LE(at + 4)) break
    readOperations(bytes, at + FRAME_HEADER, end, visit)
    at = end
  }
  return { good: at, damaged: at < bytes.length && !isTail(bytes, at) }
}

/** The part of a log that its first frame takes. */
export function firstFrame(bytes: Buffer): Buffer {
  return bytes.length < FRAME_HEADER ? bytes : bytes.subarray(0, FRAME_HEADER + bytes.readUInt32LE(0))
}

function readOperations(bytes: Buffer, from: number, end: number, visit: Visit): void {
  let at = from
  while (at < end) {
    const kind = bytes[at]
    const keyEnd = at + 3 + bytes.readUInt16LE(at + 1)
    const key = bytes.toString('latin1', at + 3, keyEnd)
    if (kind === PUT) {
      const valueEnd = keyEnd + 4 + bytes.readUInt32LE(keyEnd)
      visit(key, bytes.subarray(keyEnd + 4, valueEnd))
      at = valueEnd
    } else {
      visit(key, null)
      at = keyEnd
    }
  }
}

/** Whether a frame begins here; zeros are none, as a commit is never empty. */
function hasHeader(bytes: Buffer, at: number): boolean {
  return bytes.readUInt32LE(at) > 0 && crcOfHead(bytes, at) === bytes.readUInt32LE(at + 8)
}

/** A power cut leaves the last frame cut short, or blocks of zeros where bytes never arrived. */
function isTail(bytes: Buffer, at: number): boolean {
  if (at + FRAME_HEADER > bytes.length) return true
  if (hasHeader(bytes, at)) return at + FRAME_HEADER + bytes.readUInt32LE(at) >= bytes.length
  return bytes.subarray(at).every((byte) => byte === 0)
}
