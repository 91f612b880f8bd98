import { Binary, BSONRegExp, BSONSymbol, Code, Decimal128, MaxKey, MinKey, ObjectId, Timestamp } from 'bson'

export { Binary, BSONRegExp, BSONSymbol, Code, Decimal128, MaxKey, MinKey, ObjectId, Timestamp }

/** A document: fields in order, integer-like names included. Treated as immutable by everything. */
export type Doc = Map<string, Value>

/**
 * One BSON value. A `number` is an int32 when it is integral, fits 32 bits and is not -0, otherwise a double;
 * a `bigint` is an int64. JavaScript's `undefined` never is a value: it stands for a missing field.
 */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Double
  | Date
  | Doc
  | Value[]
  | ObjectId
  | Decimal128
  | Binary
  | Timestamp
  | BSONRegExp
  | MinKey
  | MaxKey
  | Code
  | BSONSymbol
  | DbPointer
  | Undefined

/** Any BSON number. */
export type Numeric = number | bigint | Double | Decimal128

/** A double whose value would otherwise read as an int32: 7.0. Made by `toDouble`. */
export class Double {
  readonly value: number
  constructor(value: number) {
    this.value = value
  }
}

/** BSON's deprecated pointer (type 12): a document of a collection, by its ObjectId. */
export class DbPointer {
  readonly namespace: string
  readonly id: ObjectId
  constructor(namespace: string, id: ObjectId) {
    this.namespace = namespace
    this.id = id
  }
}

/** BSON's deprecated undefined (type 6); compare with `UNDEFINED`. */
export class Undefined {
  toJSON(): null {
    return null
  }
}
export const UNDEFINED: Undefined = Object.freeze(new Undefined())

/** A BSON date outside the range of JavaScript's Date, kept so that nothing is lost. */
export class FarDate extends Date {
  readonly millis: bigint
  constructor(millis: bigint) {
    super(Number.NaN)
    this.millis = millis
  }
}

/** Milliseconds of a date, as a bigint only when no Date can hold them. */
export function dateMillis(date: Date): number | bigint {
  return date instanceof FarDate ? date.millis : date.getTime()
}

/** The date of these milliseconds, whatever their size. */
export function makeDate(millis: bigint): Date {
  return millis >= -8_640_000_000_000_000n && millis <= 8_640_000_000_000_000n
    ? new Date(Number(millis))
    : new FarDate(millis)
}

/** Whether a JavaScript number stands for an int32. */
export function isInt32(n: number): boolean {
  return Object.is(n | 0, n)
}

/** The double of this JavaScript number: a `Double` where the bare number would read as an int32. */
export function toDouble(n: number): number | Double {
  return isInt32(n) ? new Double(n) : n
}

/** The narrowest of int32 and int64 that holds `n`. */
export function toInteger(n: bigint): number | bigint {
  return n >= -2147483648n && n <= 2147483647n ? Number(n) : n
}

export function isDoc(v: unknown): v is Doc {
  return v instanceof Map
}

/** What compares as text, and by a collation where there is one: a symbol is text of an old type. */
export function isText(v: unknown): v is string | BSONSymbol {
  return typeof v === 'string' || v instanceof BSONSymbol
}

export function isNumber(v: unknown): v is Numeric {
  return typeof v === 'number' || typeof v === 'bigint' || v instanceof Double || v instanceof Decimal128
}
