import type { Collection } from '../collection/collection.ts'
import { failDuplicate } from '../collection/duplicate-key.ts'
import { decode } from '../bson/codec.ts'
import { entriesOf } from '../index/entries.ts'
import { makeIndex, raise, type Index } from '../index/index-state.ts'
import type { IndexSpec } from '../index/spec.ts'
import { scanRecords } from '../plan/run.ts'
import { recordIn } from '../storage/keys.ts'
import type { Catalog } from './catalog.ts'

const SLICE = 500

/**
 * Builds an index while the collection stays in use: writes keep it up from the start, and the build adds what was there
 * before. Nobody reads it until it is whole.
 *
 * @throws MongoError 11000 or 171, with nothing left of the index
 */
export async function buildIndex(catalog: Catalog, collection: Collection, spec: IndexSpec): Promise<Index> {
  const index = makeIndex(catalog.nextIdent(), spec, {
    multikey: spec.fields.map(() => false),
    long: false,
    ready: false,
  })
  catalog.startIndex(collection, index)
  try {
    await fill(catalog, collection, index)
    index.ready = true
    catalog.save(collection)
    catalog.data.commit()
    return index
  } catch (error) {
    catalog.data.rollback()
    index.ready = false
    if (!collection.dropped) catalog.discardIndexes(collection, [index])
    throw error
  }
}

async function fill(catalog: Catalog, collection: Collection, index: Index): Promise<void> {
  const { engine } = catalog.data
  let since = 0
  for (const { record } of scanRecords(collection, false)) {
    // Read again: the document may have changed while the build made way for others.
    const bytes = collection.read(record)
    if (bytes) add(collection, index, record, bytes)
    if (++since < SLICE) continue
    since = 0
    catalog.data.commit()
    await engine.ready()
    await new Promise((resolve) => setImmediate(resolve))
  }
}

function add(collection: Collection, index: Index, record: number, bytes: Buffer): void {
  const { engine } = collection.data
  const { keys, value, multikey, long } = entriesOf(index, decode(bytes), record)
  for (const [key, tuple] of keys) {
    if (index.spec.unique) {
      const holder = engine.get(key)
      if (holder && recordIn(holder) !== record) failDuplicate(collection.namespace, index, tuple)
    }
    engine.put(key, value)
    raise(index, key)
  }
  if (long) index.long = true
  for (const [at, many] of multikey?.entries() ?? []) if (many) index.multikey[at] = true
}
