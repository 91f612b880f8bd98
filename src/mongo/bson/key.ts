import type { Collation } from './collation.ts'
import { compareNumbers } from './compare-numbers.ts'
import { fromBigInt, parseDecimal, toNumber } from './decimal.ts'
import { writeObjectId } from './object-id.ts'
import { canonicalType } from './type.ts'
import {
  type Binary,
  type BSONRegExp,
  BSONSymbol,
  type Code,
  dateMillis,
  type DbPointer,
  Decimal128,
  type Doc,
  Double,
  type Numeric,
  type ObjectId,
  type Timestamp,
  toDouble,
  type Value,
} from './value.ts'

interface Writer {
  buffer: Buffer
  position: number
}

/** Bytes that stand from `start` to `end`, only until the next are written. */
export interface BriefKey {
  readonly buffer: Buffer
  readonly start: number
  readonly end: number
}

const scratch: Buffer = Buffer.allocUnsafeSlow(1024)
const ROOM = 8

/**
 * Bytes whose memcmp order is the order of `compareValues`, one value after another, each in its direction; equal
 * tuples give equal bytes. No encoding is the beginning of another one of the same length of tuple.
 *
 * With a collation, strings are written as `collation.key`, whose equality is the collation's but whose byte order is
 * not: such an index answers equality only.
 */
export function encodeKey(
  values: readonly (Value | undefined)[],
  directions: readonly (1 | -1)[],
  collation?: Collation,
): Buffer {
  const writer = { buffer: Buffer.allocUnsafe(64 + values.length * 32), position: 0 }
  writeKey(writer, values, directions, collation)
  return writer.buffer.subarray(0, writer.position)
}

const brief: Writer = { buffer: scratch, position: 0 }

/** The same, with room for eight bytes of the caller's before and behind it. */
export function encodeKeyBriefly(
  values: readonly (Value | undefined)[],
  directions: readonly (1 | -1)[],
  collation?: Collation,
): BriefKey {
  brief.buffer = scratch
  brief.position = ROOM
  writeKey(brief, values, directions, collation)
  const end = reserve(brief, ROOM)
  return { buffer: brief.buffer, start: ROOM, end }
}

function writeKey(
  writer: Writer,
  values: readonly (Value | undefined)[],
  directions: readonly (1 | -1)[],
  collation: Collation | undefined,
): void {
  for (let i = 0; i < values.length; i++) {
    const start = writer.position
    writeValue(writer, values[i], collation)
    if (directions[i] === -1) {
      const { buffer, position } = writer
      for (let at = start; at < position; at++) buffer[at] = ~buffer[at]! & 0xff
    }
  }
}

/** The first byte `encodeKey` writes for a class of `canonicalType`: bounds of a scan over one type. */
export function classByte(canonical: number): number {
  return canonical + 2
}

function reserve(writer: Writer, size: number): number {
  const { buffer, position } = writer
  if (position + size > buffer.length) {
    const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, position + size + 64))
    buffer.copy(larger, 0, 0, position)
    writer.buffer = larger
  }
  writer.position = position + size
  return position
}

function writeByte(writer: Writer, byte: number): void {
  const at = reserve(writer, 1)
  writer.buffer[at] = byte
}

function writeValue(writer: Writer, v: Value | undefined, collation: Collation | undefined): void {
  const kind = canonicalType(v)
  writeByte(writer, classByte(kind))
  writeBody(writer, v as Value, kind, collation)
}

function writeBody(writer: Writer, v: Value, kind: number, collation: Collation | undefined): void {
  switch (kind) {
    case 10:
      return writeNumber(writer, v as Numeric)
    case 15: {
      const text = typeof v === 'string' ? v : (v as BSONSymbol).value
      return writeText(writer, collation ? collation.key(text) : text)
    }
    case 20:
      return writeDoc(writer, v as Doc, collation)
    case 25:
      for (const item of v as Value[]) writeValue(writer, item, collation)
      return writeByte(writer, 0)
    case 30:
      return writeBinary(writer, v as Binary)
    case 35: {
      const start = reserve(writer, 12)
      writeObjectId(writer.buffer, start, v as ObjectId)
      return
    }
    case 40:
      return writeByte(writer, v === true ? 1 : 0)
    case 45: {
      const start = reserve(writer, 8)
      writer.buffer.writeBigUInt64BE(BigInt(dateMillis(v as Date)) + 0x8000000000000000n, start)
      return
    }
    case 47: {
      const start = reserve(writer, 8)
      writer.buffer.writeUInt32BE((v as Timestamp).t, start)
      writer.buffer.writeUInt32BE((v as Timestamp).i, start + 4)
      return
    }
    case 50:
      writeText(writer, (v as BSONRegExp).pattern)
      return writeText(writer, (v as BSONRegExp).options)
    case 55:
      return writePointer(writer, v as DbPointer)
    case 60:
      return writeText(writer, (v as Code).code)
    case 65:
      writeText(writer, (v as Code).code)
      return writeDoc(writer, (v as Code).scope as unknown as Doc, collation)
    default:
  }
}

// The class comes before the name, as compareValues looks at it first.
function writeDoc(writer: Writer, doc: Doc, collation: Collation | undefined): void {
  for (const [name, value] of doc) {
    const kind = canonicalType(value)
    writeByte(writer, classByte(kind))
    writeText(writer, name)
    writeBody(writer, value, kind, collation)
  }
  writeByte(writer, 0)
}

// The length comes first, as compareValues looks at it first.
function writePointer(writer: Writer, { namespace, id }: DbPointer): void {
  const size = Buffer.byteLength(namespace)
  const start = reserve(writer, size + 16)
  writer.buffer.writeUInt32BE(size, start)
  writer.buffer.write(namespace, start + 4)
  writeObjectId(writer.buffer, start + 4 + size, id)
}

// UTF-8 with 00 written as 00 FF, ended by 00 00.
function writeText(writer: Writer, text: string): void {
  let from = 0
  for (;;) {
    const zero = text.indexOf('\0', from)
    const part = zero === -1 && from === 0 ? text : text.slice(from, zero === -1 ? undefined : zero)
    const start = reserve(writer, part.length * 3 + 2)
    const size = writer.buffer.write(part, start, 'utf8')
    writer.buffer[start + size] = 0
    writer.buffer[start + size + 1] = zero === -1 ? 0 : 0xff
    writer.position = start + size + 2
    if (zero === -1) return
    from = zero + 1
  }
}

function writeBinary(writer: Writer, v: Binary): void {
  const size = v.position
  const start = reserve(writer, size + 5)
  writer.buffer.writeUInt32BE(size + (v.sub_type === 2 ? 4 : 0), start)
  writer.buffer[start + 4] = v.sub_type
  writer.buffer.set(v.buffer.subarray(0, size), start + 5)
}

// The largest double not above the number, made sortable, then 0 if it is the number or 1 and the digits that
// set the number apart from others over the same double.
function writeNumber(writer: Writer, n: Numeric): void {
  if (n instanceof Double) n = n.value
  if (typeof n === 'number') return writeSortable(writer, n, true)
  let near = typeof n === 'bigint' ? Number(n) : toNumber(parseDecimal(n))
  const order = compareNumbers(n, toDouble(near))
  if (order === 0) return writeSortable(writer, near, true)
  if (order < 0) near = doubleBelow(near)
  writeSortable(writer, near, false)
  const parts = n instanceof Decimal128 ? parseDecimal(n) : fromBigInt(n)
  const digits = parts.coefficient.toString()
  const start = reserve(writer, digits.length + 3)
  const { buffer } = writer
  buffer.writeUInt16BE(parts.exponent + digits.length + 20000, start)
  let size = digits.length
  while (size > 1 && digits[size - 1] === '0') size--
  buffer.write(digits.slice(0, size), start + 2, 'latin1')
  buffer[start + 2 + size] = 0
  writer.position = start + 3 + size
  if (parts.negative) for (let i = start; i < writer.position; i++) buffer[i] = ~buffer[i]! & 0xff
}

function writeSortable(writer: Writer, n: number, exact: boolean): void {
  const start = reserve(writer, 9)
  const { buffer } = writer
  if (Number.isNaN(n)) buffer.fill(0, start, start + 8)
  else {
    buffer.writeDoubleBE(n === 0 ? 0 : n, start)
    if (buffer[start]! < 0x80) buffer[start]! |= 0x80
    else for (let i = start; i < start + 8; i++) buffer[i] = ~buffer[i]! & 0xff
  }
  buffer[start + 8] = exact ? 0 : 1
}

function doubleBelow(n: number): number {
  if (n === 0) return -Number.MIN_VALUE
  if (n === Infinity) return Number.MAX_VALUE
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, n)
  const bits = view.getBigInt64(0)
  view.setBigInt64(0, n > 0 ? bits - 1n : bits + 1n)
  return view.getFloat64(0)
}
