import type { Document, MongoClient } from 'mongodb'
import type { Call } from './call.ts'
import { plainResult } from './plain-result.ts'
import { take } from './take.ts'

export const clientOperations: Readonly<Record<string, Call<MongoClient>>> = {
  close: (target) => target.close(),
  listDatabases: async (target, given) => (await target.db('admin').admin().listDatabases(given)).databases,
  listDatabaseNames: async (target, given) =>
    (
      await target
        .db('admin')
        .admin()
        .listDatabases({ ...given, nameOnly: true })
    ).databases.map(({ name }) => name),
  clientBulkWrite: async (target, given) => {
    const [models, options] = take(given, 'models') as [Document[], Document]
    return plainResult(await target.bulkWrite(models.map(toModel), options))
  },
}

/** The format names the kind of a model by its only field; the driver by a field of it. */
function toModel(model: Document): never {
  const [[name, spec]] = Object.entries(model) as [[string, Document]]
  return { name, ...spec } as never
}
