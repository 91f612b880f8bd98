import { DBRef, Double as LibraryDouble, Int32, Long } from 'bson'
import { Code, DbPointer, type Doc, Double, isInt32, type Value } from './value.ts'

/**
 * Turns a value into what the driver writes as the same value: numbers keep their types, documents the order of their
 * fields. BSON's undefined becomes null and its pointers DBRefs, for which the driver has no other way.
 */
export function toLibrary(value: Value): unknown {
  if (typeof value === 'number') return isInt32(value) ? new Int32(value) : new LibraryDouble(value)
  if (typeof value === 'bigint') return Long.fromBigInt(value)
  if (value instanceof Double) return new LibraryDouble(value.value)
  if (value instanceof Map) return new Map(Array.from(value, ([name, each]) => [name, toLibrary(each)]))
  if (Array.isArray(value)) return value.map(toLibrary)
  if (value instanceof DbPointer) return new DBRef(value.namespace, value.id)
  if (value instanceof Code && value.scope) {
    return new Code(value.code, toLibrary(value.scope as unknown as Doc) as Doc)
  }
  return value
}
