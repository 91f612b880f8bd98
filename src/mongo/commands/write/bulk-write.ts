import { encode } from '../../bson/codec.ts'
import { fail, MongoError } from '../../bson/errors.ts'
import { fromPlain } from '../../bson/plain.ts'
import { printDoc } from '../../bson/print.ts'
import { isDoc, toDouble, type Doc, type Value } from '../../bson/value.ts'
import { splitNamespace } from '../../catalog/namespace.ts'
import { asNumber } from '../../collection/collection.ts'
import type { Arguments } from '../arguments.ts'
import { checkArguments, checkNested, type Fields } from '../check-arguments.ts'
import type { Command, Request } from '../command.ts'
import { evalContext, variablesOf } from '../context.ts'
import { readBatchSize } from '../read/cursor-options.ts'
import { openCursor } from '../read/open-cursor.ts'
import { reply } from '../replies.ts'
import { findCollection, findOrCreate } from '../targets.ts'
import { acknowledge } from '../write-concern.ts'
import { checkBatch } from './batch.ts'
import { NO_SEQUENCES } from '../../wire/op-msg.ts'
import { deleteDocuments } from './delete-documents.ts'
import { insertDocument } from './insert-documents.ts'
import { readUpdate, updateDocuments } from './update-documents.ts'
import { wrongType } from '../wrong-type.ts'

const OPERATIONS: Readonly<Record<string, Fields>> = {
  insert: { document: 'object!' },
  update: {
    filter: 'object!',
    updateMods: 'any!',
    multi: 'bool',
    upsert: 'bool',
    arrayFilters: 'array',
    collation: 'object',
    hint: 'any',
    constants: 'object',
    sort: 'object',
    sampleId: 'any',
    upsertSupplied: 'bool',
  },
  delete: { filter: 'object!', multi: 'bool', collation: 'object', hint: 'any', sampleId: 'any' },
}

const NAMESPACE: Fields = { ns: 'string!', collectionUUID: 'any', encryptionInformation: 'object' }

function readNamespace(info: Doc): ReturnType<typeof splitNamespace> {
  const args = checkNested('bulkWrite.nsInfo', info, NAMESPACE)
  return splitNamespace(args.string('ns') as string)
}

interface Totals {
  nInserted: number
  nMatched: number
  nModified: number
  nUpserted: number
  nDeleted: number
}

/** Writes to several collections in one command; what became of each operation is read from a cursor. */
export const bulkWrite: Command = {
  name: 'bulkWrite',
  stable: true,
  admin: true,
  fields: {
    ops: 'array!',
    nsInfo: 'array!',
    ordered: 'bool',
    errorsOnly: 'bool',
    bypassDocumentValidation: 'bool',
    let: 'object',
    cursor: 'object',
  },
  async run(request, args) {
    const batchSize = readBatchSize(args, 'bulkWrite.cursor') ?? Infinity
    // One that is not well-formed fails the command before any of them runs.
    const operations = args.documents('ops').map(readOperation)
    checkBatch(operations.length)
    const namespaces = args.documents('nsInfo').map(readNamespace)
    for (const operation of operations) {
      const at = asNumber(operation.args.target) ?? -1
      if (namespaces[at] === undefined)
        fail(2, `BulkWrite ops entry ${printDoc(operation.given)} has an invalid nsInfo index.`)
    }
    const ordered = args.bool('ordered', true)
    const errorsOnly = args.bool('errorsOnly')
    const bypass = args.bool('bypassDocumentValidation')
    const totals: Totals = { nInserted: 0, nMatched: 0, nModified: 0, nUpserted: 0, nDeleted: 0 }
    const results: Doc[] = []
    let errors = 0
    for (const [index, operation] of operations.entries()) {
      try {
        const outcome = runOperation(request, operation, namespaces, bypass, totals)
        const result = outcome instanceof Promise ? await outcome : outcome
        if (!errorsOnly)
          results.push(new Map<string, Value>([['ok', toDouble(1)], ['idx', index], ...result]))
      } catch (error) {
        if (!(error instanceof MongoError) || error.code === 14031) throw error
        errors++
        results.push(failure(index, error))
        if (ordered) break
      }
    }
    request.store.data.commit()
    await acknowledge(request, new Map())
    return await openCursor(request, results.map(encode).values(), {
      namespace: 'admin.$cmd.bulkWrite',
      collection: undefined,
      batchSize,
      more: reply({ nErrors: errors, ...totals }),
    })
  },
}

interface Operation {
  readonly given: Doc
  readonly kind: string
  readonly args: Arguments
  readonly update: Doc | Doc[] | undefined
}

function readOperation(given: Doc): Operation {
  const kind = given.keys().next().value ?? ''
  if (!Object.hasOwn(OPERATIONS, kind)) fail(40415, `BSON field 'bulkWrite.ops.${kind}' is an unknown field.`)
  const args = checkArguments(`bulkWrite.ops.${kind}`, given, NO_SEQUENCES, OPERATIONS[kind] as Fields)
  if (asNumber(args.target) === undefined) {
    wrongType(`bulkWrite.ops.${kind}`, args.target, "type 'int'")
  }
  const update = kind === 'update' ? readUpdate(args.value('updateMods'), 'updateMods') : undefined
  return { given, kind, args, update }
}

function runOperation(
  request: Request,
  { kind, args, update }: Operation,
  namespaces: readonly [string, string][],
  bypass: boolean,
  totals: Totals,
): Doc | Promise<Doc> {
  const [db, name] = namespaces[asNumber(args.target) as number] as [string, string]
  const { store } = request
  if (kind === 'insert') {
    const collection = findOrCreate(store, db, name)
    insertDocument(collection, args.doc('document') as Doc, undefined, { now: request.now, bypass })
    totals.nInserted++
    return new Map([['n', 1]])
  }
  const multi = args.bool('multi')
  const upsert = kind === 'update' && args.bool('upsert')
  const collection = upsert ? findOrCreate(store, db, name) : findCollection(store, db, name)
  const base = evalContext(request, collection, args.value('collation'))
  const filter = args.doc('filter') as Doc
  if (kind === 'delete') {
    const count = (removed: number): Doc => {
      totals.nDeleted += removed
      return new Map([['n', removed]])
    }
    const outcome = collection
      ? deleteDocuments(collection, { filter, multi, hint: args.hint() }, base, request.turn)
      : 0
    return outcome instanceof Promise ? outcome.then(count) : count(outcome)
  }
  const constants = args.doc('constants')
  const context = constants
    ? { ...base, variables: new Map([...(base.variables ?? []), ...variablesOf(constants, request)]) }
    : base
  const count = ({
    matched,
    modified,
    upserted,
  }: {
    matched: number
    modified: number
    upserted?: Value
  }): Doc => {
    totals.nMatched += matched
    totals.nModified += modified
    if (upserted !== undefined) totals.nUpserted++
    const result: Doc = new Map<string, Value>([
      ['n', matched + (upserted === undefined ? 0 : 1)],
      ['nModified', modified],
    ])
    if (upserted !== undefined) result.set('upserted', new Map([['_id', upserted]]))
    return result
  }
  const spec = {
    filter,
    update: update as Doc | Doc[],
    multi,
    upsert,
    arrayFilters: args.array('arrayFilters')?.filter(isDoc),
    hint: args.hint(),
    sort: args.doc('sort'),
    bypass,
  }
  const outcome = collection
    ? updateDocuments(collection, spec, context, request.turn)
    : { matched: 0, modified: 0 }
  return outcome instanceof Promise ? outcome.then(count) : count(outcome)
}

function failure(index: number, error: MongoError): Doc {
  const doc: Doc = new Map<string, Value>([
    ['ok', toDouble(0)],
    ['idx', index],
    ['code', error.code],
  ])
  for (const [name, value] of Object.entries(error.extra)) doc.set(name, fromPlain(value))
  doc.set('errmsg', error.message)
  doc.set('n', 0)
  return doc
}
