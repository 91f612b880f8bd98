import type { Collection } from '../collection/collection.ts'
import { indexRange } from '../storage/keys.ts'

/** Entries beyond which an index's size is told by sample. */
const SAMPLE = 500

/** What collStats and $collStats tell of a collection, in bytes divided by `scale`. */
export function collectionStats(collection: Collection, scale: number): Record<string, unknown> {
  const { counters, capped } = collection
  const scaled = (bytes: number): number => Math.floor(bytes / scale)
  const sizes = Object.fromEntries(
    collection.indexes.map((index) => [index.spec.name, scaled(indexSize(collection, index.ident))]),
  )
  const totalIndexSize = Object.values(sizes).reduce((sum, size) => sum + size, 0)
  return {
    ns: collection.namespace,
    size: scaled(counters.bytes),
    count: counters.count,
    ...(counters.count > 0 ? { avgObjSize: Math.floor(counters.bytes / counters.count) } : {}),
    numOrphanDocs: 0,
    storageSize: scaled(counters.bytes),
    freeStorageSize: 0,
    capped: capped !== undefined,
    ...(capped ? { max: capped.max === Infinity ? 0 : capped.max, maxSize: scaled(capped.size) } : {}),
    nindexes: collection.indexes.length,
    indexBuilds: collection.indexes.filter(({ ready }) => !ready).map(({ spec }) => spec.name),
    totalIndexSize,
    totalSize: scaled(counters.bytes) + totalIndexSize,
    indexSizes: sizes,
    scaleFactor: scale,
  }
}

/** An index's bytes: those of its first entries, taken as what all are like. */
function indexSize(collection: Collection, ident: number): number {
  const [from, to] = indexRange(ident)
  const entries = collection.data.engine.scan(from, to, { limit: SAMPLE })
  const bytes = entries.reduce((sum, { key, value }) => sum + key.length + value.length, 0)
  if (entries.length < SAMPLE) return bytes
  return Math.round((bytes / SAMPLE) * Math.max(SAMPLE, collection.counters.count))
}
