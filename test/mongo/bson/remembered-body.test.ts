import { BSON, UUID } from 'mongodb'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { decode } from '../../../src/mongo/bson/codec.ts'
import { identicalValues } from '../../../src/mongo/bson/compare.ts'
import { UNREAD } from '../../../src/mongo/bson/decode.ts'
import { RememberedBody } from '../../../src/mongo/bson/remembered-body.ts'
import type { Value } from '../../../src/mongo/bson/value.ts'

const session = { name: 'lsid', bytes: Buffer.alloc(0), doc: undefined }
const ids = [new UUID(), new UUID()]
const member = fc.record({ _id: fc.nat(3), s: fc.string(), t: fc.constantFrom(1, new BSON.Timestamp(0n)) })
const body = fc.record({
  name: fc.constantFrom('c', 'longer', 'd'),
  documents: fc.oneof(
    { weight: 9, arbitrary: fc.array(member, { maxLength: 3 }) },
    { weight: 1, arbitrary: fc.constantFrom(1, 'documents', [1], [{ a: 1 }, 2], { 0: { a: 1 } }) },
  ),
  ordered: fc.boolean(),
  session: fc.constantFrom(...ids),
  before: fc.boolean(),
})

test('#11 A body is read as it stands there, whatever the bodies before it held', () => {
  fc.assert(
    fc.property(fc.array(body, { minLength: 2, maxLength: 12 }), (bodies) => {
      const remembered = new RememberedBody()
      for (const { name, documents, ordered, session: id, before } of bodies) {
        const rest = { ordered, lsid: { id }, $db: 'x' }
        const raw = Buffer.from(
          BSON.serialize(
            before ? { insert: name, documents, ...rest } : { insert: name, ...rest, documents },
          ),
        )
        const { doc, members } = remembered.read(raw, session)
        const whole = decode(raw)
        const found = new Map(doc)
        if (doc.get('documents') === UNREAD) {
          expect(members?.plain).toBe(true)
          found.set('documents', members?.bytes.map(decode) as Value)
        }
        expect(identicalValues(found, whole)).toBe(true)
        const documentsOf = Array.isArray(documents)
          ? (documents as unknown[]).filter((item) => typeof item === 'object')
          : []
        expect(members?.bytes.map((bytes) => BSON.deserialize(bytes)) ?? []).toEqual(
          documentsOf.map((item) => BSON.deserialize(BSON.serialize(item as BSON.Document))),
        )
      }
    }),
  )
})

test('#11 A body that comes again is the same object, and another is not', () => {
  const remembered = new RememberedBody()
  const read = (fields: object): unknown => remembered.read(Buffer.from(BSON.serialize(fields)), session).doc
  const first = read({ insert: 'c', documents: [{ _id: 1 }], $db: 'x' })
  expect(read({ insert: 'c', documents: [{ _id: 2 }, { _id: 'three' }], $db: 'x' })).toBe(first)
  expect(read({ insert: 'c', documents: [], $db: 'x' })).toBe(first)
  expect(read({ insert: 'c', documents: [{ _id: 1 }], $db: 'y' })).not.toBe(first)
  expect(read({ insert: 'c', documents: [{ _id: 1 }], $db: 'y', more: 1 })).not.toBe(first)
})
