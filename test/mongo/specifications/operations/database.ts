import {
  ReadPreference,
  type Db,
  type Document,
  type ReadPreferenceMode,
  type RunCommandCursor,
} from 'mongodb'
import type { Call } from './call.ts'
import { NotRunnable } from './not-runnable.ts'
import { send, take } from './take.ts'

export const databaseOperations: Readonly<Record<string, Call<Db>>> = {
  createCollection: send<Db>('collection')('createCollection'),
  dropCollection: async (target, given) => {
    const [name, options] = take(given, 'collection') as [string, Document]
    return target.dropCollection(name, options)
  },
  modifyCollection: (target, given) => {
    const [name, options] = take(given, 'collection') as [string, Document]
    const { session, ...rest } = options
    return target.command(
      { collMod: name, ...rest },
      session === undefined ? {} : { session: session as never },
    )
  },
  listCollections: (target, given) => {
    const [filter, options] = take(given, 'filter') as [Document | undefined, Document]
    return target.listCollections(filter, options).toArray()
  },
  listCollectionNames: async (target, given) => {
    const [filter, options] = take(given, 'filter') as [Document | undefined, Document]
    const found = await target.listCollections(filter, { ...options, nameOnly: true }).toArray()
    return found.map(({ name }) => name)
  },
  aggregate: (target, given) => {
    const [pipeline, options] = take(given, 'pipeline') as [Document[], Document]
    return target.aggregate(pipeline, options).toArray()
  },
  runCommand: (target, given) => {
    const { command, readPreference, session, timeoutMS } = given
    return target.command(command as Document, {
      ...(readPreference === undefined ? {} : { readPreference: preference(readPreference as Document) }),
      ...(session === undefined ? {} : { session: session as never }),
      ...(timeoutMS === undefined ? {} : { timeoutMS: timeoutMS as number }),
    })
  },
  runCursorCommand: (target, given) => commandCursor(target, given).toArray(),
  createCommandCursor: async (target, given) => {
    const cursor = commandCursor(target, given)
    await opened(cursor)
    return cursor
  },
}

function commandCursor(target: Db, given: Document): RunCommandCursor {
  if (given['timeoutMode'] !== undefined) throw new NotRunnable('the runner sets no timeouts of cursors')
  const cursor = target.runCursorCommand(given['command'] as Document, {
    ...(given['readPreference'] === undefined
      ? {}
      : { readPreference: preference(given['readPreference'] as Document) }),
    ...(given['session'] === undefined ? {} : { session: given['session'] as never }),
  })
  if (given['batchSize'] !== undefined) cursor.setBatchSize(given['batchSize'] as number)
  if (given['maxTimeMS'] !== undefined) cursor.setMaxTimeMS(given['maxTimeMS'] as number)
  if (given['comment'] !== undefined) cursor.setComment(given['comment'])
  return cursor
}

/** Sends the command that opens a cursor, without moving it. */
async function opened(cursor: RunCommandCursor): Promise<void> {
  await (cursor as unknown as { cursorInit(): Promise<void> }).cursorInit()
}

function preference(spec: Document): ReadPreference {
  return new ReadPreference(spec['mode'] as ReadPreferenceMode)
}
