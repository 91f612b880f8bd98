import { isDoc } from '../bson/value.ts'
import type { Value } from '../bson/value.ts'

/** The variables (`$$name`) that stand anywhere in a pipeline; a superset, since literals count too. */
export function namesUsed(value: Value, found: Set<string> = new Set()): Set<string> {
  if (typeof value === 'string') {
    if (value.startsWith('$$')) found.add(value.slice(2).split('.')[0] as string)
  } else if (Array.isArray(value)) {
    for (const element of value) namesUsed(element, found)
  } else if (isDoc(value)) {
    for (const each of value.values()) namesUsed(each, found)
  }
  return found
}
