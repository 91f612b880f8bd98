import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  isDoc,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from '../bson/value.ts'
import type { Value } from '../bson/value.ts'
import { sixteenDigits } from '../bson/print.ts'
import { isoString } from './date/format.ts'
import { typeOf } from './missing.ts'

/** How an error message shows a value. */
export function printValue(value: Value | undefined): string {
  if (value === undefined) return 'MISSING'
  if (typeof value === 'string') return `"${value}"`
  if (value === null || typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  if (typeof value === 'number') return printDouble(value)
  if (value instanceof Double) return printDouble(value.value)
  if (value instanceof Decimal128) return value.toString()
  if (value instanceof ObjectId) return value.toHexString()
  if (value instanceof Date) return isoDate(value)
  if (Array.isArray(value)) return `[${value.map(printValue).join(', ')}]`
  if (isDoc(value)) {
    return `{${[...value].map(([name, each]) => `${name}: ${printValue(each)}`).join(', ')}}`
  }
  if (value instanceof BSONRegExp) return `/${value.pattern}/${value.options}`
  if (value instanceof Timestamp) return `Timestamp(${value.t}, ${value.i})`
  if (value instanceof Binary) return `BinData(${value.sub_type}, "${value.toString('hex').toUpperCase()}")`
  if (value instanceof Code) return value.code
  if (value instanceof BSONSymbol) return `Symbol("${value.value}")`
  if (value instanceof MinKey) return 'MinKey'
  if (value instanceof MaxKey) return 'MaxKey'
  return typeOf(value)
}

/** A double as the server writes it, and `$toString` with it: C's `%.16g`. */
export function printDouble(value: number): string {
  if (Object.is(value, -0)) return '-0'
  return Number.isFinite(value) ? sixteenDigits(value) : String(value)
}

function isoDate(date: Date): string {
  const instant = date.getTime()
  return Number.isNaN(instant) ? 'out of range' : isoString(instant)
}
