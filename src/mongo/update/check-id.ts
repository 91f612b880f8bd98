import { fail } from '../bson/errors.ts'
import { typeName } from '../bson/type.ts'
import { BSONRegExp, type Doc, isDoc, UNDEFINED } from '../bson/value.ts'

/** Refuses an _id that no document may have: an array, a regular expression, undefined, or one with `$` fields. */
export function checkId(doc: Doc): void {
  const id = doc.get('_id')
  if (Array.isArray(id) || id instanceof BSONRegExp || id === UNDEFINED) {
    fail(53, `The '_id' value cannot be of type ${typeName(id)}`)
  }
  if (!isDoc(id)) return
  for (const name of id.keys()) {
    if (name.startsWith('$') && !/^\$(?:ref|id|db)$/.test(name)) {
      fail(
        52,
        `_id fields may not contain '$'-prefixed fields: The dollar ($) prefixed field '${name}' is not valid for storage.`,
      )
    }
  }
}
