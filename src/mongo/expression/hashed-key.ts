import { createHash, type Hash } from 'node:crypto'
import { encode } from '../bson/codec.ts'
import { roundDecimal } from '../bson/decimal-arithmetic.ts'
import { makeDecimal, parseDecimal } from '../bson/decimal.ts'
import { asNumber, isNotANumber, truncateToBigInt } from '../bson/numeric.ts'
import { canonicalType } from '../bson/type.ts'
import { Code, Decimal128, isDoc, isNumber } from '../bson/value.ts'
import type { Doc, Numeric, Value } from '../bson/value.ts'

const SEED = 0
const LEAST = -(2n ** 63n)
const MOST = 2n ** 63n - 1n

/**
 * The key a hashed index of a server has for a value: the first half of an MD5 over the value's sort class and bytes.
 * Numbers count as the int64 they are without a fraction, so that 1 and 1.5 have one key.
 */
export function hashedKey(value: Value): bigint {
  const hash = createHash('md5')
  addInt32(hash, SEED)
  addValue(hash, value)
  return hash.digest().readBigInt64LE(0)
}

function addValue(hash: Hash, value: Value, name?: string): void {
  addInt32(hash, canonicalType(value))
  if (name !== undefined) hash.update(`${name}\0`)
  if (isNumber(value)) {
    const bytes = Buffer.alloc(8)
    bytes.writeBigInt64LE(wholeOf(value))
    hash.update(bytes)
  } else if (isDoc(value)) addFields(hash, value)
  else if (Array.isArray(value)) {
    addFields(hash, new Map(value.map((element, index) => [String(index), element])))
  } else if (value instanceof Code && value.scope) {
    hash.update(`${value.code}\0`)
    addFields(hash, value.scope as unknown as Doc)
  } else hash.update(bytesOf(value))
}

/** The end of a document counts, too. */
function addFields(hash: Hash, doc: Doc): void {
  for (const [name, value] of doc) addValue(hash, value, name)
  addInt32(hash, 0)
}

function addInt32(hash: Hash, value: number): void {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32LE(value)
  hash.update(bytes)
}

function wholeOf(value: Numeric): bigint {
  if (isNotANumber(value)) return 0n
  const rounded =
    value instanceof Decimal128 ? makeDecimal(roundDecimal(parseDecimal(value), 0, 'even')) : value
  const whole = truncateToBigInt(rounded) ?? (asNumber(value) > 0 ? MOST : LEAST)
  return whole > MOST ? MOST : whole < LEAST ? LEAST : whole
}

/** The bytes of a value in BSON, without its type and name. */
function bytesOf(value: Value): Uint8Array {
  return encode(new Map([['', value]])).subarray(6, -1)
}
