import { Double as LibraryDouble, Int32, Long } from 'bson'
import * as fc from 'fast-check'
import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  DbPointer,
  Decimal128,
  type Doc,
  Double,
  isDoc,
  isInt32,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  toDouble,
  UNDEFINED,
  type Value,
} from '../../../src/mongo/bson/value.ts'

const text = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom('', 'a', 'a\0', 'a\0b', 'ab', '\ufffd', '\u{10000}', 'é'),
)

export const fieldName: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('a', 'b', '1', '10', '__proto__', '$x', 'é', ''),
  fc.string({ maxLength: 6 }).map((s) => s.replaceAll('\0', '')),
)

const tricky = fc.constantFrom<Value>(
  0,
  7,
  7n,
  toDouble(7),
  -0,
  Number.NaN,
  Infinity,
  -Infinity,
  9007199254740993n,
  9007199254740992,
  2n ** 63n - 1n,
  -(2n ** 63n),
  2 ** 63,
  0.1,
  5e-324,
  Number.MAX_VALUE,
  ...[
    '7',
    '7.0',
    '7.00',
    '0',
    '-0',
    'NaN',
    'Infinity',
    '-Infinity',
    '0.1',
    '9007199254740993',
    '1e400',
    '-1e400',
    '1e-400',
    '-1e-400',
    '9223372036854775807',
    '9223372036854775807.5',
    '0.1000000000000000055511151231257827',
    '0.5',
    '12345678901234567890123456789012.34',
    '1e6144',
    '1e22',
    '1e23',
    '-1.5',
  ].map((s) => Decimal128.fromString(s)),
)

const decimal = fc
  .tuple(fc.bigInt({ min: -(10n ** 34n) + 1n, max: 10n ** 34n - 1n }), fc.integer({ min: -40, max: 40 }))
  .map(([coefficient, exponent]) => Decimal128.fromString(`${coefficient}E${exponent}`))

export const numeric: fc.Arbitrary<Value> = fc.oneof(
  tricky,
  fc.integer(),
  fc.integer({ min: -20, max: 20 }),
  fc.double().map((n) => toDouble(n)),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.integer({ min: -20, max: 20 }).map((n) => BigInt(n)),
  decimal,
)

const bytes = fc.uint8Array({ maxLength: 6 })
const bytesOfId = fc.uint8Array({ minLength: 12, maxLength: 12 })

const scalar: fc.Arbitrary<Value> = fc.oneof(
  { weight: 4, arbitrary: numeric },
  { weight: 3, arbitrary: text },
  fc.constantFrom<Value>(null, UNDEFINED, true, false, new MinKey(), new MaxKey()),
  fc.date({ noInvalidDate: true }),
  bytesOfId.map((b) => new ObjectId(b)),
  fc
    .tuple(bytes, fc.constantFrom(0, 2, 4, 5, 128))
    .map(([b, subtype]) => new Binary(Buffer.from(b), subtype)),
  fc.tuple(fc.nat(), fc.nat()).map(([t, i]) => new Timestamp({ t, i })),
  fc.constantFrom('a', 'a.b', '^x').map((p) => new BSONRegExp(p, 'i')),
  text.map((s) => new Code(s)),
  text.map((s) => new BSONSymbol(s)),
  fc.tuple(text, bytesOfId).map(([ns, id]) => new DbPointer(ns, new ObjectId(id))),
)

/** Any BSON value, nested a little. */
export const value: fc.Arbitrary<Value> = fc.letrec<{ value: Value; doc: Doc; array: Value[] }>((tie) => ({
  value: fc.oneof({ maxDepth: 3, withCrossShrink: true }, scalar, tie('doc'), tie('array')),
  doc: fc.array(fc.tuple(fieldName, tie('value')), { maxLength: 4 }).map((entries) => new Map(entries)),
  array: fc.array(tie('value'), { maxLength: 4 }),
})).value

export const doc: fc.Arbitrary<Doc> = fc
  .array(fc.tuple(fieldName, value), { maxLength: 5 })
  .map((entries) => new Map(entries))

/** The value as the bson package serialises it: int64 as Long, integral doubles as Double. */
export function toDriver(v: Value | undefined): unknown {
  if (isDoc(v)) return new Map([...v].map(([name, value]) => [name, toDriver(value)]))
  if (Array.isArray(v)) return v.map(toDriver)
  if (v instanceof Double) return new LibraryDouble(v.value)
  if (typeof v === 'number') return isInt32(v) ? new Int32(v) : new LibraryDouble(v)
  if (typeof v === 'bigint') return Long.fromBigInt(v)
  return v
}

/** Whether it holds what the bson package has no way to write. */
export function isBeyondDriver(v: Value): boolean {
  if (isDoc(v)) return [...v.values()].some(isBeyondDriver)
  return Array.isArray(v) ? v.some(isBeyondDriver) : v === UNDEFINED || v instanceof DbPointer
}
