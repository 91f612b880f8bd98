import type { Collation } from './collation.ts'
import { compareNumbers } from './compare-numbers.ts'
import { type Decimal, fromBigInt, parseDecimal, toNumber } from './decimal.ts'
import { typeNumber } from './type.ts'
import {
  type Binary,
  type BSONRegExp,
  type BSONSymbol,
  type Code,
  dateMillis,
  type DbPointer,
  type Decimal128,
  type Doc,
  type Double,
  ObjectId,
  type Timestamp,
  toDouble,
  type Value,
} from './value.ts'

/** A string that two values share exactly when `equalValues` holds for them; missing counts as null. */
export function hashKey(v: Value | undefined, collation?: Collation): string {
  if (typeof v === 'string') return 's' + (collation ? collation.key(v) : v)
  if (typeof v === 'number') return `n${v}`
  if (v instanceof ObjectId) return 'o' + v.toHexString()
  if (v === undefined || v === null) return '_'
  switch (typeNumber(v)) {
    case 1:
      return `n${(v as Double).value}`
    case 3:
      return hashDoc(v as Doc, collation)
    case 4: {
      let text = 'A'
      for (const item of v as Value[]) text += framed(hashKey(item, collation))
      return text
    }
    case 5: {
      const binary = v as Binary
      const bytes = Buffer.from(binary.buffer.buffer, binary.buffer.byteOffset, binary.position)
      return `B${binary.sub_type}:${bytes.toString('latin1')}`
    }
    case 6:
      return 'u'
    case 8:
      return v === true ? 't' : 'f'
    case 9:
      return `D${dateMillis(v as Date)}`
    case 11:
      return `r${framed((v as BSONRegExp).pattern)}${(v as BSONRegExp).options}`
    case 12:
      return `p${(v as DbPointer).id.toHexString()}${(v as DbPointer).namespace}`
    case 13:
      return 'c' + (v as Code).code
    case 14:
      return hashKey((v as BSONSymbol).value, collation)
    case 15:
      return `C${framed((v as Code).code)}${hashDoc((v as Code).scope as unknown as Doc, collation)}`
    case 17:
      return `T${(v as Timestamp).t}:${(v as Timestamp).i}`
    case 18:
      return hashLong(v as bigint)
    case 19:
      return hashDecimal(v as Decimal128)
    case -1:
      return '-'
    default:
      return '+'
  }
}

function framed(text: string): string {
  return `${text.length}:${text}`
}

function hashDoc(doc: Doc, collation: Collation | undefined): string {
  let text = 'O'
  for (const [name, value] of doc) text += framed(name) + framed(hashKey(value, collation))
  return text
}

// Numbers that some double equals take that double's text; the others their exact digits.
function hashLong(n: bigint): string {
  const near = Number(n)
  return BigInt(near) === n ? `n${near}` : hashDigits(fromBigInt(n))
}

function hashDecimal(d: Decimal128): string {
  const parts = parseDecimal(d)
  const near = toNumber(parts)
  if (parts.kind !== 'finite' || compareNumbers(d, toDouble(near)) === 0) return `n${near}`
  return hashDigits(parts)
}

function hashDigits(d: Decimal): string {
  const digits = d.coefficient.toString()
  let kept = digits.length
  while (kept > 1 && digits[kept - 1] === '0') kept--
  return `d${d.negative ? '-' : ''}${digits.slice(0, kept)}e${d.exponent + digits.length - kept}`
}
