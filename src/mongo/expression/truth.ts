import { isZero } from '../bson/numeric.ts'
import { Decimal128, Double } from '../bson/value.ts'
import type { Value } from '../bson/value.ts'
import { isNullish } from './missing.ts'

/** What counts as true: all but null, missing, false and zero. */
export function isTrue(value: Value | undefined): boolean {
  if (typeof value === 'boolean') return value
  if (isNullish(value)) return false
  if (typeof value === 'number') return value !== 0
  if (typeof value === 'bigint') return value !== 0n
  if (value instanceof Double) return value.value !== 0
  if (value instanceof Decimal128) return !isZero(value)
  return true
}
