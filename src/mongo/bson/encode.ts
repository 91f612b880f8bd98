import { MAX_DEPTH } from './limits.ts'
import { fail } from './errors.ts'
import { writeObjectId } from './object-id.ts'
import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  dateMillis,
  DbPointer,
  Decimal128,
  type Doc,
  Double,
  isInt32,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  type Value,
} from './value.ts'

interface Writer {
  buffer: Buffer
  position: number
}

const SCRATCH = 16 * 1024
/** Where documents are written before their size is known; nothing in it outlives a call. */
const scratch: Writer = { buffer: Buffer.allocUnsafeSlow(SCRATCH), position: 0 }

export function encodeDocument(doc: Doc): Buffer {
  scratch.position = 0
  writeDocument(scratch, doc, 1)
  const { buffer, position } = scratch
  if (buffer.length > SCRATCH) {
    scratch.buffer = Buffer.allocUnsafeSlow(SCRATCH)
    if (buffer.length <= 2 * position) return buffer.subarray(0, position)
  }
  const bytes = Buffer.allocUnsafe(position)
  buffer.copy(bytes, 0, 0, position)
  return bytes
}

function reserve(writer: Writer, size: number): number {
  const { buffer, position } = writer
  if (position + size > buffer.length) {
    const larger = Buffer.allocUnsafeSlow(Math.max(buffer.length * 2, position + size + 256))
    buffer.copy(larger, 0, 0, position)
    writer.buffer = larger
  }
  writer.position = position + size
  return position
}

function writeDocument(writer: Writer, doc: Doc, depth: number): void {
  if (depth > MAX_DEPTH) fail(15, `BSONObj exceeds maximum nested object depth: ${MAX_DEPTH}`)
  const start = reserve(writer, 4)
  for (const [name, value] of doc) writeElement(writer, name, value, depth)
  finish(writer, start)
}

function writeArray(writer: Writer, values: Value[], depth: number): void {
  if (depth > MAX_DEPTH) fail(15, `BSONObj exceeds maximum nested object depth: ${MAX_DEPTH}`)
  const start = reserve(writer, 4)
  for (let i = 0; i < values.length; i++) writeElement(writer, String(i), values[i]!, depth)
  finish(writer, start)
}

function finish(writer: Writer, start: number): void {
  writer.buffer[reserve(writer, 1)] = 0
  writer.buffer.writeInt32LE(writer.position - start, start)
}

function refuseNull(): never {
  fail(2, 'a field name or regular expression may not hold a null byte')
}

function writeName(writer: Writer, type: number, name: string): void {
  const size = name.length
  const start = reserve(writer, size * 3 + 2)
  const { buffer } = writer
  buffer[start] = type
  let position = start + 1
  for (let i = 0; i < size; i++) {
    const unit = name.charCodeAt(i)
    if (unit === 0) refuseNull()
    if (unit >= 0x80) {
      if (name.includes('\0')) refuseNull()
      position = start + 1 + buffer.write(name, start + 1, 'utf8')
      break
    }
    buffer[position++] = unit
  }
  buffer[position] = 0
  writer.position = position + 1
}

function writeString(writer: Writer, text: string): void {
  const size = text.length
  const start = reserve(writer, 4 + size * 3 + 1)
  const { buffer } = writer
  let position = start + 4
  if (size > 24) {
    position += buffer.write(text, position, 'utf8')
  } else {
    for (let i = 0; i < size; i++) {
      const unit = text.charCodeAt(i)
      if (unit >= 0x80) {
        position = start + 4 + buffer.write(text, start + 4, 'utf8')
        break
      }
      buffer[position++] = unit
    }
  }
  buffer[position] = 0
  writer.position = position + 1
  buffer.writeInt32LE(position - start - 3, start)
}

function writeElement(writer: Writer, name: string, value: Value, depth: number): void {
  switch (typeof value) {
    case 'string':
      writeName(writer, 0x02, name)
      return writeString(writer, value)
    case 'number':
      return isInt32(value) ? writeInt32(writer, name, value) : writeDouble(writer, name, value)
    case 'boolean':
      writeName(writer, 0x08, name)
      writer.buffer[reserve(writer, 1)] = value ? 1 : 0
      return
    case 'bigint':
      writeName(writer, 0x12, name)
      return writeInt64(writer, value)
    case 'object':
      if (value === null) return writeName(writer, 0x0a, name)
      if (value instanceof Map) {
        writeName(writer, 0x03, name)
        return writeDocument(writer, value, depth + 1)
      }
      if (Array.isArray(value)) {
        writeName(writer, 0x04, name)
        return writeArray(writer, value, depth + 1)
      }
      return writeObject(writer, name, value, depth)
    default:
      return fail(1, `cannot write a ${typeof value} as BSON`)
  }
}

function writeObject(
  writer: Writer,
  name: string,
  value: Exclude<Value & object, Doc | Value[]>,
  depth: number,
): void {
  if (value instanceof ObjectId) {
    writeName(writer, 0x07, name)
    const start = reserve(writer, 12)
    writeObjectId(writer.buffer, start, value)
  } else if (value instanceof Date) {
    writeName(writer, 0x09, name)
    writeDate(writer, value)
  } else if (value instanceof Double) {
    writeDouble(writer, name, value.value)
  } else if (value instanceof Decimal128) {
    writeName(writer, 0x13, name)
    const start = reserve(writer, 16)
    writer.buffer.set(value.bytes, start)
  } else if (value instanceof Binary) {
    writeName(writer, 0x05, name)
    writeBinary(writer, value)
  } else if (value instanceof Timestamp) {
    writeName(writer, 0x11, name)
    const start = reserve(writer, 8)
    writer.buffer.writeUInt32LE(value.i, start)
    writer.buffer.writeUInt32LE(value.t, start + 4)
  } else if (value instanceof BSONRegExp) {
    writeName(writer, 0x0b, name)
    writeCString(writer, value.pattern)
    writeCString(writer, value.options)
  } else if (value instanceof MinKey) {
    writeName(writer, 0xff, name)
  } else if (value instanceof MaxKey) {
    writeName(writer, 0x7f, name)
  } else if (value instanceof Code) {
    writeCode(writer, name, value, depth)
  } else if (value instanceof BSONSymbol) {
    writeName(writer, 0x0e, name)
    writeString(writer, value.value)
  } else if (value instanceof DbPointer) {
    writeName(writer, 0x0c, name)
    writeString(writer, value.namespace)
    const start = reserve(writer, 12)
    writeObjectId(writer.buffer, start, value.id)
  } else {
    writeName(writer, 0x06, name)
  }
}

function writeInt32(writer: Writer, name: string, value: number): void {
  writeName(writer, 0x10, name)
  const start = reserve(writer, 4)
  writer.buffer.writeInt32LE(value, start)
}

function writeDouble(writer: Writer, name: string, value: number): void {
  writeName(writer, 0x01, name)
  const start = reserve(writer, 8)
  writer.buffer.writeDoubleLE(value, start)
}

function writeInt64(writer: Writer, value: bigint): void {
  const start = reserve(writer, 8)
  writer.buffer.writeBigInt64LE(value, start)
}

// Milliseconds of a Date are safe integers: two halves are faster than a bigint.
function writeDate(writer: Writer, value: Date): void {
  const millis = dateMillis(value)
  if (typeof millis === 'bigint') return writeInt64(writer, millis)
  if (Number.isNaN(millis)) fail(2, 'an invalid date cannot be written as BSON')
  const start = reserve(writer, 8)
  const high = Math.floor(millis / 0x100000000)
  writer.buffer.writeUInt32LE(millis - high * 0x100000000, start)
  writer.buffer.writeInt32LE(high, start + 4)
}

function writeCString(writer: Writer, text: string): void {
  if (text.includes('\0')) refuseNull()
  const start = reserve(writer, text.length * 3 + 1)
  const size = writer.buffer.write(text, start, 'utf8')
  writer.buffer[start + size] = 0
  writer.position = start + size + 1
}

function writeBinary(writer: Writer, value: Binary): void {
  const size = value.position
  const old = value.sub_type === 2
  const start = reserve(writer, (old ? 9 : 5) + size)
  const { buffer } = writer
  buffer.writeInt32LE(old ? size + 4 : size, start)
  buffer[start + 4] = value.sub_type
  if (old) buffer.writeInt32LE(size, start + 5)
  buffer.set(value.buffer.subarray(0, size), start + (old ? 9 : 5))
}

function writeCode(writer: Writer, name: string, value: Code, depth: number): void {
  if (!value.scope) {
    writeName(writer, 0x0d, name)
    return writeString(writer, value.code)
  }
  writeName(writer, 0x0f, name)
  const start = reserve(writer, 4)
  writeString(writer, value.code)
  writeDocument(writer, value.scope as unknown as Doc, depth + 1)
  writer.buffer.writeInt32LE(writer.position - start, start)
}
