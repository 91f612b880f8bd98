import { decode, encode } from '../bson/codec.ts'
import { Binary, isDoc, type Doc, type Value } from '../bson/value.ts'
import { asNumber, type CollectionState } from '../collection/collection.ts'
import { makeIndex, type Index } from '../index/index-state.ts'
import { readIndexSpec } from '../index/spec.ts'
import type { View } from './view.ts'

/** A collection or view as the store keeps it. */
export function writeCollection(state: CollectionState): Buffer {
  return encode(
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
  return encode(
    new Map<string, Value>([
      ['ident', ident],
      ['db', db],
      ['name', name],
      ['options', options],
    ]),
  )
}

/** Reads either; a view has no indexes. */
export function readEntry(bytes: Buffer): CollectionState | View {
  const doc = decode(bytes)
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
