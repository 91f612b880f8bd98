import { crc32 as crc32OfZlib } from 'node:zlib'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { crc32 } from '../../../src/mongo/storage/crc32.ts'

test("#11 The sum of any bytes is zlib's, in pieces too", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3000 }), fc.nat(), fc.nat(), (array, one, two) => {
      const bytes = Buffer.from(array)
      const [start, end] = [one % (bytes.length + 1), two % (bytes.length + 1)].sort((a, b) => a - b) as [
        number,
        number,
      ]
      expect(crc32(bytes)).toBe(crc32OfZlib(bytes))
      expect(crc32(bytes, start, end)).toBe(crc32OfZlib(bytes.subarray(start, end)))
      expect(crc32(bytes, start, bytes.length, crc32(bytes, 0, start))).toBe(crc32OfZlib(bytes))
    }),
  )
})
