import { MongoBulkWriteError, MongoClientBulkWriteError, MongoServerError, type Document } from 'mongodb'
import type { Entities } from './entities.ts'
import { match } from './matches.ts'
import { plainResult } from './operations/plain-result.ts'

/** @throws Error when the operation failed otherwise than the test expects */
export function expectError(expected: Document, thrown: unknown, entities: Entities): void {
  const error = thrown as Error & Document
  const cause = error instanceof MongoClientBulkWriteError ? (error.cause as Document | undefined) : undefined
  const server =
    cause instanceof MongoServerError ? cause : error instanceof MongoServerError ? error : undefined
  if (expected['isClientError'] !== undefined) {
    const client = !(server || error instanceof MongoClientBulkWriteError)
    equal(client, expected['isClientError'], 'isClientError', error)
  }
  if (expected['errorContains'] !== undefined) {
    const words = String(expected['errorContains']).toLowerCase()
    equal(`${error.message} ${cause?.['message'] ?? ''}`.toLowerCase().includes(words), true, words, error)
  }
  if (expected['errorCode'] !== undefined) equal(server?.code, expected['errorCode'], 'errorCode', error)
  if (expected['errorCodeName'] !== undefined)
    equal(server?.['codeName'], expected['errorCodeName'], 'errorCodeName', error)
  if (expected['errorResponse'] !== undefined)
    match(expected['errorResponse'], server?.errorResponse, entities)
  if (expected['writeErrors'] !== undefined)
    matchById(expected['writeErrors'] as Document, error['writeErrors'] as Map<number, unknown>, entities)
  if (expected['expectResult'] !== undefined) {
    const partial = error['partialResult'] as object | undefined
    const result = error instanceof MongoBulkWriteError ? error.result : partial && plainResult(partial)
    match(expected['expectResult'], result, entities)
  }
}

/** What a client's bulk write failed with, by the number of the model. */
function matchById(expected: Document, actual: ReadonlyMap<number, unknown>, entities: Entities): void {
  for (const [at, one] of Object.entries(expected)) match(one, actual.get(Number(at)), entities)
}

function equal(actual: unknown, expected: unknown, what: string, error: Error): void {
  if (actual === expected) return
  throw new Error(`${what} is ${String(actual)}, not ${String(expected)}, in: ${String(error)}`, {
    cause: error,
  })
}
