import { isDoc } from '../bson/value.ts'
import type { Doc, Value } from '../bson/value.ts'

/** A copy of a document with a value at a dotted path; what stands in the way becomes a document. */
export function withValue(doc: Doc, path: readonly string[], value: Value | undefined): Doc {
  const copy: Doc = new Map(doc)
  const [first, ...rest] = path as [string, ...string[]]
  if (rest.length > 0) {
    const inner = copy.get(first)
    if (value === undefined && !isDoc(inner)) return copy
    copy.set(first, withValue(isDoc(inner) ? inner : new Map(), rest, value))
  } else if (value === undefined) copy.delete(first)
  else copy.set(first, value)
  return copy
}

/** The value at a path of documents; an array on the way is the end of it. */
export function valueAt(doc: Doc, path: readonly string[]): Value | undefined {
  let current: Value | undefined = doc
  for (const name of path) {
    if (!isDoc(current)) return undefined
    current = current.get(name)
  }
  return current
}
