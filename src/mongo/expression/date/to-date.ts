import { fail } from '../../bson/errors.ts'
import { dateMillis, makeDate, ObjectId, Timestamp } from '../../bson/value.ts'
import type { Value } from '../../bson/value.ts'
import { typeOf } from '../missing.ts'

/** The milliseconds of what date operators take for a date: a date, a timestamp, an ObjectId. */
export function instantOf(value: Value | undefined): number | undefined {
  if (value instanceof Date) {
    const millis = dateMillis(value)
    if (typeof millis === 'bigint')
      return fail(2, `date ${millis} is out of the range of this store's calendar`)
    return millis
  }
  if (value instanceof Timestamp) return value.getHighBitsUnsigned() * 1000
  if (value instanceof ObjectId) return value.getTimestamp().getTime()
  return undefined
}

/** The same, where anything else is an error. */
export function requireInstant(value: Value | undefined): number {
  return instantOf(value) ?? fail(16006, `can't convert from BSON type ${typeOf(value)} to Date`)
}

/** A date value from milliseconds of any size that int64 holds. */
export function dateOf(instant: number): Date {
  if (Math.abs(instant) <= 8.64e15) return new Date(instant)
  if (!(Math.abs(instant) < 2 ** 63)) fail(15, 'date overflow')
  return makeDate(BigInt(Math.trunc(instant)))
}
