import { encode } from '../../bson/codec.ts'
import { toDoc } from '../../bson/plain.ts'
import type { Doc } from '../../bson/value.ts'
import { checkDatabaseName } from '../../catalog/namespace.ts'
import type { View } from '../../catalog/view.ts'
import { Collection } from '../../collection/collection.ts'
import { compileFilter } from '../../query/compile-filter.ts'
import type { Command } from '../command.ts'
import { readBatchSize } from '../read/cursor-options.ts'
import { openCursor } from '../read/open-cursor.ts'

export const listCollections: Command = {
  name: 'listCollections',
  stable: true,
  fields: {
    filter: 'object',
    nameOnly: 'bool',
    authorizedCollections: 'bool',
    includePendingDrops: 'bool',
    cursor: 'object',
  },
  run(request, args) {
    const { store, db, now } = request
    checkDatabaseName(db)
    const filter = compileFilter(args.doc('filter') ?? new Map(), { now })
    const nameOnly = args.bool('nameOnly')
    const all = store.catalog.list(db)
    const views = all.some((one) => !(one instanceof Collection))
    const shown = [...all.map(describe), ...(views ? [systemViews(db)] : [])]
      .filter((doc) => filter.matches(doc))
      .map((doc) =>
        encode(nameOnly ? new Map([...doc].filter(([name]) => name === 'name' || name === 'type')) : doc),
      )
    return openCursor(request, shown.values(), {
      namespace: `${db}.$cmd.listCollections`,
      collection: undefined,
      batchSize: readBatchSize(args, 'listCollections.cursor'),
    })
  },
}

function describe(one: Collection | View): Doc {
  if (!(one instanceof Collection)) {
    return toDoc({ name: one.name, type: 'view', options: one.options, info: { readOnly: true } })
  }
  return toDoc({
    name: one.name,
    type: 'collection',
    options: one.options,
    info: { readOnly: false, uuid: one.uuid },
    idIndex: one.idIndex.spec.document,
  })
}

/** The collection a server keeps its views in, which shows once there is one. */
function systemViews(db: string): Doc {
  return toDoc({
    name: 'system.views',
    type: 'collection',
    options: {},
    info: { readOnly: false },
    idIndex: { v: 2, key: { _id: 1 }, name: '_id_', ns: `${db}.system.views` },
  })
}
