import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareObjectIds, writeObjectId } from '../../../src/mongo/bson/object-id.ts'
import { ObjectId } from '../../../src/mongo/bson/value.ts'

const bytes = fc.uint8Array({ minLength: 12, maxLength: 12 })

describe('ObjectIds', () => {
  it('#11 compare and are written by their bytes', () => {
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(Math.sign(compareObjectIds(new ObjectId(a), new ObjectId(b)))).toBe(Buffer.compare(a, b))
        const written = Buffer.alloc(14)
        writeObjectId(written, 1, new ObjectId(a))
        expect(written.subarray(1, 13).equals(a)).toBe(true)
      }),
    )
  })

  it('#11 do without the inside of the bson package', () => {
    const id = (hex: string): ObjectId => ({ id: Buffer.from(hex, 'hex') }) as unknown as ObjectId
    const low = id('000000000000000000000001')
    const high = id('ff0000000000000000000000')
    expect(compareObjectIds(low, high)).toBeLessThan(0)
    const written = Buffer.alloc(12)
    writeObjectId(written, 0, high)
    expect(written.toString('hex')).toBe('ff0000000000000000000000')
  })
})
