import { crc32 } from 'node:zlib'
import { decode, encode } from '../bson/codec.ts'
import { Binary, isDoc, type Doc, type Value } from '../bson/value.ts'
import { asNumber, type CollectionState } from '../collection/collection.ts'
import { makeIndex, type Index } from '../index/index-state.ts'
import { readIndexSpec } from '../index/spec.ts'
import type { View } from './view.ts'

const SEAL = 4

/** What an entry of the catalog throws that the disk has changed. */
export class DamagedEntry extends Error {}

/** A document and its checksum: LMDB keeps pages without, and a wrong entry would lead to wrong documents. */
function seal(doc: Doc): Buffer {
  const bytes = encode(doc)
  const sum = Buffer.alloc(SEAL)
  sum.writeUInt32LE(crc32(bytes), 0)
  return Buffer.concat([bytes, sum])
}

function unseal(sealed: Buffer): Doc {
  const end = sealed.length - SEAL
  if (end < SEAL) throw new DamagedEntry()
  try {
    // The first stores had no checksums: a document is as long as it says.
    if (sealed.readInt32LE(0) === sealed.length) return decode(sealed)
  } catch {
    throw new DamagedEntry()
  }
  if (crc32(sealed.subarray(0, end)) !== sealed.readUInt32LE(end)) throw new DamagedEntry()
  return decode(sealed.subarray(0, end))
}

/** A collection or view as the store keeps it. */
export function writeCollection(state: CollectionState): Buffer {
  return seal(
    new Map<string, Value>([
      ['ident', state.ident],
      ['db', state.db],
      ['name', state.name],
      ['uuid', state.uuid],
      ['options', state.options],
      ['indexes', state.indexes.map(writeIndex)],
    ]),
  )
}

export function writeView({ ident, db, name, options }: View): Buffer {
  return seal(
    new Map<string, Value>([
      ['ident', ident],
      ['db', db],
      ['name', name],
      ['options', options],
    ]),
  )
}

/**
 * Reads either; a view has no indexes.
 * @throws DamagedEntry when it is not what was written
 */
export function readEntry(bytes: Buffer): CollectionState | View {
  const doc = unseal(bytes)
  const ident = asNumber(doc.get('ident')) as number
  const [db, name] = [doc.get('db') as string, doc.get('name') as string]
  const options = doc.get('options') as Doc
  const indexes = doc.get('indexes')
  if (!Array.isArray(indexes)) {
    const pipeline = (options.get('pipeline') ?? []) as Doc[]
    return { ident, db, name, options, viewOn: options.get('viewOn') as string, pipeline }
  }
  const uuid = doc.get('uuid') as Binary
  return { ident, db, name, uuid, options, indexes: indexes.filter(isDoc).map(readIndex) }
}

function writeIndex({ ident, spec, multikey, long, ready }: Index): Doc {
  return new Map<string, Value>([
    ['ident', ident],
    ['spec', spec.document],
    ['multikey', multikey],
    ['long', long],
    ['ready', ready],
  ])
}

function readIndex(doc: Doc): Index {
  return makeIndex(asNumber(doc.get('ident')) as number, readIndexSpec(doc.get('spec') as Doc, undefined), {
    multikey: doc.get('multikey') as boolean[],
    long: doc.get('long') === true,
    ready: doc.get('ready') === true,
  })
}
