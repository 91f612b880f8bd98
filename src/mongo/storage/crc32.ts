import { crc32 as crc32OfZlib } from 'node:zlib'

/** Up to here the way into C++ costs more than the sum. */
const SHORT = 1024

/** What each byte does to the sum when none, one, two or three others follow it: 4 x 256. */
const TABLE: Uint32Array = new Uint32Array(1024)
for (let at = 0; at < 1024; at++) {
  let crc = at < 256 ? at : (TABLE[at - 256] as number)
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  TABLE[at] = crc
}

/** zlib's CRC-32 of the bytes from `start` to `end`, going on from that of what stands before them. */
export function crc32(bytes: Buffer, start = 0, end: number = bytes.length, before = 0): number {
  if (end - start > SHORT) {
    const isWhole = start === 0 && end === bytes.length
    return crc32OfZlib(isWhole ? bytes : bytes.subarray(start, end), before)
  }
  let crc = ~before
  let at = start
  for (; at + 4 <= end; at += 4) {
    crc ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
    crc =
      TABLE[768 + (crc & 255)]! ^
      TABLE[512 + ((crc >>> 8) & 255)]! ^
      TABLE[256 + ((crc >>> 16) & 255)]! ^
      TABLE[crc >>> 24]!
  }
  for (; at < end; at++) crc = TABLE[(crc ^ bytes[at]!) & 255]! ^ (crc >>> 8)
  return ~crc >>> 0
}
