import { fail } from '../../bson/errors.ts'
import { checkCreatable, splitNamespace } from '../../catalog/namespace.ts'
import type { Command } from '../command.ts'
import { reply } from '../replies.ts'
import { isView } from '../targets.ts'
import { copyCollection } from './copy-collection.ts'
import { wrongType } from '../wrong-type.ts'

export const renameCollection: Command = {
  name: 'renameCollection',
  admin: true,
  fields: { to: 'string!', dropTarget: 'any', stayTemp: 'bool', collectionUUID: 'any' },
  async run({ store }, args) {
    const from = args.target
    if (typeof from !== 'string') return wrongType('renameCollection.renameCollection', from, "type 'string'")
    const [db, name] = splitNamespace(from)
    const [toDb, toName] = splitNamespace(args.string('to') as string)
    checkCreatable(toDb, toName)
    const source = store.catalog.collection(db, name) ?? fail(26, `Source collection ${from} does not exist`)
    if (from === args.string('to')) fail(20, "Can't rename a collection to itself")
    const target = store.catalog.find(toDb, toName)
    if (isView(target)) fail(48, `a view already exists with that name: ${toDb}.${toName}`)
    if (target && !args.bool('dropTarget')) fail(48, 'target namespace exists')
    if (db === toDb) store.catalog.rename(source, toDb, toName, target)
    else {
      const { options } = source
      await copyCollection(store, source, {
        db: toDb,
        name: toName,
        options,
        indexes: true,
        replaces: true,
      })
    }
    return reply({})
  },
}
