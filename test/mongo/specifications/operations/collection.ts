import type { AnyBulkWriteOperation, Collection, Document } from 'mongodb'
import type { Call } from './call.ts'
import { send, take } from './take.ts'

const filtered = send<Collection>('filter')
const changed = send<Collection>('filter', 'update')
const replaced = send<Collection>('filter', 'replacement')

export const collectionOperations: Readonly<Record<string, Call<Collection>>> = {
  insertOne: send<Collection>('document')('insertOne'),
  insertMany: send<Collection>('documents')('insertMany'),
  updateOne: changed('updateOne'),
  updateMany: changed('updateMany'),
  replaceOne: replaced('replaceOne'),
  deleteOne: filtered('deleteOne'),
  deleteMany: filtered('deleteMany'),
  findOneAndUpdate: withReturn(changed('findOneAndUpdate')),
  findOneAndReplace: withReturn(replaced('findOneAndReplace')),
  findOneAndDelete: filtered('findOneAndDelete'),
  findOne: filtered('findOne'),
  countDocuments: filtered('countDocuments'),
  count: filtered('count'),
  distinct: send<Collection>('fieldName', 'filter')('distinct'),
  estimatedDocumentCount: send<Collection>()('estimatedDocumentCount'),
  rename: send<Collection>('to')('rename'),
  drop: send<Collection>()('drop'),
  createIndex: send<Collection>('keys')('createIndex'),
  dropIndex: send<Collection>('name')('dropIndex'),
  dropIndexes: send<Collection>()('dropIndexes'),
  createSearchIndex: (target, given) => target.createSearchIndex(given['model'] as never),
  createSearchIndexes: (target, given) => target.createSearchIndexes(given['models'] as never),
  updateSearchIndex: (target, given) =>
    target.updateSearchIndex(given['name'] as string, given['definition'] as Document),
  dropSearchIndex: (target, given) => target.dropSearchIndex(given['name'] as string),
  find: (target, given) => {
    const [filter, options] = take(given, 'filter') as [Document, Document]
    return target.find(filter, options).toArray()
  },
  createFindCursor: (target, given) => {
    const [filter, options] = take(given, 'filter') as [Document, Document]
    return target.find(filter, options)
  },
  aggregate: (target, given) => {
    const [pipeline, options] = take(given, 'pipeline') as [Document[], Document]
    return target.aggregate(pipeline, options).toArray()
  },
  listIndexes: (target, given) => target.listIndexes(given).toArray(),
  listIndexNames: async (target, given) =>
    (await target.listIndexes(given).toArray()).map(({ name }) => name),
  listSearchIndexes: (target, given) => {
    const [name, options] = take(given, 'name') as [string | undefined, Document]
    const { aggregationOptions, ...more } = options
    const all = { ...more, ...(aggregationOptions as Document | undefined) }
    return (
      name === undefined ? target.listSearchIndexes(all) : target.listSearchIndexes(name, all)
    ).toArray()
  },
  bulkWrite: (target, given) => {
    const [requests, options] = take(given, 'requests') as [AnyBulkWriteOperation[], Document]
    return target.bulkWrite(requests, options)
  },
}

/** The format names what comes back as other drivers do. */
function withReturn(call: Call<Collection>): Call<Collection> {
  return (target, given, entities) => {
    const { returnDocument, ...rest } = given
    const named = returnDocument === undefined ? {} : { returnDocument: String(returnDocument).toLowerCase() }
    return call(target, { ...rest, ...named }, entities)
  }
}
