import { describe, expect, it } from 'vitest'
import { printBson } from '../../../src/mongo/bson/print.ts'
import { toDoc } from '../../../src/mongo/bson/plain.ts'
import * as values from '../../../src/mongo/bson/value.ts'
import type { Value } from '../../../src/mongo/bson/value.ts'
import { hashedKey } from '../../../src/mongo/expression/hashed-key.ts'
import { evaluate } from './evaluate.ts'

/* Answers known of a server. */

const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex')

describe('$toHashedIndexKey', () => {
  it.each(
    (
      [
        [42, -944302157085130861n],
        [42.123, -944302157085130861n],
        [values.Decimal128.fromString('42'), -944302157085130861n],
        [42n, -944302157085130861n],
        [Number.NaN, 4854801880128277513n],
        [-1.789, 1140205862565771219n],
        [Number.MAX_VALUE, 921523596458303250n],
        [-Number.MAX_VALUE, 4532067210535695462n],
        [new values.MinKey(), 7961148599568647290n],
        [new values.MaxKey(), 5504842513779440750n],
        [values.UNDEFINED, 40158834000849533n],
        [null, 2338878944348059895n],
        ['abc', 8478485326885698097n],
        [new values.BSONSymbol('abc'), 8478485326885698097n],
        ['', 2049396243249673340n],
        [toDoc({ a: 'abc', b: 123n }), 4771603801758380216n],
        [toDoc({}), 7980500913326740417n],
        [['bar', 'baz', 'qux'], -2938911267422831539n],
        [[], 8849948234993459283n],
        [new values.Binary(bytes('000102030406'), 0), 7252465090394235301n],
        [new values.ObjectId('010203040506070809101112'), -5588663249627035708n],
        [true, 6405873908747105701n],
        [new Date(0), -1178696894582842035n],
        [new values.Timestamp({ t: 0x55667788, i: 0x11223344 }), 4873046866288452390n],
        [new values.BSONRegExp('.*', 'i'), 7095855029187981886n],
        [new values.Code('func f() { return 1; }'), 6861638109178014270n],
        [new values.Code('func f() { return 1; }', toDoc({ c: true })), 501342939894575968n],
      ] satisfies [Value, bigint][]
    ).map(([value, key]) => [printBson(value), value, key] as const),
  )('of %s', (_title, value, key) => {
    expect(hashedKey(value)).toBe(key)
  })

  it('takes one expression, and missing for null', () => {
    expect(evaluate({ $toHashedIndexKey: '$a' }, { a: 'string to hash' })).toBe(763543691661428748n)
    expect(evaluate({ $toHashedIndexKey: '$none' })).toBe(2338878944348059895n)
    expect(evaluate({ $toHashedIndexKey: [] })).toBe(8849948234993459283n)
  })
})
