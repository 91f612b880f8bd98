import { BSON, Long } from 'mongodb'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode, decodeWith, encode } from '../../../src/mongo/bson/codec.ts'
import { identicalValues } from '../../../src/mongo/bson/compare.ts'
import { MongoError } from '../../../src/mongo/bson/errors.ts'
import { toDoc } from '../../../src/mongo/bson/plain.ts'
import { Double, FarDate, ObjectId } from '../../../src/mongo/bson/value.ts'
import { doc, isBeyondDriver, toDriver } from './arbitrary.ts'

describe('codec', () => {
  it('#11 writes the same bytes as the bson package', () => {
    fc.assert(
      fc.property(doc, (d) => {
        // The package never writes BSON's undefined.
        fc.pre(!isBeyondDriver(d))
        expect(encode(d).equals(Buffer.from(BSON.serialize(toDriver(d) as Map<string, unknown>)))).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })

  it('#11 reads back what it wrote, types and field order kept', () => {
    fc.assert(
      fc.property(doc, (d) => {
        expect(identicalValues(decode(encode(d)), d)).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })

  it('#11 keeps integer-like field names in their order', () => {
    const bytes = BSON.serialize(
      new Map([
        ['10', 1],
        ['2', 2],
        ['a', 3],
      ]),
    )
    expect([...decode(bytes).keys()]).toEqual(['10', '2', 'a'])
  })

  it('#11 tells 7.0 from 7 and Long 7', () => {
    const back = decode(BSON.serialize({ a: 7, b: new BSON.Double(7), c: Long.fromNumber(7), d: -0, e: 1.5 }))
    expect(back.get('a')).toBe(7)
    expect(back.get('b')).toEqual(new Double(7))
    expect(back.get('c')).toBe(7n)
    expect(Object.is(back.get('d'), -0)).toBe(true)
    expect(back.get('e')).toBe(1.5)
  })

  it('#11 keeps dates no JavaScript Date can hold', () => {
    const bytes = encode(new Map([['a', new FarDate(2n ** 62n)]]))
    expect((decode(bytes).get('a') as FarDate).millis).toBe(2n ** 62n)
    expect(encode(decode(bytes)).equals(bytes)).toBe(true)
  })

  it('#11 copies what it reads, so the buffer may be used again', () => {
    const id = new ObjectId()
    const bytes = encode(toDoc({ id, bin: Buffer.from('abc') }))
    const back = decode(bytes)
    bytes.fill(0xff)
    expect((back.get('id') as ObjectId).toHexString()).toBe(id.toHexString())
    expect(Buffer.from((back.get('bin') as { buffer: Uint8Array }).buffer).toString()).toBe('abc')
  })

  it('#11 answers any mutilated document with 22 InvalidBSON or 15, never with another error', () => {
    fc.assert(
      fc.property(doc, fc.nat(), fc.nat(255), fc.boolean(), (d, at, byte, cut) => {
        const bytes = Buffer.from(encode(d))
        const mutilated = cut ? bytes.subarray(0, at % bytes.length) : bytes
        if (!cut) mutilated[at % bytes.length] = byte
        try {
          decode(mutilated)
        } catch (error) {
          expect(error).toBeInstanceOf(MongoError)
          expect([15, 22]).toContain((error as MongoError).code)
        }
      }),
      { numRuns: 3000 },
    )
  })

  it('#11 refuses documents nested deeper than 200 levels', () => {
    let deep = toDoc({ end: 1 })
    for (let i = 0; i < 300; i++) deep = new Map([['a', deep]])
    expect(() => encode(deep)).toThrow(expect.objectContaining({ code: 15 }))
    let raw: Record<string, unknown> = {}
    for (let i = 0; i < 300; i++) raw = { a: raw }
    expect(() => decode(BSON.serialize(raw))).toThrow(expect.objectContaining({ code: 15 }))
  })

  it('#11 refuses a null byte in a field name', () => {
    expect(() => encode(new Map([['a\0b', 1]]))).toThrow(expect.objectContaining({ code: 2 }))
    expect(() => encode(new Map([['é\0b', 1]]))).toThrow(expect.objectContaining({ code: 2 }))
  })

  it('#11 reads what a body repeats as it stands there, whatever the body before held', () => {
    const repeated = { name: 'lsid', bytes: Buffer.alloc(0), doc: undefined }
    const read = (lsid: unknown): unknown => {
      const raw = BSON.serialize({ ping: 1, lsid, n: 1, inner: { lsid: 1 } })
      const { doc: found } = decodeWith(raw, 'documents', repeated)
      expect(identicalValues(found, decode(raw))).toBe(true)
      return found.get('lsid')
    }
    const first = read({ id: new BSON.UUID() })
    const second = { id: new BSON.UUID() }
    expect(read(second)).not.toBe(first)
    expect(read(second)).toBe(read(second))
    read({ id: second.id, more: 1 })
    read({})
    read(7)
    read([second])
    const cut = Buffer.from(BSON.serialize({ lsid: second }).subarray(0, 20))
    cut.writeInt32LE(20, 0)
    expect(() => decodeWith(cut, 'documents', repeated)).toThrow(expect.objectContaining({ code: 22 }))
  })
})
