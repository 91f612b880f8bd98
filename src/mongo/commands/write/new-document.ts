import { encode } from '../../bson/codec.ts'
import { fail } from '../../bson/errors.ts'
import { typeName } from '../../bson/type.ts'
import { BSONRegExp, isDoc, ObjectId, Timestamp, UNDEFINED, type Doc, type Value } from '../../bson/value.ts'

/** A document as it will be stored: `_id` first and made if missing, empty timestamps filled in. */
export function newDocument(given: Doc, raw: Buffer | undefined): { doc: Doc; bytes: Buffer } {
  const [first] = given.keys()
  checkId(given.get('_id'))
  const ready = first === '_id' && !hasEmptyTimestamp(given)
  const doc = ready ? given : completed(given)
  return { doc, bytes: ready && raw ? raw : encode(doc) }
}

/** @throws MongoError 53, 52 for an `_id` that cannot be */
export function checkId(id: Value | undefined): void {
  if (Array.isArray(id) || id instanceof BSONRegExp || id === UNDEFINED) {
    fail(53, `The '_id' value cannot be of type ${typeName(id)}`)
  }
  if (!isDoc(id)) return
  for (const name of id.keys()) {
    if (name.startsWith('$'))
      fail(52, `_id fields may not contain '$'-prefixed fields: ${name} is not valid for storage.`)
  }
}

function completed(given: Doc): Doc {
  const doc: Doc = new Map<string, Value>([['_id', given.get('_id') ?? new ObjectId()]])
  if (given.has('_id')) doc.set('_id', given.get('_id') as Value)
  for (const [name, value] of given) {
    if (name !== '_id') doc.set(name, isEmptyTimestamp(value) ? currentTimestamp() : value)
  }
  return doc
}

function hasEmptyTimestamp(doc: Doc): boolean {
  for (const [name, value] of doc) if (name !== '_id' && isEmptyTimestamp(value)) return true
  return false
}

function isEmptyTimestamp(value: Value): boolean {
  return value instanceof Timestamp && value.t === 0 && value.i === 0
}

function currentTimestamp(): Timestamp {
  return new Timestamp({
    t: Math.floor(Date.now() / 1000),
    i: Number(process.hrtime.bigint() % 2_147_483_647n) + 1,
  })
}
