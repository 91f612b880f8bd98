import { BSON } from 'mongodb'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { decode, encode } from '../../../src/mongo/bson/codec.ts'
import { toDoc } from '../../../src/mongo/bson/plain.ts'
import { isWellFormed } from '../../../src/mongo/bson/well-formed.ts'
import { doc } from './arbitrary.ts'

const told = (bytes: Uint8Array): boolean => isWellFormed(Buffer.from(bytes), 0, bytes.length)

test('#11 What is told to be well-formed can be read, however it was mutilated', () => {
  let seen = 0
  fc.assert(
    fc.property(doc, fc.nat(), fc.nat(255), fc.boolean(), (d, at, byte, cut) => {
      const bytes = Buffer.from(encode(d))
      const mutilated = cut ? bytes.subarray(0, at % bytes.length) : bytes
      if (!cut) mutilated[at % bytes.length] = byte
      if (!told(mutilated)) return
      seen++
      decode(mutilated)
    }),
    { numRuns: 5000 },
  )
  expect(seen).toBeGreaterThan(100)
})

test('#11 A document of common types is told to be well-formed, wherever it lies', () => {
  const bytes = BSON.serialize({
    _id: new BSON.ObjectId(),
    text: 'ä'.repeat(300),
    list: [1, 1.5, BSON.Long.fromNumber(2), true, null, new Date(), { deep: [{}] }],
    bytes: new BSON.Binary(Buffer.from('abc')),
    decimal: BSON.Decimal128.fromString('1.5'),
    '': '',
  })
  expect(told(bytes)).toBe(true)
  const inside = Buffer.concat([Buffer.alloc(7), bytes, Buffer.alloc(3)])
  expect(isWellFormed(inside, 7, 7 + bytes.length)).toBe(true)
  for (const end of [7 + bytes.length - 1, 7 + bytes.length + 1])
    expect(isWellFormed(inside, 7, end)).toBe(false)
})

test('#11 What is seldom met asks for a closer look', () => {
  const twice = Buffer.concat([
    Buffer.from([22, 0, 0, 0, 0x10]),
    Buffer.from('_id\0\u0001\0\0\0\u0010_id\0\u0002\0\0\0\0', 'latin1'),
  ])
  twice.writeInt32LE(twice.length, 0)
  expect(decode(twice).get('_id')).toBe(2)
  expect(told(twice)).toBe(false)
  for (const value of [new BSON.Timestamp({ t: 0, i: 0 }), /a/, new BSON.MinKey(), new BSON.Code('f')]) {
    expect(told(BSON.serialize({ _id: 1, value }))).toBe(false)
  }
  let deep = toDoc({ end: 1 })
  for (let depth = 1; depth < 100; depth++) deep = new Map([['a', deep]])
  expect(told(encode(deep))).toBe(true)
  expect(told(encode(new Map([['a', deep]])))).toBe(false)
})
