import { fail } from '../../bson/errors.ts'
import type { Value } from '../../bson/value.ts'

/** Levels of documents and arrays that may be stored. A command may have 200, so that there is room around them. */
const MAX_DEPTH = 180
/** A document of that many levels has at least so many bytes: a length, a type, a name and an end for each. */
const MIN_BYTES = MAX_DEPTH * 7

/** @throws MongoError 15 with `message` when a document has too many levels; an empty one at the end does not count */
export function checkDepth(doc: Value, size: number, message: (limit: number) => string): void {
  if (size > MIN_BYTES && isDeeper(doc, 0)) fail(15, message(MAX_DEPTH))
}

function isDeeper(value: Value, depth: number): boolean {
  if (value instanceof Map) {
    if (depth === MAX_DEPTH) return value.size > 0
    for (const inner of value.values()) if (isDeeper(inner, depth + 1)) return true
  } else if (Array.isArray(value)) {
    if (depth === MAX_DEPTH) return value.length > 0
    for (const inner of value) if (isDeeper(inner, depth + 1)) return true
  }
  return false
}
