import { isDoc, type Doc, type Value } from '../bson/value.ts'

/**
 * Whether a field's condition is a document of operators. A DBRef, which begins with `$ref` too, is a value.
 * @param loose one of `$ref`, `$id` and `$db` is enough for a DBRef (within $elemMatch).
 */
export function isOperators(value: Value | undefined, loose = false): value is Doc {
  if (!isDoc(value)) return false
  const [first] = value.keys()
  if (first === undefined || !first.startsWith('$')) return false
  if (loose) return !value.has('$ref') && !value.has('$id') && !value.has('$db')
  return !(value.has('$ref') && value.has('$id'))
}
