import { encode } from '../../bson/codec.ts'
import { fail } from '../../bson/errors.ts'
import { isDoc, type Doc } from '../../bson/value.ts'
import type { Collection } from '../../collection/collection.ts'
import { compileValidator } from '../../validate/compile-validator.ts'

/** Answers with the errInfo of a document that fails. */
type Check = (doc: Doc) => Doc | undefined

interface Kept {
  readonly validator: Doc
  readonly check: Check
  /** `$$NOW` is of one command, and cannot be kept. */
  readonly timeless: boolean
}

const checks = new WeakMap<Collection, Kept>()

/**
 * Holds a document to the collection's validator.
 *
 * @param old what it replaces: under `validationLevel: moderate` a document that was invalid may stay so
 * @throws MongoError 121 with errInfo
 */
export function checkDocument(collection: Collection, doc: Doc, now: Date, old?: Doc): void {
  const validator = collection.options.get('validator')
  if (!isDoc(validator) || validator.size === 0) return
  const level = collection.options.get('validationLevel') ?? 'strict'
  if (level === 'off' || collection.options.get('validationAction') === 'warn') return
  const check = checkFor(collection, validator, now)
  const errInfo = check(doc)
  if (!errInfo) return
  if (level === 'moderate' && old && check(old)) return
  fail(121, 'Document failed validation', { errInfo })
}

function checkFor(collection: Collection, validator: Doc, now: Date): Check {
  const kept = checks.get(collection)
  if (kept?.validator === validator && kept.timeless) return kept.check
  const check = compileValidator(validator, { now, collation: collection.collation })
  checks.set(collection, { validator, check, timeless: !encode(validator).includes('$$NOW') })
  return check
}
