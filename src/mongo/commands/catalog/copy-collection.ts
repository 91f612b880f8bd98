import { decode } from '../../bson/codec.ts'
import { fail } from '../../bson/errors.ts'
import type { Doc } from '../../bson/value.ts'
import { buildIndex } from '../../catalog/build-index.ts'
import type { Collection } from '../../collection/collection.ts'
import { scanRecords } from '../../plan/run.ts'
import type { StoreState } from '../command.ts'

const ATTEMPTS = 3

export interface Copy {
  readonly db: string
  readonly name: string
  readonly options: Doc
  /** Whether indexes come along: all of them, or that of `_id` alone. */
  readonly indexes: boolean
  /** Whether the original goes with the commit that gives the copy its name. */
  readonly replaces: boolean
}

/** Copies a collection, which stays in use meanwhile; the copy takes its name, whoever has it, once it is whole. */
export async function copyCollection(store: StoreState, source: Collection, copy: Copy): Promise<void> {
  const { db, name } = copy
  // What others write meanwhile must come along: a copy that was overtaken is made again, the last one in one go.
  for (let attempt = 1; ; attempt++) {
    const draft = store.catalog.createDraft(db, `tmp.copy.${source.ident}.${Date.now()}`, copy.options)
    try {
      const indexes = source.indexes.filter((index) => copy.indexes && index !== source.idIndex)
      for (const { spec } of indexes) await buildIndex(store.catalog, draft, spec)
      const { changes } = source
      await copyDocuments(store, source, draft, attempt < ATTEMPTS)
      if (source.dropped) fail(26, `Source collection ${source.namespace} does not exist`)
      if (source.changes === changes) {
        const target = store.catalog.find(db, name)
        store.catalog.rename(
          draft,
          db,
          name,
          target === source ? undefined : target,
          copy.replaces ? source : undefined,
        )
        return
      }
    } catch (error) {
      store.data.rollback()
      store.catalog.discard(draft)
      throw error
    }
    store.catalog.discard(draft)
  }
}

async function copyDocuments(
  { data }: StoreState,
  source: Collection,
  draft: Collection,
  paced: boolean,
): Promise<void> {
  let since = 0
  for (const { bytes } of scanRecords(source, false)) {
    draft.insert(decode(bytes), bytes)
    if (++since % 1000 > 0) continue
    data.commit()
    if (!paced) continue
    await data.engine.ready()
    await new Promise((resolve) => setImmediate(resolve))
  }
  data.commit()
}
