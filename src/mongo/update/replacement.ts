import { equalValues, identicalValues } from '../bson/compare.ts'
import { fail } from '../bson/errors.ts'
import { printElement } from '../bson/print.ts'
import { typeName } from '../bson/type.ts'
import { type Doc, Timestamp, type Value } from '../bson/value.ts'

/** Refuses a replacement that a server would not store. */
export function checkReplacement(replacement: Doc): void {
  const fields = [...replacement]
  for (const [at, [name, value]] of fields.entries()) {
    if (!name.startsWith('$')) continue
    if (/^\$(?:ref|id|db)$/.test(name)) {
      checkReference(name, value, fields[at - 1]?.[0], fields[at + 1]?.[0])
      continue
    }
    fail(
      52,
      `The dollar ($) prefixed field '${name}' in '${name}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.`,
    )
  }
}

/** The fields of a DBRef stand in their order beside each other. */
function checkReference(
  name: string,
  value: Value,
  before: string | undefined,
  after: string | undefined,
): void {
  if (name !== '$id' && typeof value !== 'string') {
    fail(55, `The DBRef ${name} field must be a String, not a ${typeName(value)}`)
  }
  if (name === '$ref' && after !== '$id') fail(55, 'The DBRef $ref field must be followed by a $id field')
  if (name === '$id' && before !== '$ref') {
    fail(55, 'Found $id field without a $ref before it, which is invalid.')
  }
  if (name === '$db' && before !== '$id') {
    fail(55, 'Found $db field without a $id before it, which is invalid.')
  }
}

/**
 * The document after a replacement: the new fields, and the old _id where the new ones bring none.
 * @throws MongoError 66 when the _id would change.
 */
export function replaceDoc(doc: Doc, replacement: Doc): Doc {
  const id = doc.get('_id')
  const given = replacement.get('_id')
  if (id !== undefined && given !== undefined && !equalValues(id, given)) {
    fail(
      66,
      `After applying the update, the (immutable) field '_id' was found to have been altered to ${printElement('_id', given)}`,
    )
  }
  const result: Doc = new Map()
  const kept = given ?? id
  if (kept !== undefined) result.set('_id', kept)
  for (const [name, value] of replacement) result.set(name, value)
  return identicalValues(doc, result) ? doc : result
}

/** Gives top-level timestamps of zero the present moment, as a server does when it stores a whole document. */
export function fillTimestamps(doc: Doc, now: Date): Doc {
  let filled = doc
  for (const [name, value] of doc) {
    if (name === '_id' || !(value instanceof Timestamp) || value.t !== 0 || value.i !== 0) continue
    if (filled === doc) filled = new Map(doc)
    filled.set(name, new Timestamp({ t: Math.floor(now.getTime() / 1000), i: 1 }))
  }
  return filled
}
