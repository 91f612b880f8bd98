import { crc32 } from './crc32.ts'

/**
 * One commit in the log: `length | crc of operations | crc of these two | operations`, an operation being
 * `1 key-length key value-length value` (put) or `2 key-length key` (remove), numbers little-endian.
 */
export const FRAME_HEADER = 12
export const PUT = 1
export const REMOVE = 2

/** Fills in the head of a frame, which may lie in several pieces; the first begins with room for it. */
export function sealFrame(parts: readonly Buffer[]): void {
  const first = parts[0] as Buffer
  let length = -FRAME_HEADER
  let crc = 0
  for (const part of parts) {
    length += part.length
    crc = crc32(part, part === first ? FRAME_HEADER : 0, part.length, crc)
  }
  first.writeUInt32LE(length, 0)
  first.writeUInt32LE(crc, 4)
  first.writeUInt32LE(crc32(first, 0, 8), 8)
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
    if (crc32(bytes, at + FRAME_HEADER, end) !== bytes.readUInt32LE(at + 4)) break
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
  return bytes.readUInt32LE(at) > 0 && crc32(bytes, at, at + 8) === bytes.readUInt32LE(at + 8)
}

/** A power cut leaves the last frame cut short, or blocks of zeros where bytes never arrived. */
function isTail(bytes: Buffer, at: number): boolean {
  if (at + FRAME_HEADER > bytes.length) return true
  if (hasHeader(bytes, at)) return at + FRAME_HEADER + bytes.readUInt32LE(at) >= bytes.length
  return bytes.subarray(at).every((byte) => byte === 0)
}
