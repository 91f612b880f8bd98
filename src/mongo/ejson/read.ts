import { MAX_DEPTH } from '../bson/limits.ts'
import { fail, MongoError } from '../bson/errors.ts'
import { type Doc, toDouble, toInteger, type Value } from '../bson/value.ts'
import { wrappers } from './wrappers.ts'

interface Reader {
  readonly text: string
  at: number
}

/**
 * Reads MongoDB Extended JSON 2.0, canonical or relaxed. `JSON.parse` would not do: it moves fields such as "1" to the
 * front, and the order of fields is part of a document.
 * @throws MongoError 9 saying where it cannot be read
 */
export function readEjson(text: string): Value {
  const reader: Reader = { text, at: 0 }
  try {
    const value = readValue(reader, 0)
    skipSpace(reader)
    if (reader.at < text.length) unexpected(reader)
    return value
  } catch (error) {
    if (error instanceof MongoError) throw error
    // What the makers of values say: an ObjectId of the wrong length, a number that is none.
    return fail(9, `Invalid Extended JSON before character ${reader.at}: ${(error as Error).message}`)
  }
}

const space = /[ \t\r\n]*/y
const numberToken = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y

function take(reader: Reader, token: RegExp): RegExpExecArray | null {
  token.lastIndex = reader.at
  const found = token.exec(reader.text)
  if (found) reader.at = token.lastIndex
  return found
}

function skipSpace(reader: Reader): void {
  const code = reader.text.charCodeAt(reader.at)
  if (code <= 0x20) take(reader, space)
}

function unexpected({ text, at }: Reader): never {
  const what = at < text.length ? JSON.stringify(text[at]) : 'the end'
  return fail(9, `Invalid Extended JSON: ${what} at character ${at + 1}`)
}

function readValue(reader: Reader, depth: number): Value {
  if (depth > MAX_DEPTH + 4) fail(15, `Extended JSON exceeds maximum nested object depth: ${MAX_DEPTH}`)
  skipSpace(reader)
  switch (reader.text[reader.at]) {
    case '{':
      return readObject(reader, depth)
    case '[':
      return readArray(reader, depth)
    case '"':
      return readString(reader)
    case 't':
      return readWord(reader, 'true', true)
    case 'f':
      return readWord(reader, 'false', false)
    case 'n':
      return readWord(reader, 'null', null)
    default:
      return readNumber(reader)
  }
}

function readObject(reader: Reader, depth: number): Value {
  const doc: Doc = new Map()
  let first: string | undefined
  reader.at++
  for (;;) {
    skipSpace(reader)
    if (doc.size === 0 && reader.text[reader.at] === '}') break
    const name = readString(reader)
    first ??= name
    skipSpace(reader)
    if (reader.text[reader.at++] !== ':') unexpected({ ...reader, at: reader.at - 1 })
    doc.set(name, readValue(reader, depth + 1))
    skipSpace(reader)
    if (reader.text[reader.at] === '}') break
    if (reader.text[reader.at++] !== ',') unexpected({ ...reader, at: reader.at - 1 })
  }
  reader.at++
  const read = first === undefined ? undefined : wrappers.get(first)
  return read?.(doc) ?? doc
}

function readArray(reader: Reader, depth: number): Value[] {
  const values: Value[] = []
  reader.at++
  for (;;) {
    skipSpace(reader)
    if (values.length === 0 && reader.text[reader.at] === ']') break
    values.push(readValue(reader, depth + 1))
    skipSpace(reader)
    if (reader.text[reader.at] === ']') break
    if (reader.text[reader.at++] !== ',') unexpected({ ...reader, at: reader.at - 1 })
  }
  reader.at++
  return values
}

// Not by an expression: V8 keeps a stack for one that alternates, and a string may have megabytes.
function readString(reader: Reader): string {
  const { text, at } = reader
  if (text[at] !== '"') unexpected(reader)
  let end = at
  do {
    end = text.indexOf('"', end + 1)
    if (end === -1) unexpected({ text, at: text.length })
  } while (isEscaped(text, end))
  reader.at = end + 1
  return JSON.parse(text.slice(at, end + 1)) as string
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0
  while (text[at - 1 - backslashes] === '\\') backslashes++
  return backslashes % 2 === 1
}

function readWord<T extends Value>(reader: Reader, word: string, value: T): T {
  if (!reader.text.startsWith(word, reader.at)) unexpected(reader)
  reader.at += word.length
  return value
}

function readNumber(reader: Reader): Value {
  const found = take(reader, numberToken)
  if (found === null) return unexpected(reader)
  const [text, fraction, exponent] = found
  if (fraction !== undefined || exponent !== undefined || text === '-0') return toDouble(Number(text))
  const whole = BigInt(text)
  return BigInt.asIntN(64, whole) === whole ? toInteger(whole) : toDouble(Number(text))
}
