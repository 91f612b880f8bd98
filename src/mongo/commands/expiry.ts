import { decode } from '../bson/codec.ts'
import { Collection } from '../collection/collection.ts'
import type { Index } from '../index/index-state.ts'
import { boundsOf, rangesOf } from '../plan/bounds.ts'
import { predicatesOf } from '../plan/predicates.ts'
import { scanEntries } from '../plan/run.ts'
import { compileFilter } from '../query/compile-filter.ts'
import type { StoreState } from './command.ts'

const EVERY_MS = 60_000
const SLICE = 500

/** Each minute, removes the documents whose TTL index says that their time is over. */
export function startExpiry(store: StoreState): { stop(): void } {
  let busy = false
  const timer = setInterval(() => {
    if (busy) return
    busy = true
    expireAll(store, new Date())
      .catch(() => store.data.rollback())
      .finally(() => {
        busy = false
      })
  }, EVERY_MS).unref()
  return { stop: () => clearInterval(timer) }
}

/** One round. @returns how many documents went */
export async function expireAll(store: StoreState, now: Date): Promise<number> {
  let gone = 0
  for (const db of store.catalog.names()) {
    for (const collection of store.catalog.list(db)) {
      if (!(collection instanceof Collection)) continue
      for (const index of collection.indexes) {
        if (index.ready && index.spec.expireAfterSeconds !== undefined)
          gone += await expire(store, collection, index, now)
      }
    }
  }
  return gone
}

/** An array of dates expires by its earliest: any entry before the limit is enough. Other types never expire. */
async function expire(
  { data }: StoreState,
  collection: Collection,
  index: Index,
  now: Date,
): Promise<number> {
  const seconds = index.spec.expireAfterSeconds as number
  const limit = new Date(now.getTime() - seconds * 1000)
  const path = index.spec.fields[0]?.path as string
  const { node } = compileFilter(new Map([[path, new Map([['$lte', limit]])]]), { now })
  const ranges = rangesOf(index, boundsOf(index, predicatesOf(node)))
  const records = new Set<number>()
  for (const range of ranges)
    for (const record of scanEntries(collection, index, range, false)) records.add(record)
  let gone = 0
  for (const record of records) {
    const bytes = collection.read(record)
    if (!bytes || collection.dropped) continue
    collection.remove({ record, bytes }, decode(bytes))
    if (++gone % SLICE > 0) continue
    data.commit()
    await data.engine.ready()
    await new Promise((resolve) => setImmediate(resolve))
  }
  data.commit()
  return gone
}
