import { encode } from '../bson/codec.ts'
import { MongoError } from '../bson/errors.ts'
import { fromPlain, toDoc } from '../bson/plain.ts'
import { toDouble, type Doc, type Value } from '../bson/value.ts'

/** A reply from a JavaScript literal; documents and values may stand in it. */
export function reply(fields: Record<string, unknown>): Doc {
  return toDoc(fields)
}

/** `{ n, ok: 1 }`: what most writes are answered with. Nobody may change it. */
export function countReply(n: number): Buffer {
  return n === 1 ? ONE : encodeReply(toDoc({ n }))
}

/** Adds `ok: 1` and writes the bytes. */
export function encodeReply(doc: Doc): Buffer {
  doc.set('ok', toDouble(1))
  return encode(doc)
}

const ONE: Buffer = encodeReply(toDoc({ n: 1 }))

export function encodeError(error: MongoError): Buffer {
  const doc: Doc = new Map<string, Value>([
    ['ok', toDouble(0)],
    ['errmsg', error.message],
    ['code', error.code],
    ['codeName', error.codeName],
  ])
  for (const [name, value] of Object.entries(error.extra)) doc.set(name, fromPlain(value))
  return encode(doc)
}

/** An error as a member of `writeErrors`. */
export function writeError(index: number, error: MongoError): Doc {
  const doc: Doc = new Map<string, Value>([
    ['index', index],
    ['code', error.code],
  ])
  for (const [name, value] of Object.entries(error.extra)) doc.set(name, fromPlain(value))
  doc.set('errmsg', error.message)
  return doc
}

const CURSOR = '\u0003cursor\0'
const ID = '\u0012id\0'
const NS = '\u0002ns\0'
const OK = '\u0001ok\0'

/**
 * The reply of find, aggregate and getMore, around documents that stay the bytes they are:
 * `{ cursor: { firstBatch | nextBatch: [...], id, ns }, ...more, ok: 1 }`.
 */
export function cursorReply(
  batch: 'firstBatch' | 'nextBatch',
  documents: readonly Uint8Array[],
  id: bigint,
  namespace: string,
  more?: Doc,
): Buffer {
  const name = Buffer.byteLength(namespace)
  let array = 5
  for (let at = 0; at < documents.length; at++) {
    array += 2 + digits(at) + (documents[at] as Uint8Array).length
  }
  const cursor = 4 + 1 + batch.length + 1 + array + ID.length + 8 + NS.length + 4 + name + 1 + 1
  const extra = more ? encode(more).subarray(4, -1) : undefined
  const bytes = Buffer.allocUnsafe(4 + CURSOR.length + cursor + (extra?.length ?? 0) + OK.length + 9)
  let at = bytes.writeInt32LE(bytes.length, 0)
  at = write(bytes, at, CURSOR)
  at = bytes.writeInt32LE(cursor, at)
  bytes[at++] = 4
  at = write(bytes, at, batch)
  bytes[at++] = 0
  at = bytes.writeInt32LE(array, at)
  for (let index = 0; index < documents.length; index++) {
    const document = documents[index] as Uint8Array
    bytes[at++] = 3
    at = write(bytes, at, String(index))
    bytes[at++] = 0
    bytes.set(document, at)
    at += document.length
  }
  bytes[at++] = 0
  at = write(bytes, at, ID)
  at = bytes.writeBigInt64LE(id, at)
  at = write(bytes, at, NS)
  at = bytes.writeInt32LE(name + 1, at)
  at = name === namespace.length ? write(bytes, at, namespace) : at + bytes.write(namespace, at)
  bytes[at++] = 0
  bytes[at++] = 0
  if (extra) at += extra.copy(bytes, at)
  at = write(bytes, at, OK)
  at = bytes.writeDoubleLE(1, at)
  bytes[at] = 0
  return bytes
}

/** Writes ASCII: for a few letters quicker than the way into C++. @returns where it ends */
function write(bytes: Buffer, start: number, text: string): number {
  let at = start
  for (let i = 0; i < text.length; i++) bytes[at++] = text.charCodeAt(i)
  return at
}

function digits(number: number): number {
  return number < 10 ? 1 : number < 100 ? 2 : number < 1000 ? 3 : String(number).length
}
