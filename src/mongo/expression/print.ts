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
  if (!Number.isFinite(value)) return String(value)
  const [mantissa = '', power = '0'] = value.toExponential(15).split('e')
  const exponent = Number(power)
  const digits = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa
  if (exponent < -4 || exponent >= 16) {
    return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
  }
  const fixed = value.toFixed(Math.max(0, 15 - exponent))
  return fixed.includes('.') ? fixed.replace(/\.?0+$/, '') : fixed
}

function isoDate(date: Date): string {
  const instant = date.getTime()
  return Number.isNaN(instant) ? 'out of range' : isoString(instant)
}
