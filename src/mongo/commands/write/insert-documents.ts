import type { Doc } from '../../bson/value.ts'
import type { Collection } from '../../collection/collection.ts'
import { checkDocument } from './check-document.ts'
import { newDocument } from './new-document.ts'

export interface InsertOptions {
  readonly now: Date
  readonly bypass: boolean
}

/** Adds one document, still to be committed. @returns it as stored */
export function insertDocument(
  collection: Collection,
  given: Doc,
  raw: Buffer | undefined,
  options: InsertOptions,
): Doc {
  const { doc, bytes } = newDocument(given, raw)
  if (!options.bypass) checkDocument(collection, doc, options.now)
  collection.insert(doc, bytes)
  return doc
}
