import { fail } from '../bson/errors.ts'
import { asNumber } from '../bson/numeric.ts'
import { typeName } from '../bson/type.ts'
import { isNumber, type Value } from '../bson/value.ts'

/** Reads the operand of find's $slice: a count from either end, or [skip, limit]. */
export function parseSlice(operand: Value): (items: readonly Value[]) => Value[] {
  if (isNumber(operand)) {
    const limit = toInt32(asNumber(operand))
    return (items) => (limit >= 0 ? items.slice(0, limit) : items.slice(limit))
  }
  if (!Array.isArray(operand)) fail(31273, '$slice only supports numbers and [skip, limit] arrays')
  if (operand.length !== 2) fail(31272, '$slice array argument should be of form [skip, limit]')
  const [skip, limit] = operand as [Value, Value]
  if (!isNumber(skip)) fail(31257, `$slice expects the skip argument to be a number, got ${typeName(skip)}`)
  if (!isNumber(limit))
    fail(31258, `$slice expects the limit argument to be a number, got ${typeName(limit)}`)
  const from = toInt32(asNumber(skip))
  const count = toInt32(asNumber(limit))
  if (count <= 0) fail(31259, `$slice limit must be positive, got ${count}`)
  return (items) => {
    const start = from < 0 ? Math.max(0, items.length + from) : from
    return items.slice(start, start + count)
  }
}

function toInt32(n: number): number {
  return Number.isNaN(n) ? 0 : Math.trunc(Math.min(Math.max(n, -2147483648), 2147483647))
}
