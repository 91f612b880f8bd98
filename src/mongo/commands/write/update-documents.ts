import type { EvalContext } from '../../bson/context.ts'
import { fail } from '../../bson/errors.ts'
import { equalValues } from '../../bson/compare.ts'
import { isDoc, ObjectId, type Doc, type Value } from '../../bson/value.ts'
import type { Collection, Stored } from '../../collection/collection.ts'
import { decode } from '../../bson/codec.ts'
import { compileFilter } from '../../query/compile-filter.ts'
import { compileUpdate, type Updater } from '../../update/compile-update.ts'
import { upsertBase } from '../../update/upsert-base.ts'
import { whenDone } from '../../turn/drain.ts'
import type { Turn } from '../../turn/turn.ts'
import { checkDepth } from './check-depth.ts'
import { checkDocument } from './check-document.ts'
import { insertDocument } from './insert-documents.ts'
import { allMatches, firstMatch, type Selection } from './matching.ts'
import { checkId } from './new-document.ts'
import { pace } from './batch.ts'
import { updatePipeline } from './update-pipeline.ts'

export interface UpdateSpec {
  readonly filter: Doc
  readonly update: Doc | Doc[]
  readonly multi: boolean
  readonly upsert: boolean
  readonly arrayFilters?: Doc[] | undefined
  readonly hint?: string | Doc | undefined
  readonly sort?: Doc | undefined
  readonly bypass: boolean
}

export interface UpdateResult {
  matched: number
  modified: number
  upserted?: Value
}

export interface Change {
  readonly before: Doc | undefined
  readonly after: Doc
}

interface Prepared extends Selection {
  readonly updater: Updater
}

/**
 * Changes what a filter finds. Checks everything before the first write; the caller commits, unless a promise comes back:
 * then many documents were changed and committed in slices.
 */
export function updateDocuments(
  collection: Collection,
  spec: UpdateSpec,
  context: EvalContext,
  turn: Turn,
): UpdateResult | Promise<UpdateResult> {
  const prepared = prepareUpdate(spec, context, turn)
  if (spec.multi) {
    if (prepared.updater.replacement) fail(9, 'multi update is not supported for replacement-style update')
    return updateMany(collection, spec, prepared)
  }
  return whenDone(updateFirst(collection, spec, prepared), (change): UpdateResult => {
    if (!change) return { matched: 0, modified: 0 }
    if (!change.before) return { matched: 0, modified: 0, upserted: change.after.get('_id') as Value }
    return { matched: 1, modified: change.before === change.after ? 0 : 1 }
  })
}

export function prepareUpdate(
  { filter: query, update, arrayFilters, hint, sort }: UpdateSpec,
  context: EvalContext,
  turn: Turn,
): Prepared {
  const filter = compileFilter(query, context)
  const updater = compileUpdate(update, { context, filter, arrayFilters, pipeline: updatePipeline(context) })
  return { filter, context, hint, sort, turn, updater }
}

/** Changes or makes one document. @returns undefined when there was none and none was made */
export function updateFirst(
  collection: Collection,
  spec: UpdateSpec,
  prepared: Prepared,
): Change | undefined | Promise<Change | undefined> {
  return whenDone(firstMatch(collection, prepared), (found): Change | undefined => {
    if (found) return { before: found.doc, after: change(collection, found, found.doc, spec, prepared) }
    return spec.upsert ? { before: undefined, after: upsert(collection, spec, prepared) } : undefined
  })
}

function updateMany(
  collection: Collection,
  spec: UpdateSpec,
  prepared: Prepared,
): UpdateResult | Promise<UpdateResult> {
  return whenDone(allMatches(collection, prepared), (records) =>
    updateAll(collection, spec, prepared, records),
  )
}

function updateAll(
  collection: Collection,
  spec: UpdateSpec,
  prepared: Prepared,
  records: readonly number[],
): UpdateResult | Promise<UpdateResult> {
  if (records.length === 0 && spec.upsert) {
    return { matched: 0, modified: 0, upserted: upsert(collection, spec, prepared).get('_id') as Value }
  }
  const result: UpdateResult = { matched: 0, modified: 0 }
  const done = pace(collection.data, records.length, (at) => {
    const record = records[at] as number
    const bytes = collection.read(record)
    if (!bytes || collection.dropped) return true
    const doc = decode(bytes)
    // Since it was found others may have had their way with it.
    if (!prepared.filter.matches(doc)) return true
    prepared.context.deadline?.()
    result.matched++
    if (change(collection, { record, bytes }, doc, spec, prepared) !== doc) result.modified++
    return true
  })
  return done ? done.then(() => result) : result
}

function change(
  collection: Collection,
  stored: Stored,
  doc: Doc,
  spec: UpdateSpec,
  { updater, context }: Prepared,
): Doc {
  const after = updater.apply(doc, { upsert: false })
  if (after === doc) return doc
  if (!equalValues(after.get('_id'), doc.get('_id'))) {
    fail(66, "Performing an update on the path '_id' would modify the immutable field '_id'")
  }
  checkDepth(after, Infinity, (limit) => `Document exceeds maximum nesting depth of ${limit}`)
  if (!spec.bypass) checkDocument(collection, after, context.now, doc)
  collection.replace(stored, doc, after)
  return after
}

function upsert(collection: Collection, spec: UpdateSpec, { filter, updater, context }: Prepared): Doc {
  const made = updater.apply(upsertBase(filter, updater.replacement), { upsert: true })
  checkId(made.get('_id'))
  const doc = made.has('_id') ? made : new Map<string, Value>([['_id', new ObjectId()], ...made])
  return insertDocument(collection, doc, undefined, { now: context.now, bypass: spec.bypass })
}

/** An update as it stands in a command. @throws MongoError 9 */
export function readUpdate(value: Value | undefined, name: string): Doc | Doc[] {
  if (isDoc(value)) return value
  if (Array.isArray(value)) {
    return value.map((stage) =>
      isDoc(stage) ? stage : fail(14, "Each element of the 'pipeline' array must be an object"),
    )
  }
  return fail(9, `Update argument must be either an object or an array: ${name}`)
}
