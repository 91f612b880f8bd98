import { crc32 } from 'node:zlib'
import { expect, test } from 'vitest'
import { FRAME_HEADER, sealFrame } from '../../../src/mongo/storage/frames.ts'

test('#11 The head of a frame carries the CRC-32 of zip files, as logs of every version do.', () => {
  for (const length of [1, 9, 300]) {
    const frame = Buffer.alloc(FRAME_HEADER + length, length)
    sealFrame([frame.subarray(0, FRAME_HEADER + 1), frame.subarray(FRAME_HEADER + 1)])
    expect(frame.readUInt32LE(0)).toBe(length)
    expect(frame.readUInt32LE(4)).toBe(crc32(frame.subarray(FRAME_HEADER)))
    expect(frame.readUInt32LE(8)).toBe(crc32(frame.subarray(0, 8)))
  }
})
