import { fail } from '../bson/errors.ts'
import { Code, BSONSymbol, Decimal128, Double, Timestamp } from '../bson/value.ts'
import type { Value } from '../bson/value.ts'
import { formatDate, isoString } from './date/format.ts'
import { UTC } from './date/time-zone.ts'
import { isNullish, typeOf } from './missing.ts'
import { printDouble } from './print.ts'

/** The text older string operators take a value for; null is an empty string. */
export function coerceText(value: Value | undefined): string {
  if (typeof value === 'string') return value
  if (isNullish(value)) return ''
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'number') return printDouble(value)
  if (value instanceof Double) return printDouble(value.value)
  if (value instanceof Decimal128) return value.toString()
  if (value instanceof Date) return isoString(value.getTime())
  if (value instanceof BSONSymbol) return value.value
  if (value instanceof Code) return value.code
  if (value instanceof Timestamp) {
    return `${formatDate(value.t * 1000, '%b %d %H:%M:%S', UTC)}:${value.i.toString(16).padStart(3, '0')}`
  }
  return fail(16007, `can't convert from BSON type ${typeOf(value)} to String`)
}

/** mongod changes the case of ASCII letters only. */
export function toLowerAscii(text: string): string {
  return text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase())
}
export function toUpperAscii(text: string): string {
  return text.replaceAll(/[a-z]+/g, (letters) => letters.toUpperCase())
}

/** The code points of a text; positions and lengths of the `CP` operators count them. */
export function codePoints(text: string): string[] {
  return Array.from(text)
}
