import { readAscii } from './ascii.ts'
import { fail } from './errors.ts'
import { MAX_DEPTH } from './limits.ts'
import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  DbPointer,
  Decimal128,
  type Doc,
  makeDate,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  toDouble,
  UNDEFINED,
  type Value,
} from './value.ts'
import { isWellFormed } from './well-formed.ts'

// The second argument is bson's own fast path: it reads 12 bytes in place instead of a slice. A test guards it.
const ObjectIdAt = ObjectId as unknown as new (bytes: Uint8Array, offset: number) => ObjectId

const SMALL_BINARY = 64

interface Reader {
  readonly buffer: Buffer
  position: number
  /** An array of the whole document whose documents are wanted as bytes, and those found. */
  readonly wanted: string | undefined
  members: Members | undefined
  readonly repeated: Repeated | undefined
}

/** A document in the field `name` that mostly is the same as in the body before: what it was, and its bytes. */
export interface Repeated {
  readonly name: string
  bytes: Buffer
  doc: Doc | undefined
}

export function decodeDocument(bytes: Uint8Array): Doc {
  return decodeWithMembers(bytes).doc
}

/** The documents of an array. */
export interface Members {
  /** Slices of what was read. */
  readonly bytes: readonly Buffer[]
  /** Whether all of them are well-formed and of common types only: then the array was left `UNREAD`. */
  readonly plain: boolean
  /** Where the array begins and ends. */
  readonly start: number
  readonly end: number
}

/** In the place of an array whose members are wanted as bytes. */
export const UNREAD: Value[] = []

/** A document, and what one of its arrays holds. */
export interface Decoded {
  readonly doc: Doc
  readonly members: Members | undefined
}

export function decodeWithMembers(bytes: Uint8Array, wanted?: string, repeated?: Repeated): Decoded {
  const buffer = Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (buffer.length < 5) bad(`a document of ${buffer.length} bytes; the least is 5`)
  const reader: Reader = { buffer, position: 0, wanted, members: undefined, repeated }
  const doc = readDocument(reader, buffer.length, 1)
  if (reader.position !== buffer.length) bad('bytes left after the end of the document')
  return { doc, members: reader.members }
}

function bad(why: string): never {
  fail(22, `Invalid BSON: ${why}`)
}

function readDocument(reader: Reader, limit: number, depth: number): Doc {
  const doc: Doc = new Map()
  const end = enter(reader, limit, depth)
  const { buffer } = reader
  for (;;) {
    if (reader.position >= end) bad('a document without its end')
    const type = buffer[reader.position++]!
    if (type === 0) break
    const name = readName(reader, end)
    if (depth === 1 && type === 0x04 && name === reader.wanted) {
      doc.set(name, readWanted(reader, end))
    } else if (depth === 1 && type === 0x03 && name === reader.repeated?.name) {
      doc.set(name, readRepeated(reader, reader.repeated, end))
    } else doc.set(name, readValue(reader, type, end, depth))
  }
  if (reader.position !== end) bad('a document whose length does not match')
  return doc
}

function readWanted(reader: Reader, limit: number): Value[] {
  const { buffer, position: start } = reader
  const plain = readMembers(buffer, start, limit)
  if (plain) {
    reader.members = plain
    reader.position = plain.end
    return UNREAD
  }
  const bytes: Buffer[] = []
  const values = readArray(reader, limit, 2, bytes)
  reader.members = { bytes, plain: false, start, end: reader.position }
  return values
}

/** The members of the array at `start` where each is a document that is surely well-formed; else undefined. */
export function readMembers(buffer: Buffer, start: number, limit: number): Members | undefined {
  if (start + 5 > limit) return undefined
  const end = start + buffer.readInt32LE(start)
  if (end > limit) return undefined
  const bytes: Buffer[] = []
  const last = end - 1
  let at = start + 4
  while (at < last) {
    if (buffer[at++] !== 0x03) return undefined
    while (buffer[at] !== 0) if (++at >= last) return undefined
    const from = at + 1
    if (from + 5 > last) return undefined
    at = from + buffer.readInt32LE(from)
    if (at > last || !isWellFormed(buffer, from, at)) return undefined
    bytes.push(buffer.subarray(from, at))
  }
  return at === last && buffer[last] === 0 ? { bytes, plain: true, start, end } : undefined
}

function readRepeated(reader: Reader, repeated: Repeated, limit: number): Doc {
  const { buffer, position } = reader
  const { bytes, doc } = repeated
  const end = position + bytes.length
  if (doc && end <= limit) {
    let at = 0
    while (at < bytes.length && bytes[at] === buffer[position + at]) at++
    if (at === bytes.length) {
      reader.position = end
      return doc
    }
  }
  const read = readDocument(reader, limit, 2)
  repeated.bytes = Buffer.from(buffer.subarray(position, reader.position))
  repeated.doc = read
  return read
}

function readArray(reader: Reader, limit: number, depth: number, members?: Buffer[]): Value[] {
  const values: Value[] = []
  const end = enter(reader, limit, depth)
  const { buffer } = reader
  for (;;) {
    if (reader.position >= end) bad('an array without its end')
    const type = buffer[reader.position++]!
    if (type === 0) break
    let position = reader.position
    while (buffer[position] !== 0) if (++position >= end) bad('a field name without its end')
    reader.position = position + 1
    values.push(readValue(reader, type, end, depth))
    if (members && type === 0x03) members.push(buffer.subarray(position + 1, reader.position))
  }
  if (reader.position !== end) bad('an array whose length does not match')
  return values
}

function enter(reader: Reader, limit: number, depth: number): number {
  if (depth > MAX_DEPTH) fail(15, `BSONObj exceeds maximum nested object depth: ${MAX_DEPTH}`)
  const start = reader.position
  if (start + 5 > limit) bad('a document that ends too early')
  const length = reader.buffer.readInt32LE(start)
  if (length < 5 || start + length > limit) bad(`a document with the impossible length ${length}`)
  reader.position = start + 4
  return start + length
}

function readName(reader: Reader, limit: number): string {
  const { buffer } = reader
  const start = reader.position
  let position = start
  let bits = 0
  for (;;) {
    if (position >= limit) bad('a field name without its end')
    const byte = buffer[position]!
    if (byte === 0) break
    bits |= byte
    position++
  }
  reader.position = position + 1
  return bits < 0x80 ? readAscii(buffer, start, position) : buffer.toString('utf8', start, position)
}

function readString(reader: Reader, limit: number): string {
  const { buffer } = reader
  const start = reader.position + 4
  if (start > limit) bad('a string that ends too early')
  const length = buffer.readInt32LE(reader.position)
  if (length < 1 || start + length > limit) bad(`a string with the impossible length ${length}`)
  const end = start + length - 1
  if (buffer[end] !== 0) bad('a string without its final zero')
  reader.position = end + 1
  if (length > 24) return buffer.toString('utf8', start, end)
  for (let i = start; i < end; i++) if (buffer[i]! >= 0x80) return buffer.toString('utf8', start, end)
  return readAscii(buffer, start, end)
}

function take(reader: Reader, size: number, limit: number): number {
  const start = reader.position
  if (size < 0 || start + size > limit) bad('a value that ends too early')
  reader.position = start + size
  return start
}

/** The value of `type` that begins at `at`, in a document that is well-formed. */
export function readValueAt(buffer: Buffer, type: number, at: number): Value {
  return readValue(
    { buffer, position: at, wanted: undefined, members: undefined, repeated: undefined },
    type,
    buffer.length,
    1,
  )
}

function readValue(reader: Reader, type: number, limit: number, depth: number): Value {
  const { buffer } = reader
  switch (type) {
    case 0x01:
      return toDouble(buffer.readDoubleLE(take(reader, 8, limit)))
    case 0x02:
      return readString(reader, limit)
    case 0x03:
      return readDocument(reader, limit, depth + 1)
    case 0x04:
      return readArray(reader, limit, depth + 1)
    case 0x05:
      return readBinary(reader, limit)
    case 0x06:
      return UNDEFINED
    case 0x07:
      return new ObjectIdAt(buffer, take(reader, 12, limit))
    case 0x08: {
      const byte = buffer[take(reader, 1, limit)]!
      if (byte > 1) bad(`a boolean of ${byte}`)
      return byte === 1
    }
    case 0x09:
      return readDate(buffer, take(reader, 8, limit))
    case 0x0a:
      return null
    case 0x0b:
      return readRegExp(readName(reader, limit), readName(reader, limit))
    case 0x0c:
      return new DbPointer(readString(reader, limit), new ObjectIdAt(buffer, take(reader, 12, limit)))
    case 0x0d:
      return new Code(readString(reader, limit))
    case 0x0e:
      return new BSONSymbol(readString(reader, limit))
    case 0x0f:
      return readCodeWithScope(reader, limit, depth)
    case 0x10:
      return buffer.readInt32LE(take(reader, 4, limit))
    case 0x11: {
      const start = take(reader, 8, limit)
      return new Timestamp({ i: buffer.readUInt32LE(start), t: buffer.readUInt32LE(start + 4) })
    }
    case 0x12:
      return buffer.readBigInt64LE(take(reader, 8, limit))
    case 0x13: {
      const start = take(reader, 16, limit)
      return new Decimal128(Uint8Array.prototype.slice.call(buffer, start, start + 16))
    }
    case 0x7f:
      return new MaxKey()
    case 0xff:
      return new MinKey()
    default:
      return bad(`the unknown type 0x${type.toString(16)}`)
  }
}

// Two halves are faster than a bigint, and exact for every date JavaScript has.
function readDate(buffer: Buffer, start: number): Date {
  const high = buffer.readInt32LE(start + 4)
  const millis = high * 0x100000000 + buffer.readUInt32LE(start)
  return Math.abs(millis) <= 8_640_000_000_000_000 ? new Date(millis) : makeDate(buffer.readBigInt64LE(start))
}

function readRegExp(pattern: string, options: string): BSONRegExp {
  try {
    return new BSONRegExp(pattern, options)
  } catch {
    return bad(`a regular expression with the unknown options '${options}'`)
  }
}

function readBinary(reader: Reader, limit: number): Binary {
  const { buffer } = reader
  const head = take(reader, 5, limit)
  const length = buffer.readInt32LE(head)
  const subtype = buffer[head + 4]!
  let start = take(reader, length, limit)
  if (subtype === 2) {
    // The old binary subtype repeats its length inside.
    if (length < 4 || buffer.readInt32LE(start) !== length - 4) bad('old binary data whose lengths differ')
    start += 4
  }
  const size = reader.position - start
  // Memory of its own costs more than a number or two in memory shared with others.
  const copy = size > SMALL_BINARY ? Buffer.allocUnsafeSlow(size) : Buffer.allocUnsafe(size)
  if (size > SMALL_BINARY) buffer.copy(copy, 0, start, start + size)
  else for (let i = 0; i < size; i++) copy[i] = buffer[start + i]!
  return new Binary(copy, subtype)
}

function readCodeWithScope(reader: Reader, limit: number, depth: number): Code {
  const start = take(reader, 4, limit)
  const length = reader.buffer.readInt32LE(start)
  const end = start + length
  if (length < 14 || end > limit) bad(`code with the impossible length ${length}`)
  const code = readString(reader, end)
  const scope = readDocument(reader, end, depth + 1)
  if (reader.position !== end) bad('code whose length does not match')
  return new Code(code, scope)
}
