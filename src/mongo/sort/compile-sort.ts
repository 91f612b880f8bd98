import { compareValues } from '../bson/compare.ts'
import type { EvalContext } from '../bson/context.ts'
import { fail } from '../bson/errors.ts'
import { asInteger } from '../bson/numeric.ts'
import { printElement } from '../bson/print.ts'
import { type Doc, isDoc, isNumber, type Value } from '../bson/value.ts'
import { splitPath } from '../expression/field-path.ts'
import { sortTuples, type Tuple } from './sort-tuples.ts'

/** A sort whose keys are taken once for each document. */
export interface SortKeys {
  /** False for `{}` and `{ $natural: ... }`: any order of the source will do. */
  readonly sorts: boolean
  /** What the document sorts by: of an array the least element upwards, the greatest downwards. */
  readonly keyOf: (doc: Doc) => Tuple
  readonly compareKeys: (a: Tuple, b: Tuple) => number
}

interface Part {
  readonly path: string
  readonly parts: readonly string[]
  readonly direction: 1 | -1
}

/**
 * Compiles a sort to a comparison of documents.
 * @throws MongoError 15974, 15975 for a malformed one; comparing throws 2 on parallel arrays.
 */
export function compileSort(spec: Doc, context: EvalContext): (a: Doc, b: Doc) => number {
  const { keyOf, compareKeys } = compileSortKeys(spec, context)
  return (a, b) => compareKeys(keyOf(a), keyOf(b))
}

/** The same, for sorting many documents: keys first, then compare them. */
export function compileSortKeys(spec: Doc, context: EvalContext): SortKeys {
  const parts = parseSort(spec)
  const { collation } = context
  const compareKeys = (a: Tuple, b: Tuple): number => {
    for (let i = 0; i < parts.length; i++) {
      const order = compareValues(a[i], b[i], collation)
      if (order !== 0) return order * parts[i]!.direction
    }
    return 0
  }
  const paths = parts.map((part) => part.parts)
  const keyOf = (doc: Doc): Tuple => {
    const simple = simpleKey(doc, parts)
    if (simple) return simple
    return sortTuples(doc, paths).reduce((best, tuple) => (compareKeys(tuple, best) < 0 ? tuple : best))
  }
  return { sorts: parts.length > 0, keyOf, compareKeys }
}

// The common case: top fields only and no arrays.
function simpleKey(doc: Doc, parts: readonly Part[]): Tuple | undefined {
  const key: Tuple = []
  for (const part of parts) {
    if (part.parts.length > 1) return undefined
    const value = doc.get(part.path)
    if (Array.isArray(value)) return undefined
    key.push(value)
  }
  return key
}

function parseSort(spec: Doc): Part[] {
  const parts: Part[] = []
  for (const [path, order] of spec) {
    if (path === '$natural') {
      if (spec.size > 1) fail(2, "Cannot include '$natural' in compound sort: " + printElement(path, order))
      readDirection(path, order)
      return []
    }
    const direction = readDirection(path, order)
    if (path === '') fail(40352, 'FieldPath cannot be constructed with empty string')
    parts.push({ path, parts: splitPath(path), direction })
  }
  return parts
}

function readDirection(path: string, order: Value): 1 | -1 {
  if (isDoc(order)) {
    if (!order.has('$meta')) fail(17312, '$meta is the only expression supported by $sort right now')
    return fail(115, 'sorting by $meta is not supported by the embedded store; use a MongoDB server')
  }
  if (!isNumber(order)) fail(15974, `Illegal key in $sort specification: ${printElement(path, order)}`)
  const direction = asInteger(order)
  if (direction === 1 || direction === -1) return direction
  return fail(15975, '$sort key ordering must be 1 (for ascending) or -1 (for descending)')
}
