import { crc32 as crc32OfZlib } from 'node:zlib'

/** Up to here the way into C++ costs more than the sum. */
const SHORT = 512

const TABLE: Uint32Array = new Uint32Array(256).map((_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  return crc
})

/** zlib's CRC-32 of the bytes from `start` to `end`, going on from that of what stands before them. */
export function crc32(bytes: Buffer, start = 0, end: number = bytes.length, before = 0): number {
  if (end - start > SHORT) {
    const isWhole = start === 0 && end === bytes.length
    return crc32OfZlib(isWhole ? bytes : bytes.subarray(start, end), before)
  }
  let crc = ~before
  for (let at = start; at < end; at++) {
    crc = (TABLE[(crc ^ (bytes[at] as number)) & 0xff] as number) ^ (crc >>> 8)
  }
  return ~crc >>> 0
}
