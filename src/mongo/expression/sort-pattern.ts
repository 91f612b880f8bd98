import type { Collation } from '../bson/collation.ts'
import { compareValues } from '../bson/compare.ts'
import { fail } from '../bson/errors.ts'
import { asNumber } from '../bson/numeric.ts'
import { isIndex } from '../bson/path.ts'
import { printElement } from '../bson/print.ts'
import { isDoc, isNumber, UNDEFINED } from '../bson/value.ts'
import type { Doc, Value } from '../bson/value.ts'
import { splitPath } from './field-path.ts'

/** The values a document sorts by, one for each path of the pattern. */
export type SortKey = readonly Value[]

/** A compiled sort pattern: keys are taken once for each document, then compared. */
export interface SortPattern {
  readonly paths: readonly string[]
  keyOf(value: Value): SortKey
  compareKeys(left: SortKey, right: SortKey): number
}

/** Compiles `{a: 1, 'b.c': -1}`. */
export function compileSortPattern(pattern: Doc, collation: Collation | undefined): SortPattern {
  if (pattern.size === 0) fail(15976, '$sort stage must have at least one sort key')
  const parts = [...pattern].map(([path, value]) => {
    const direction = readDirection(path, value)
    return { names: splitPath(path), direction }
  })
  return {
    paths: [...pattern.keys()],
    keyOf: (value) => parts.map(({ names, direction }) => sortValue(value, names, direction, collation)),
    compareKeys(left, right) {
      for (let index = 0; index < parts.length; index++) {
        const order = compareValues(left[index], right[index], collation)
        if (order !== 0) return order * (parts[index]?.direction ?? 1)
      }
      return 0
    },
  }
}

function readDirection(path: string, value: Value): 1 | -1 {
  if (isDoc(value)) {
    const [first] = value.keys()
    if (first !== '$meta') fail(17312, '$meta is the only expression supported by $sort right now')
    return fail(115, 'sorting by $meta is not supported by the embedded store; use a MongoDB server')
  }
  if (!isNumber(value)) {
    return fail(15974, `Illegal key in $sort specification: ${printElement(path, value)}`)
  }
  // A fraction does not count.
  const direction = Math.trunc(asNumber(value))
  if (direction === 1 || direction === -1) return direction
  return fail(15975, '$sort key ordering must be 1 (for ascending) or -1 (for descending)')
}

/** An array sorts by its least element upwards, by its greatest downwards. */
function sortValue(
  value: Value,
  names: readonly string[],
  direction: 1 | -1,
  collation: Collation | undefined,
): Value {
  let best: Value | undefined
  const offer = (found: Value): void => {
    if (best === undefined || compareValues(found, best, collation) * direction < 0) best = found
  }
  visit(value, names, 0, offer)
  return best ?? null
}

function visit(
  value: Value | undefined,
  names: readonly string[],
  index: number,
  offer: (found: Value) => void,
): void {
  if (index === names.length) {
    if (!Array.isArray(value)) offer(value ?? null)
    else if (value.length === 0) offer(UNDEFINED)
    else for (const element of value) offer(element)
    return
  }
  const name = names[index] as string
  if (isDoc(value)) {
    visit(value.get(name), names, index + 1, offer)
    return
  }
  if (!Array.isArray(value) || value.length === 0) {
    offer(null)
    return
  }
  const position = isIndex(name) ? value[Number(name)] : undefined
  if (position !== undefined) {
    visit(position, names, index + 1, offer)
    return
  }
  // What is no document among the elements counts as null, as it does in an index.
  for (const element of value) visit(isDoc(element) ? element.get(name) : undefined, names, index + 1, offer)
}

/** Sorts by a pattern, stably, each key taken once. */
export function sortBy<T>(items: Iterable<T>, pattern: SortPattern, valueOf: (item: T) => Value): T[] {
  const keyed = Array.from(items, (item) => ({ item, key: pattern.keyOf(valueOf(item)) }))
  keyed.sort((left, right) => pattern.compareKeys(left.key, right.key))
  return keyed.map(({ item }) => item)
}
