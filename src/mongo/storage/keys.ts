/**
 * The one key space of a store, by first byte:
 * `1 name` settings · `2 collection(4) record(6)` documents · `3 index(4) key [record(6)]` index entries ·
 * `4 collection(4)` counters · `5 collection(4)` catalog.
 *
 * A key is a string of bytes, one to a character: such strings compare as their bytes do, and are cheaper to make, to
 * compare and to look up than buffers.
 */
const SETTING = '\u0001'
const RECORD = 2
const INDEX = 3
const COUNTERS = 4
const CATALOG = 5

export const RECORD_ID_LENGTH = 6

/** LMDB takes keys of up to 1978 bytes; what an index key may have of them. */
export const MAX_INDEX_KEY = 1900

const { fromCharCode } = String

/** The key of these bytes. */
export function keyOf(bytes: Uint8Array): string {
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  return buffer.toString('latin1')
}

export function settingKey(name: string): string {
  return `${SETTING}${name}`
}

export function settingName(key: string): string {
  return key.slice(SETTING.length)
}

export function recordKey(collection: number, record: number): string {
  const high = Math.floor(record / 0x1_0000_0000)
  return fromCharCode(
    RECORD,
    (collection >>> 24) & 255,
    (collection >>> 16) & 255,
    (collection >>> 8) & 255,
    collection & 255,
    (high >>> 8) & 255,
    high & 255,
    (record >>> 24) & 255,
    (record >>> 16) & 255,
    (record >>> 8) & 255,
    record & 255,
  )
}

/** The record a key ends with: that of a document, or of an entry of an index that is not unique. */
export function recordOf(key: string): number {
  const at = key.length - RECORD_ID_LENGTH
  let record = 0
  for (let i = at; i < key.length; i++) record = record * 256 + key.charCodeAt(i)
  return record
}

/** A record as the value of an entry of a unique index. */
export function recordBytes(record: number): Buffer {
  const bytes = Buffer.allocUnsafe(RECORD_ID_LENGTH)
  bytes.writeUIntBE(record, 0, RECORD_ID_LENGTH)
  return bytes
}

export function recordIn(value: Buffer): number {
  return value.readUIntBE(0, RECORD_ID_LENGTH)
}

/** A tuple as it was encoded, with room for what comes before and behind it. */
interface Encoded {
  readonly buffer: Buffer
  readonly start: number
  readonly end: number
}

/** The key of an entry: an encoded tuple, and the record where the index is not unique. */
export function indexKey(index: number, { buffer, start, end }: Encoded, record?: number): string {
  const from = start - 5
  buffer[from] = INDEX
  buffer.writeUInt32BE(index, from + 1)
  if (record === undefined) return text(buffer, from, end)
  buffer.writeUIntBE(record, end, RECORD_ID_LENGTH)
  return text(buffer, from, end + RECORD_ID_LENGTH)
}

/** Entries of one number or one ObjectId are made without the way into C++. */
function text(b: Buffer, at: number, end: number): string {
  if (end - at === 15) {
    // oxfmt-ignore
    return fromCharCode(
      b[at]!, b[at + 1]!, b[at + 2]!, b[at + 3]!, b[at + 4]!, b[at + 5]!, b[at + 6]!, b[at + 7]!,
      b[at + 8]!, b[at + 9]!, b[at + 10]!, b[at + 11]!, b[at + 12]!, b[at + 13]!, b[at + 14]!,
    )
  }
  if (end - at === 18) {
    // oxfmt-ignore
    return fromCharCode(
      b[at]!, b[at + 1]!, b[at + 2]!, b[at + 3]!, b[at + 4]!, b[at + 5]!, b[at + 6]!, b[at + 7]!, b[at + 8]!,
      b[at + 9]!, b[at + 10]!, b[at + 11]!, b[at + 12]!, b[at + 13]!, b[at + 14]!, b[at + 15]!, b[at + 16]!, b[at + 17]!,
    )
  }
  return b.toString('latin1', at, end)
}

export function indexPrefix(index: number): Buffer {
  return Buffer.from(prefixed(INDEX, index), 'latin1')
}

export function countersKey(collection: number): string {
  return prefixed(COUNTERS, collection)
}

export function catalogKey(collection: number): string {
  return prefixed(CATALOG, collection)
}

/** Where the documents of a collection begin and end. */
export function recordRange(collection: number): [from: string, to: string] {
  return [prefixed(RECORD, collection), prefixed(RECORD, collection + 1)]
}

/** Where the entries of an index begin and end. */
export function indexRange(index: number): [from: string, to: string] {
  return [prefixed(INDEX, index), prefixed(INDEX, index + 1)]
}

export function catalogRange(): [from: string, to: string] {
  return [fromCharCode(CATALOG), fromCharCode(CATALOG + 1)]
}

/** The next key there can be. */
export function after(key: string): string {
  return `${key}\0`
}

/** The smallest bytes above all that begin with `bytes`. */
export function successor(bytes: Uint8Array): Buffer {
  const next = Buffer.from(bytes)
  for (let at = next.length - 1; at >= 0; at--) {
    const byte = next[at] as number
    if (byte < 255) {
      next[at] = byte + 1
      return next.subarray(0, at + 1)
    }
  }
  return Buffer.alloc(0)
}

function prefixed(kind: number, number: number): string {
  return fromCharCode(kind, (number >>> 24) & 255, (number >>> 16) & 255, (number >>> 8) & 255, number & 255)
}
