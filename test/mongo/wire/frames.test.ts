import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { frame, FrameReader, ProtocolError } from '../../../src/mongo/wire/frames.ts'

test('#11 Messages are cut alike however their bytes arrive', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 6 }),
      fc.array(fc.nat(), { maxLength: 12 }),
      fc.boolean(),
      (bodies, cuts, late) => {
        const stream = Buffer.concat(bodies.map((body, at) => frame(0, 2013, at, [body])))
        const places = [0, ...cuts.map((cut) => cut % stream.length), stream.length].sort((a, b) => a - b)
        const reader = new FrameReader()
        const found: Buffer[] = []
        const take = (): void => {
          for (let next = reader.next(); next; next = reader.next()) {
            expect(next).toMatchObject({ requestId: found.length, opCode: 2013 })
            found.push(next.bytes.subarray(next.start, next.end))
          }
        }
        for (let at = 1; at < places.length; at++) {
          const chunk = stream.subarray(places[at - 1], places[at])
          if (chunk.length > 0) reader.push(chunk)
          if (!late) take()
        }
        take()
        expect(found.map((body) => [...body])).toEqual(bodies.map((body) => [...body]))
        expect(reader.waiting).toBe(0)
      },
    ),
  )
})

test('#11 A length that cannot be right is refused as soon as it is there', () => {
  const reader = new FrameReader()
  reader.push(Buffer.from([15, 0]))
  expect(reader.next()).toBeUndefined()
  reader.push(Buffer.from([0, 0]))
  expect(() => reader.next()).toThrow(ProtocolError)
})
