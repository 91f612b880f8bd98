import type { Collation } from '../bson/collation.ts'
import { compareValues, hashKey } from '../bson/compare.ts'
import { MinKey, UNDEFINED } from '../bson/value.ts'
import type { Value } from '../bson/value.ts'

/** MongoDB's order where a missing value is not null: it stands below null and above MinKey only. */
export function compareAny(a: Value | undefined, b: Value | undefined, collation?: Collation): number {
  if (a !== undefined && b !== undefined) return compareValues(a, b, collation)
  if (absent(a)) return absent(b) ? 0 : b instanceof MinKey ? 1 : -1
  return a instanceof MinKey ? -1 : 1
}

function absent(value: Value | undefined): boolean {
  return value === undefined || value === UNDEFINED
}

/** Values in the order of first coming, equal ones once. */
export function makeValueSet(collation: Collation | undefined): ValueSet {
  const values = new Map<string, Value>()
  return {
    add(value) {
      const key = hashKey(value, collation)
      if (values.has(key)) return false
      values.set(key, value)
      return true
    },
    has: (value) => values.has(hashKey(value, collation)),
    size: () => values.size,
    values: () => [...values.values()],
  }
}

export interface ValueSet {
  /** Whether the value was new. */
  add(value: Value): boolean
  has(value: Value): boolean
  size(): number
  values(): Value[]
}
