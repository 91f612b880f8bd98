import type { Collation } from './collation.ts'
import { compareNumbers } from './compare-numbers.ts'
import { compareObjectIds } from './object-id.ts'
import { canonicalType, typeNumber } from './type.ts'
import {
  type Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  dateMillis,
  type DbPointer,
  Decimal128,
  type Doc,
  isNumber,
  ObjectId,
  Timestamp,
  type Value,
} from './value.ts'

export { hashKey } from './hash-key.ts'

/**
 * MongoDB's order over all values: by class of type first, then within it. A missing value sorts as null.
 * @returns negative, zero or positive.
 */
export function compareValues(a: Value | undefined, b: Value | undefined, collation?: Collation): number {
  if (a === b) return 0
  if (typeof a === 'number' && typeof b === 'number') return a < b ? -1 : a > b ? 1 : compareNumbers(a, b)
  if (typeof a === 'string' && typeof b === 'string') {
    return collation ? collation.compare(a, b) : compareStrings(a, b)
  }
  if (a instanceof ObjectId && b instanceof ObjectId) return compareObjectIds(a, b)
  const classA = canonicalType(a)
  const classB = canonicalType(b)
  if (classA !== classB) return classA < classB ? -1 : 1
  return compareSameClass(a as Value, b as Value, classA, collation)
}

/** Whether two values are one: 7, 7.0 and Long 7 are; documents must agree in field order too. */
export function equalValues(a: Value | undefined, b: Value | undefined, collation?: Collation): boolean {
  if (a === b) return true
  if (typeof a === 'string' && typeof b === 'string' && !collation) return false
  return compareValues(a, b, collation) === 0
}

/**
 * Order of strings by their UTF-8 bytes, which is by code point. JavaScript's own `<` goes by UTF-16 units and
 * differs where a surrogate meets U+E000..U+FFFF.
 */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0
  const size = Math.min(a.length, b.length)
  for (let i = 0; i < size; i++) {
    const left = a.charCodeAt(i)
    const right = b.charCodeAt(i)
    if (left === right) continue
    const leftSurrogate = left >= 0xd800 && left <= 0xdfff
    const rightSurrogate = right >= 0xd800 && right <= 0xdfff
    if (leftSurrogate !== rightSurrogate) {
      if (leftSurrogate) return right >= 0xe000 ? 1 : left - right
      return left >= 0xe000 ? -1 : left - right
    }
    return left < right ? -1 : 1
  }
  return a.length - b.length
}

function compareSameClass(a: Value, b: Value, kind: number, collation: Collation | undefined): number {
  switch (kind) {
    case 10:
      return isNumber(a) && isNumber(b) ? compareNumbers(a, b) : 0
    case 15:
      return collation ? collation.compare(textOf(a), textOf(b)) : compareStrings(textOf(a), textOf(b))
    case 20:
      return compareDocs(a as Doc, b as Doc, collation)
    case 25:
      return compareArrays(a as Value[], b as Value[], collation)
    case 30:
      return compareBinary(a as Binary, b as Binary)
    case 35:
      return compareObjectIds(a as ObjectId, b as ObjectId)
    case 40:
      return Number(a) - Number(b)
    case 45:
      return order(dateMillis(a as Date), dateMillis(b as Date))
    case 47:
      return compareTimestamps(a as Timestamp, b as Timestamp)
    case 50:
      return compareRegExps(a as BSONRegExp, b as BSONRegExp)
    case 55:
      return comparePointers(a as DbPointer, b as DbPointer)
    case 60:
      return compareStrings((a as Code).code, (b as Code).code)
    case 65:
      return (
        compareStrings((a as Code).code, (b as Code).code) ||
        compareDocs(scopeOf(a as Code), scopeOf(b as Code), collation)
      )
    default:
      return 0
  }
}

// By their bytes, the shorter first.
function comparePointers(a: DbPointer, b: DbPointer): number {
  const [left, right] = [Buffer.from(a.namespace), Buffer.from(b.namespace)]
  return left.length - right.length || Buffer.compare(left, right) || compareObjectIds(a.id, b.id)
}

function scopeOf(code: Code): Doc {
  return code.scope as unknown as Doc
}

function textOf(v: Value): string {
  return v instanceof BSONSymbol ? v.value : (v as string)
}

function order(a: number | bigint, b: number | bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function compareDocs(a: Doc, b: Doc, collation: Collation | undefined): number {
  const right = b.entries()
  for (const [name, value] of a) {
    const other = right.next()
    if (other.done) return 1
    const [otherName, otherValue] = other.value
    const classA = canonicalType(value)
    const classB = canonicalType(otherValue)
    if (classA !== classB) return classA < classB ? -1 : 1
    const result = compareStrings(name, otherName) || compareValues(value, otherValue, collation)
    if (result !== 0) return result
  }
  return right.next().done ? 0 : -1
}

function compareArrays(a: Value[], b: Value[], collation: Collation | undefined): number {
  const size = Math.min(a.length, b.length)
  for (let i = 0; i < size; i++) {
    const result = compareValues(a[i], b[i], collation)
    if (result !== 0) return result
  }
  return a.length - b.length
}

function compareBinary(a: Binary, b: Binary): number {
  // Old binary data (subtype 2) counts the four bytes of its inner length.
  const sizeA = a.position + (a.sub_type === 2 ? 4 : 0)
  const sizeB = b.position + (b.sub_type === 2 ? 4 : 0)
  return (
    order(sizeA, sizeB) ||
    order(a.sub_type, b.sub_type) ||
    Buffer.compare(a.buffer.subarray(0, a.position), b.buffer.subarray(0, b.position))
  )
}

function compareTimestamps(a: Timestamp, b: Timestamp): number {
  return order(a.t, b.t) || order(a.i, b.i)
}

function compareRegExps(a: BSONRegExp, b: BSONRegExp): number {
  return compareStrings(a.pattern, b.pattern) || compareStrings(a.options, b.options)
}

/** Whether two values are one and of one type: what decides that an update changed nothing. */
export function identicalValues(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) return typeof a !== 'number' || Object.is(a, b)
  if (a === undefined || b === undefined) return false
  const type = typeNumber(a)
  if (type !== typeNumber(b)) return false
  if (type === 3) return identicalDocs(a as Doc, b as Doc)
  if (type === 4) {
    const left = a as Value[]
    const right = b as Value[]
    return left.length === right.length && left.every((item, i) => identicalValues(item, right[i]))
  }
  // 1.0 and 1.00 are one number but not the same bytes.
  if (a instanceof Decimal128) return Buffer.compare(a.bytes, (b as Decimal128).bytes) === 0
  return compareValues(a, b) === 0
}

function identicalDocs(a: Doc, b: Doc): boolean {
  if (a.size !== b.size) return false
  const right = b.entries()
  for (const [name, value] of a) {
    const [otherName, otherValue] = right.next().value as [string, Value]
    if (name !== otherName || !identicalValues(value, otherValue)) return false
  }
  return true
}
