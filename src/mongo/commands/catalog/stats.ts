import { fail } from '../../bson/errors.ts'
import { decode } from '../../bson/codec.ts'
import { Collection } from '../../collection/collection.ts'
import { entriesOf } from '../../index/entries.ts'
import { scanRecords } from '../../plan/run.ts'
import { after, indexRange } from '../../storage/keys.ts'
import type { Command } from '../command.ts'
import { collectionStats } from '../collection-stats.ts'
import { reply } from '../replies.ts'
import { diskSpace } from '../server/about.ts'
import { findCollection, mustFind } from '../targets.ts'
import { wrongType } from '../wrong-type.ts'

const LARGEST_SCALE = 2 ** 50

export const collStats: Command = {
  name: 'collStats',
  aliases: ['collstats'],
  fields: { scale: 'number', verbose: 'any' },
  run({ store, db }, args) {
    const name = args.collection
    const collection = findCollection(store, db, name)
    const scale = Math.trunc(args.number('scale') ?? 1)
    if (scale < 1) fail(51024, `BSON field 'scale' value must be >= 1, actual value '${scale}'`)
    if (collection) return reply(collectionStats(collection, scale))
    return reply({
      ns: `${db}.${name}`,
      size: 0,
      count: 0,
      numOrphanDocs: 0,
      storageSize: 0,
      totalSize: 0,
      nindexes: 0,
      totalIndexSize: 0,
      indexDetails: {},
      indexSizes: {},
      scaleFactor: scale,
    })
  },
}

/** The bytes of a whole collection's documents, which are always known. */
export const dataSize: Command = {
  name: 'dataSize',
  fields: {
    keyPattern: 'object',
    min: 'object',
    max: 'object',
    maxSize: 'number',
    maxObjects: 'number',
    estimate: 'bool',
  },
  run({ store, now }, args) {
    const { target } = args
    if (typeof target !== 'string') return wrongType('dataSize.dataSize', target, "type 'string'")
    const dot = target.indexOf('.')
    if (dot <= 0) fail(73, `Invalid namespace specified '${target}'`)
    if (['keyPattern', 'min', 'max', 'maxSize', 'maxObjects'].some((field) => args.has(field)))
      fail(115, 'dataSize of a part is not supported by the embedded store; use a MongoDB server')
    const collection = findCollection(store, target.slice(0, dot), target.slice(dot + 1))
    return reply({
      estimate: false,
      size: BigInt(collection?.counters.bytes ?? 0),
      numObjects: BigInt(collection?.counters.count ?? 0),
      millis: Date.now() - now.getTime(),
    })
  },
}

export const dbStats: Command = {
  name: 'dbStats',
  aliases: ['dbstats'],
  fields: { scale: 'number', freeStorage: 'any' },
  run({ store, db }, args) {
    const scale = Math.trunc(args.number('scale') ?? 1)
    if (scale < 1 || scale > LARGEST_SCALE) {
      fail(2, 'Scale factor must be greater than zero and less than or equal to 2^50')
    }
    const all = store.catalog.list(db)
    const collections = all.filter((one) => one instanceof Collection)
    const stats = collections.map((one) => collectionStats(one, 1))
    const sum = (field: string): number => stats.reduce((total, one) => total + (one[field] as number), 0)
    const objects = sum('count')
    const space = diskSpace(store.folder)
    return reply({
      db,
      // The views are kept in a collection of their own, system.views.
      collections: collections.length + (all.length > collections.length ? 1 : 0),
      views: all.length - collections.length,
      objects,
      avgObjSize: objects > 0 ? sum('size') / objects : 0,
      dataSize: sum('size') / scale,
      storageSize: sum('storageSize') / scale,
      indexes: sum('nindexes'),
      indexSize: sum('totalIndexSize') / scale,
      totalSize: sum('totalSize') / scale,
      scaleFactor: scale,
      ...(space ? { fsUsedSize: (space.total - space.free) / scale, fsTotalSize: space.total / scale } : {}),
    })
  },
}

/** Reads every document and compares every index with what the documents say. */
export const validate: Command = {
  name: 'validate',
  fields: {
    full: 'bool',
    repair: 'bool',
    metadata: 'bool',
    checkBSONConformance: 'bool',
    background: 'bool',
    scandata: 'any',
  },
  async run({ store, db }, args) {
    const collection = mustFind(
      store,
      db,
      args.collection,
      `Collection '${db}.${args.collection}' does not exist to validate.`,
    )
    const errors: string[] = []
    let records = 0
    let invalid = 0
    let bytes = 0
    const expected = new Map(collection.indexes.map((index) => [index, 0]))
    try {
      for (const { record, bytes: stored } of scanRecords(collection, false)) {
        records++
        bytes += stored.length
        if (!checkRecord(collection, record, stored, expected, errors)) invalid++
        if (records % 1000 === 0) await new Promise((resolve) => setImmediate(resolve))
      }
    } catch (error) {
      errors.push((error as Error).message)
    }
    const keysPerIndex: Record<string, number> = {}
    const indexDetails: Record<string, { valid: boolean }> = {}
    for (const [index, count] of expected) {
      const found = countEntries(collection, index.ident)
      keysPerIndex[index.spec.name] = found
      const valid = found === count && !errors.some((error) => error.includes(`index '${index.spec.name}'`))
      indexDetails[index.spec.name] = { valid }
      if (found !== count)
        errors.push(`index '${index.spec.name}' holds ${found} entries where the documents give ${count}`)
    }
    if (records !== collection.counters.count)
      errors.push(`the collection counts ${collection.counters.count} documents and holds ${records}`)
    return reply({
      ns: collection.namespace,
      uuid: collection.uuid,
      nInvalidDocuments: invalid,
      nNonCompliantDocuments: 0,
      nrecords: records,
      datasize: bytes,
      nIndexes: collection.indexes.length,
      keysPerIndex,
      indexDetails,
      valid: errors.length === 0,
      repaired: false,
      warnings: [],
      errors: errors.slice(0, 100),
      extraIndexEntries: [],
      missingIndexEntries: [],
      corruptRecords: [],
    })
  },
}

function checkRecord(
  collection: Collection,
  record: number,
  bytes: Buffer,
  expected: Map<Collection['indexes'][number], number>,
  errors: string[],
): boolean {
  try {
    const doc = decode(bytes)
    for (const index of collection.indexes) {
      const { keys, value } = entriesOf(index, doc, record)
      expected.set(index, (expected.get(index) ?? 0) + keys.size)
      for (const key of keys.keys()) {
        const found = collection.data.engine.get(key)
        if (found === undefined) errors.push(`index '${index.spec.name}' misses record ${record}`)
        else if (!found.equals(value))
          errors.push(`index '${index.spec.name}' leads to another than record ${record}`)
      }
    }
    return true
  } catch (error) {
    errors.push(`record ${record}: ${(error as Error).message}`)
    return false
  }
}

function countEntries(collection: Collection, ident: number): number {
  let [from, to] = indexRange(ident)
  let count = 0
  for (;;) {
    const chunk = collection.data.engine.scan(from, to, { limit: 5000 })
    count += chunk.length
    const last = chunk.at(-1)
    if (!last || chunk.length < 5000) return count
    from = after(last.key)
  }
}
