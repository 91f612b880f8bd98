/**
 * The one key space of a store, by first byte:
 * `1 name` settings · `2 collection(4) record(6)` documents · `3 index(4) key [record(6)]` index entries ·
 * `4 collection(4)` counters · `5 collection(4)` catalog.
 */
const RECORD = 2
const INDEX = 3
const COUNTERS = 4
const CATALOG = 5

export const RECORD_ID_LENGTH = 6

/** LMDB takes keys of up to 1978 bytes; what an index key may have of them. */
export const MAX_INDEX_KEY = 1900

export function settingKey(name: string): Buffer {
  return Buffer.from(`\u0001${name}`, 'latin1')
}

export function recordKey(collection: number, record: number): Buffer {
  const key = Buffer.allocUnsafe(5 + RECORD_ID_LENGTH)
  key[0] = RECORD
  key.writeUInt32BE(collection, 1)
  key.writeUIntBE(record, 5, RECORD_ID_LENGTH)
  return key
}

export function recordOf(key: Buffer): number {
  return key.readUIntBE(key.length - RECORD_ID_LENGTH, RECORD_ID_LENGTH)
}

export function recordBytes(record: number): Buffer {
  const bytes = Buffer.allocUnsafe(RECORD_ID_LENGTH)
  bytes.writeUIntBE(record, 0, RECORD_ID_LENGTH)
  return bytes
}

export function indexKey(index: number, ...parts: Uint8Array[]): Buffer {
  return Buffer.concat([indexPrefix(index), ...parts])
}

export function indexPrefix(index: number): Buffer {
  return prefixed(INDEX, index)
}

export function countersKey(collection: number): Buffer {
  return prefixed(COUNTERS, collection)
}

export function catalogKey(collection: number): Buffer {
  return prefixed(CATALOG, collection)
}

/** Where the documents of a collection begin and end. */
export function recordRange(collection: number): [from: Buffer, to: Buffer] {
  return [prefixed(RECORD, collection), prefixed(RECORD, collection + 1)]
}

/** Where the entries of an index begin and end. */
export function indexRange(index: number): [from: Buffer, to: Buffer] {
  return [prefixed(INDEX, index), prefixed(INDEX, index + 1)]
}

export function catalogRange(): [from: Buffer, to: Buffer] {
  return [Buffer.from([CATALOG]), Buffer.from([CATALOG + 1])]
}

/** The smallest key above every key that begins with `key`. */
export function successor(key: Uint8Array): Buffer {
  const next = Buffer.from(key)
  for (let at = next.length - 1; at >= 0; at--) {
    const byte = next[at] as number
    if (byte < 255) {
      next[at] = byte + 1
      return next.subarray(0, at + 1)
    }
  }
  return Buffer.alloc(0)
}

function prefixed(kind: number, number: number): Buffer {
  const key = Buffer.allocUnsafe(5)
  key[0] = kind
  key.writeUInt32BE(number, 1)
  return key
}
