import { fail } from '../../bson/errors.ts'
import { isDoc, type Doc, type Value } from '../../bson/value.ts'
import type { Arguments } from '../arguments.ts'
import { checkNested, type Fields } from '../check-arguments.ts'
import type { Command, Request } from '../command.ts'
import { evalContext, variablesOf } from '../context.ts'
import { reply } from '../replies.ts'
import { findCollection, findOrCreate } from '../targets.ts'
import { acknowledge } from '../write-concern.ts'
import { whenDone } from '../../turn/drain.ts'
import type { Turn } from '../../turn/turn.ts'
import { checkBatch } from './batch.ts'
import { inTurn } from './in-turn.ts'
import {
  prepareUpdate,
  readUpdate,
  updateDocuments,
  type UpdateResult,
  type UpdateSpec,
} from './update-documents.ts'

const STATEMENT: Fields = {
  q: 'object!',
  u: 'any!',
  c: 'object',
  upsert: 'bool',
  multi: 'bool',
  collation: 'object',
  arrayFilters: 'array',
  hint: 'any',
  sort: 'object',
  sampleId: 'any',
  upsertSupplied: 'bool',
}
export const update: Command = {
  name: 'update',
  stable: true,
  fields: { updates: 'array!', ordered: 'bool', bypassDocumentValidation: 'bool', let: 'object' },
  run(request, args) {
    // One that is not well-formed fails the command before any of them runs.
    const statements = args.documents('updates').map(readStatement)
    checkBatch(statements.length)
    const bypass = args.bool('bypassDocumentValidation')
    const name = args.collection
    const total = { matched: 0, modified: 0 }
    const upserted: Doc[] = []
    const done = inTurn(
      statements,
      args.bool('ordered', true),
      (statement) => runStatement(request, name, statement, bypass),
      (result, index) => {
        total.matched += result.matched
        total.modified += result.modified
        if (result.upserted === undefined) return
        upserted.push(
          new Map<string, Value>([
            ['index', index],
            ['_id', result.upserted],
          ]),
        )
      },
    )
    return whenDone(done, (errors) => {
      request.store.data.commit()
      return acknowledge(
        request,
        reply({
          n: total.matched + upserted.length,
          ...(upserted.length > 0 ? { upserted } : {}),
          nModified: total.modified,
          ...(errors.length > 0 ? { writeErrors: errors } : {}),
        }),
      )
    })
  },
}

interface Statement {
  readonly args: Arguments
  readonly update: Doc | Doc[]
}

export function readStatement(statement: Doc): Statement {
  const args = checkNested('update.updates', statement, STATEMENT)
  return { args, update: readUpdate(args.value('u'), 'u') }
}

function runStatement(
  request: Request,
  name: string,
  { args, update: given }: Statement,
  bypass: boolean,
): UpdateResult | Promise<UpdateResult> {
  const spec: UpdateSpec = {
    filter: args.doc('q') as Doc,
    update: given,
    multi: args.bool('multi'),
    upsert: args.bool('upsert'),
    arrayFilters: args
      .array('arrayFilters')
      ?.map((one) => (isDoc(one) ? one : fail(14, 'arrayFilters must be objects'))),
    hint: args.hint(),
    sort: args.doc('sort'),
    bypass,
  }
  if (spec.multi && spec.sort) fail(9, 'Cannot specify sort with multi=true')
  const constants = args.doc('c')
  if (constants && !Array.isArray(spec.update)) {
    fail(51198, 'Constant values may only be specified for pipeline updates')
  }
  const collection = spec.upsert
    ? findOrCreate(request.store, request.db, name)
    : findCollection(request.store, request.db, name)
  const base = evalContext(request, collection, args.value('collation'))
  const context = constants
    ? { ...base, variables: new Map([...(base.variables ?? []), ...variablesOf(constants, request)]) }
    : base
  if (!collection) {
    // Nothing to change, but a mistake is still a mistake.
    checkStatement(spec, context, request.turn)
    return { matched: 0, modified: 0 }
  }
  return updateDocuments(collection, spec, context, request.turn)
}

function checkStatement(spec: UpdateSpec, context: Parameters<typeof updateDocuments>[2], turn: Turn): void {
  const { updater } = prepareUpdate(spec, context, turn)
  if (spec.multi && updater.replacement) fail(9, 'multi update is not supported for replacement-style update')
}
