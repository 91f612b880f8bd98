import { fail } from '../../bson/errors.ts'
import type { Doc, Value } from '../../bson/value.ts'
import { checkCreatable } from '../../catalog/namespace.ts'
import type { Collection } from '../../collection/collection.ts'
import type { Arguments } from '../arguments.ts'
import type { Command, Request } from '../command.ts'
import { reply } from '../replies.ts'
import { acknowledge } from '../write-concern.ts'
import { copyCollection } from './copy-collection.ts'
import { cappedSize } from './create.ts'

/** Bounds a collection by its bytes: the oldest documents go, and all indexes but that of `_id`. */
export const convertToCapped: Command = {
  name: 'convertToCapped',
  fields: { size: 'number!' },
  async run(request, args) {
    const { db } = request
    const name = args.collection
    const source = findSource(request, name)
    const options = cappedOptions(source, args)
    await copyCollection(request.store, source, { db, name, options, indexes: false, replaces: true })
    return acknowledge(request, reply({}))
  },
}

/** Makes a bounded copy beside a collection. */
export const cloneCollectionAsCapped: Command = {
  name: 'cloneCollectionAsCapped',
  fields: { toCollection: 'string!', size: 'number!' },
  async run(request, args) {
    const { db, store } = request
    const source = findSource(request, args.collection)
    const name = args.string('toCollection') as string
    checkCreatable(db, name)
    if (store.catalog.find(db, name)) {
      fail(
        48,
        `cloneCollectionAsCapped failed - destination collection ${db}.${name} already exists. source collection: ${source.namespace}`,
      )
    }
    const options = cappedOptions(source, args)
    await copyCollection(store, source, { db, name, options, indexes: false, replaces: false })
    return acknowledge(request, reply({}))
  },
}

/** @throws MongoError 26, 166 */
function findSource({ store, db }: Request, name: string): Collection {
  return store.catalog.collection(db, name) ?? fail(26, `source collection ${db}.${name} does not exist`)
}

function cappedOptions(source: Collection, args: Arguments): Doc {
  const size = args.number('size') ?? 0
  if (size < 1) fail(2, 'Capped collection size must be greater than zero')
  return new Map<string, Value>([...source.options, ['capped', true], ['size', cappedSize(size)]])
}
