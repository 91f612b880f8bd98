import { fail } from '../../bson/errors.ts'
import { isDoc, type Doc } from '../../bson/value.ts'
import type { Collection } from '../../collection/collection.ts'
import { compileProjection } from '../../projection/compile-projection.ts'
import { compileFilter } from '../../query/compile-filter.ts'
import { whenDone } from '../../turn/drain.ts'
import type { Arguments } from '../arguments.ts'
import type { Command, Request } from '../command.ts'
import { evalContext } from '../context.ts'
import { inContext } from '../in-context.ts'
import { reply } from '../replies.ts'
import { findCollection, findOrCreate } from '../targets.ts'
import { acknowledge } from '../write-concern.ts'
import { firstMatch } from './matching.ts'
import { prepareUpdate, readUpdate, updateFirst, type UpdateSpec } from './update-documents.ts'

export const findAndModify: Command = {
  name: 'findAndModify',
  aliases: ['findandmodify'],
  stable: true,
  fields: {
    query: 'object',
    sort: 'object',
    remove: 'bool',
    update: 'any',
    new: 'bool',
    fields: 'object',
    upsert: 'bool',
    bypassDocumentValidation: 'bool',
    collation: 'object',
    arrayFilters: 'array',
    hint: 'any',
    let: 'object',
    writeConcern: 'object',
    sampleId: 'any',
  },
  run(request, args) {
    checkCombination(args)
    const { store, db } = request
    const { collection: name } = args
    const upsert = args.bool('upsert')
    const collection = upsert ? findOrCreate(store, db, name) : findCollection(store, db, name)
    const answer = args.bool('remove')
      ? removeOne(request, args, collection)
      : updateOne(request, args, collection)
    return whenDone(answer, (done) => {
      store.data.commit()
      return acknowledge(request, done)
    })
  },
}

const EXECUTION = 'Plan executor error during findAndModify'

export function checkCombination(args: Arguments): void {
  const removes = args.bool('remove')
  if (!removes && !args.has('update')) fail(9, 'Either an update or remove=true must be specified')
  if (removes && args.has('update')) fail(9, 'Cannot specify both an update and remove=true')
  if (removes && args.bool('upsert')) fail(9, 'Cannot specify both upsert=true and remove=true ')
  if (removes && args.bool('new')) {
    fail(9, "Cannot specify both new=true and remove=true; 'remove' always returns the deleted document")
  }
  if (removes && args.has('arrayFilters')) fail(9, 'Cannot specify arrayFilters and remove=true')
}

function removeOne(
  request: Request,
  args: Arguments,
  collection: Collection | undefined,
): Doc | Promise<Doc> {
  const context = evalContext(request, collection, args.value('collation'))
  const filter = compileFilter(args.doc('query') ?? new Map(), context)
  const project = projection(args, context, filter)
  const selection = { filter, context, hint: args.hint(), sort: args.doc('sort'), turn: request.turn }
  return whenDone(
    inContext(EXECUTION, () => collection && firstMatch(collection, selection)),
    (found) => {
      if (found) collection?.remove(found, found.doc)
      return answer(found ? project(found.doc) : null, { n: found ? 1 : 0 })
    },
  )
}

function updateOne(
  request: Request,
  args: Arguments,
  collection: Collection | undefined,
): Doc | Promise<Doc> {
  const spec: UpdateSpec = {
    filter: args.doc('query') ?? new Map(),
    update: readUpdate(args.value('update'), 'update'),
    multi: false,
    upsert: args.bool('upsert'),
    arrayFilters: args
      .array('arrayFilters')
      ?.map((one) => (isDoc(one) ? one : fail(14, 'arrayFilters must be objects'))),
    hint: args.hint(),
    sort: args.doc('sort'),
    bypass: args.bool('bypassDocumentValidation'),
  }
  const context = evalContext(request, collection, args.value('collation'))
  const prepared = prepareUpdate(spec, context, request.turn)
  const project = projection(args, context, prepared.filter)
  return whenDone(
    inContext(EXECUTION, () => collection && updateFirst(collection, spec, prepared)),
    (change) => {
      if (!change) return answer(null, { n: 0, updatedExisting: false })
      const shown = args.bool('new') ? change.after : change.before
      const value = shown ? project(shown) : null
      if (change.before) return answer(value, { n: 1, updatedExisting: true })
      return answer(value, { n: 1, updatedExisting: false, upserted: change.after.get('_id') })
    },
  )
}

function projection(
  args: Arguments,
  context: Parameters<typeof compileProjection>[1],
  filter: Parameters<typeof compileProjection>[2],
): (doc: Doc) => Doc {
  const fields = args.doc('fields')
  return fields && fields.size > 0 ? compileProjection(fields, context, filter) : (doc) => doc
}

function answer(value: Doc | null, lastErrorObject: Record<string, unknown>): Doc {
  return reply({ lastErrorObject, value })
}
