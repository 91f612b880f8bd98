import { inspect } from 'node:util'
import type { MongoClient } from 'mongodb'
import { Entities } from './entities.ts'
import { expectError } from './expect-error.ts'
import { expectEvents } from './expect-events.ts'
import type { CollectionData, Operation, SpecificationFile, SpecificationTest } from './file.ts'
import { match } from './matches.ts'
import { NotRunnable } from './operations/not-runnable.ts'
import { runOperation } from './operations/run-operation.ts'

/** Runs one test of a file. @throws Error when what happens is not what it expects */
export async function runTest(
  file: SpecificationFile,
  test: SpecificationTest,
  uri: string,
  inner: MongoClient,
): Promise<void> {
  for (const data of file.initialData ?? []) await fill(data, inner)
  const entities = new Entities(uri, inner)
  try {
    entities.create(file.createEntities ?? [])
    for (const operation of test.operations) await run(operation, entities)
    for (const expected of test.expectEvents ?? []) expectEvents(expected, entities)
    for (const data of test.outcome ?? []) await expectData(data, inner, entities)
  } finally {
    await inner.db('admin').command({ configureFailPoint: 'failCommand', mode: 'off' })
    await entities.close()
  }
}

async function run(operation: Operation, entities: Entities): Promise<void> {
  const { expectError: wanted } = operation
  let result: unknown
  try {
    result = await runOperation(operation, entities)
  } catch (error) {
    if (error instanceof NotRunnable) throw error
    if (operation.ignoreResultAndError) return
    if (!wanted) throw error
    expectError(wanted, error, entities)
    return
  }
  if (wanted) throw new Error(`${operation.name} did not fail: ${inspect(result, { depth: 4 })}`)
  if (operation.ignoreResultAndError) return
  if (operation.expectResult !== undefined) {
    try {
      match(operation.expectResult, result, entities)
    } catch (error) {
      throw new Error(`${operation.name}: ${(error as Error).message}`, { cause: error })
    }
  }
  if (operation.saveResultAsEntity) entities.add(operation.saveResultAsEntity, result)
}

async function fill(data: CollectionData, client: MongoClient): Promise<void> {
  const db = client.db(data.databaseName)
  await db.collection(data.collectionName).drop()
  if (data.documents.length === 0 || data.createOptions)
    await db.createCollection(data.collectionName, data.createOptions)
  if (data.documents.length > 0) await db.collection(data.collectionName).insertMany([...data.documents])
}

async function expectData(data: CollectionData, client: MongoClient, entities: Entities): Promise<void> {
  const found = await client
    .db(data.databaseName)
    .collection(data.collectionName)
    .find({}, { sort: { _id: 1 } })
    .toArray()
  match(
    data.documents.map((document) => ({ $$matchAsDocument: document })),
    found,
    entities,
    'outcome',
    false,
  )
}
