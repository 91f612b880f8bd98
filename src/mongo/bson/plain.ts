import { BSONRegExp as LibraryRegExp, Double as LibraryDouble, Int32, Long, DBRef } from 'bson'
import {
  Binary,
  BSONRegExp,
  Code,
  DbPointer,
  type Doc,
  Double,
  FarDate,
  isDoc,
  toDouble,
  Timestamp,
  Undefined,
  UNDEFINED,
  type Value,
} from './value.ts'

/**
 * Turns a JavaScript literal into a value: integral numbers of 32 bits become int32, other numbers doubles, bigints
 * int64, plain objects documents (fields that are `undefined` are left out), RegExp a BSON one, bytes a Binary.
 */
export function fromPlain(x: unknown): Value {
  if (x === null) return null
  switch (typeof x) {
    case 'string':
    case 'boolean':
    case 'number':
    case 'bigint':
      return x
    case 'undefined':
      return UNDEFINED
    case 'object':
      return fromObject(x)
    default:
      throw new TypeError(`a ${typeof x} is no BSON value`)
  }
}

/** A plain object as a document. */
export function toDoc(x: Record<string, unknown>): Doc {
  const doc: Doc = new Map()
  for (const [name, value] of Object.entries(x)) if (value !== undefined) doc.set(name, fromPlain(value))
  return doc
}

function fromObject(x: object): Value {
  if (Array.isArray(x)) return x.map(fromPlain)
  if (x instanceof Map) {
    return new Map([...(x as Map<string, unknown>)].map(([name, value]) => [name, fromPlain(value)]))
  }
  if (x instanceof RegExp) return new BSONRegExp(x.source, x.flags.replace(/[^imsux]/g, ''))
  if (x instanceof Timestamp) return x
  if (Long.isLong(x)) return x.toBigInt()
  if (x instanceof Int32) return x.value
  if (x instanceof LibraryDouble) return toDouble(x.value)
  if (x instanceof DBRef) {
    return toDoc({
      $ref: x.collection,
      $id: x.oid,
      ...(x.db === undefined ? {} : { $db: x.db }),
      ...x.fields,
    })
  }
  if (x instanceof Code && x.scope && !isDoc(x.scope)) {
    return new Code(x.code, toDoc(x.scope))
  }
  if (x instanceof Uint8Array) return new Binary(Buffer.from(x), 0)
  if (
    x instanceof Date ||
    x instanceof LibraryRegExp ||
    x instanceof Double ||
    x instanceof DbPointer ||
    x instanceof Undefined
  )
    return x
  if ('_bsontype' in x) return x as Value
  return toDoc(x as Record<string, unknown>)
}

/**
 * Turns a value into plain JavaScript: documents become objects, doubles numbers, BSON's undefined `undefined`;
 * int64 stays a bigint and the other BSON classes stay themselves.
 */
export function toPlain(v: Value | undefined): unknown {
  if (isDoc(v)) {
    const object: Record<string, unknown> = {}
    for (const [name, value] of v) {
      // A plain assignment to __proto__ would change the prototype.
      Object.defineProperty(object, name, {
        value: toPlain(value),
        enumerable: true,
        configurable: true,
        writable: true,
      })
    }
    return object
  }
  if (Array.isArray(v)) return v.map(toPlain)
  if (v instanceof Double) return v.value
  if (v instanceof Undefined) return undefined
  if (v instanceof FarDate) return v
  if (v instanceof Code && v.scope) return new Code(v.code, toPlain(v.scope as unknown as Doc) as object)
  return v
}
