import { UNDEFINED } from '../bson/value.ts'
import type { Undefined, Value } from '../bson/value.ts'

export { typeName as typeOf } from '../bson/type.ts'

/** Null, missing and BSON's deprecated undefined behave alike in nearly every expression. */
export function isNullish(value: Value | undefined): value is null | undefined | Undefined {
  return value === null || value === undefined || value === UNDEFINED
}
