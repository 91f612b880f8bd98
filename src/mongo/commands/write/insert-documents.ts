import type { Doc } from '../../bson/value.ts'
import type { Collection } from '../../collection/collection.ts'
import { checkDepth } from './check-depth.ts'
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
  checkDepth(doc, bytes.length, (limit) => {
    return `cannot insert document because it exceeds ${limit} levels of nesting`
  })
  if (!options.bypass) checkDocument(collection, doc, options.now)
  collection.insert(doc, bytes)
  return doc
}
