import { decode } from '../../bson/codec.ts'
import { fail } from '../../bson/errors.ts'
import { checkCreatable, splitNamespace } from '../../catalog/namespace.ts'
import { buildIndex } from '../../catalog/build-index.ts'
import type { Collection } from '../../collection/collection.ts'
import { scanRecords } from '../../plan/run.ts'
import type { Command, StoreState } from '../command.ts'
import { reply } from '../replies.ts'

const ATTEMPTS = 3

export const renameCollection: Command = {
  name: 'renameCollection',
  admin: true,
  fields: { to: 'string!', dropTarget: 'any', stayTemp: 'bool', collectionUUID: 'any' },
  async run({ store }, args) {
    const from = args.target
    if (typeof from !== 'string')
      return fail(14, "BSON field 'renameCollection' is the wrong type, expected type 'string'")
    const [db, name] = splitNamespace(from)
    const [toDb, toName] = splitNamespace(args.string('to') as string)
    checkCreatable(toDb, toName)
    const source = store.catalog.collection(db, name) ?? fail(26, `Source collection ${from} does not exist`)
    if (from === args.string('to')) fail(20, "Can't rename a collection to itself")
    const target = store.catalog.find(toDb, toName)
    if (target && !args.bool('dropTarget')) fail(48, 'target namespace exists')
    if (db === toDb) store.catalog.rename(source, toDb, toName, target)
    else await moveCollection(store, source, toDb, toName)
    return reply({})
  },
}

/** To another database: a copy, which takes the name in the commit that drops the original. */
async function moveCollection(
  store: StoreState,
  source: Collection,
  db: string,
  name: string,
): Promise<void> {
  // What others write meanwhile must come along: a copy that was overtaken is made again, the last one in one go.
  for (let attempt = 1; ; attempt++) {
    const draft = store.catalog.createDraft(db, `tmp.rename.${source.ident}.${Date.now()}`, source.options)
    try {
      for (const { spec } of source.indexes.filter((index) => index !== source.idIndex)) {
        await buildIndex(store.catalog, draft, spec)
      }
      const { changes } = source
      await copyDocuments(store, source, draft, attempt < ATTEMPTS)
      if (source.dropped) fail(26, `Source collection ${source.namespace} does not exist`)
      if (source.changes === changes) {
        store.catalog.rename(draft, db, name, store.catalog.find(db, name), source)
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
