import { ClientSession, Collection, Db, GridFSBucket, MongoClient, type Document } from 'mongodb'
import type { Entities } from '../entities.ts'
import type { Operation } from '../file.ts'
import { bucketOperations } from './bucket.ts'
import type { Call } from './call.ts'
import { clientOperations } from './client.ts'
import { collectionOperations } from './collection.ts'
import { cursorOperations } from './cursor.ts'
import { databaseOperations } from './database.ts'
import { NotRunnable } from './not-runnable.ts'
import { runnerOperations } from './runner.ts'
import { sessionOperations } from './session.ts'

/** Calls the driver as an operation says. @throws NotRunnable when it has no such call */
export function runOperation(operation: Operation, entities: Entities): Promise<unknown> {
  const given = { ...operation.arguments }
  if (typeof given['session'] === 'string') given['session'] = entities.session(given['session'])
  if (operation.object === 'testRunner')
    return call(runnerOperations, operation.name, undefined, given, entities)
  const target = entities.get(operation.object)
  const { name } = operation
  if (target instanceof MongoClient) return call(clientOperations, name, target, given, entities)
  if (target instanceof Db) return call(databaseOperations, name, target, given, entities)
  if (target instanceof Collection) return call(collectionOperations, name, target, given, entities)
  if (target instanceof GridFSBucket) return call(bucketOperations, name, target, given, entities)
  if (target instanceof ClientSession) return call(sessionOperations, name, target, given, entities)
  return call(cursorOperations, name, target as never, given, entities)
}

async function call<T>(
  calls: Readonly<Record<string, Call<T>>>,
  name: string,
  target: T,
  given: Document,
  entities: Entities,
): Promise<unknown> {
  const found = calls[name]
  if (!found) throw new NotRunnable(`the runner has no ${name}`)
  return await found(target, given, entities)
}
