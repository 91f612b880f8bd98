import { fail } from '../../bson/errors.ts'
import { checkCollectionName, checkDatabaseName } from '../../catalog/namespace.ts'
import { Collection } from '../../collection/collection.ts'
import type { Command } from '../command.ts'
import { reply } from '../replies.ts'
import { acknowledge } from '../write-concern.ts'

export const drop: Command = {
  name: 'drop',
  stable: true,
  fields: { collectionUUID: 'any', encryptedFields: 'any' },
  run(request, args) {
    const { store, db } = request
    const name = args.collection
    checkCollectionName(db, name)
    if (name.startsWith('system.')) fail(20, `can't drop system collection ${db}.${name}`)
    const found = store.catalog.find(db, name)
    // A server of today answers a missing collection with plain success.
    if (!found) return reply({})
    const indexes = found instanceof Collection ? { nIndexesWas: found.indexes.length } : {}
    store.catalog.drop(found)
    return acknowledge(request, reply({ ...indexes, ns: `${db}.${name}` }))
  },
}

export const dropDatabase: Command = {
  name: 'dropDatabase',
  stable: true,
  fields: {},
  run(request) {
    const { store, db } = request
    checkDatabaseName(db)
    const there = store.catalog.names().includes(db)
    if (there) store.catalog.dropDatabase(db)
    return acknowledge(request, reply(there ? { dropped: db } : {}))
  },
}
