import { decode } from '../../bson/codec.ts'
import { readId } from '../../bson/read-id.ts'
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

/**
 * Adds one document that is well-formed and of common types only, still to be committed: read no further than to its
 * `_id` where nobody asks for more of it.
 */
export function insertPlain(collection: Collection, bytes: Buffer, options: InsertOptions): void {
  const id = collection.asksForIdOnly ? readId(bytes) : undefined
  if (id === undefined) insertDocument(collection, decode(bytes), bytes, options)
  else collection.insertById(id, bytes)
}
