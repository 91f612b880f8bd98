import type { MergeSpec, PipelineWriter } from '../../aggregate/types.ts'
import { fail } from '../../bson/errors.ts'
import { decode } from '../../bson/codec.ts'
import { valueAt } from '../../bson/path.ts'
import { ObjectId, type Doc, type Value } from '../../bson/value.ts'
import { checkCreatable } from '../../catalog/namespace.ts'
import type { Collection } from '../../collection/collection.ts'
import { choosePlan } from '../../plan/choose.ts'
import { runPlan, type Found } from '../../plan/run.ts'
import { compileFilter } from '../../query/compile-filter.ts'
import { drain } from '../../turn/drain.ts'
import { firstOf, type Paced } from '../../turn/pause.ts'
import type { Request } from '../command.ts'
import { findOrCreate, isView } from '../targets.ts'
import { isTruthy } from '../arguments.ts'
import { checkDocument } from '../write/check-document.ts'
import { insertDocument } from '../write/insert-documents.ts'
import { pace } from '../write/batch.ts'

/** `$out` and `$merge` into the store. */
export function pipelineWriter(request: Request): PipelineWriter {
  const bypass = isTruthy(request.body.get('bypassDocumentValidation'))
  const options = { now: request.now, bypass }
  const read = async (docs: Paced<Doc>): Promise<Doc[]> => {
    const all: Doc[] = []
    await drain(docs[Symbol.iterator](), request.turn, (doc) => all.push(doc) > 0)
    return all
  }
  return {
    async out(db, name, docs) {
      const { catalog, data } = request.store
      checkCreatable(db, name)
      const old = catalog.find(db, name)
      if (isView(old)) fail(166, `Namespace ${db}.${name} is a view, not a collection`)
      if (old?.capped) fail(17152, `namespace '${db}.${name}' is capped so it can't be used for $out`)
      // The old documents stay until the new ones are all there: they may be what is read.
      const all = await read(docs)
      const draft = catalog.createDraft(
        db,
        `tmp.agg_out.${new ObjectId().toHexString()}`,
        old?.options ?? new Map(),
      )
      try {
        for (const index of old?.indexes ?? []) {
          if (index.spec.name !== '_id_') catalog.copyIndex(draft, index)
        }
        await pace(data, all.length, (at) => {
          insertDocument(draft, all[at] as Doc, undefined, options)
          return true
        })
        catalog.rename(draft, db, name, catalog.find(db, name))
      } catch (error) {
        data.rollback()
        catalog.discard(draft)
        throw error
      }
    },
    async merge(spec, docs) {
      const target = findOrCreate(request.store, spec.db, spec.collection)
      checkOn(target, spec)
      const all = await read(docs)
      await pace(request.store.data, all.length, (at) => {
        mergeOne(request, target, spec, all[at] as Doc, bypass)
        return true
      })
    },
  }
}

/** @throws MongoError 51183 when no unique index makes the fields of `on` name one document */
function checkOn(target: Collection, { on }: MergeSpec): void {
  const wanted = [...on].sort().join(' ')
  const found = target.indexes.some(
    ({ spec, ready }) =>
      ready &&
      spec.unique &&
      !spec.partial &&
      spec.fields
        .map(({ path }) => path)
        .sort()
        .join(' ') === wanted,
  )
  if (!found) fail(51183, 'Cannot find index to verify that join fields will be unique')
}

function mergeOne(request: Request, target: Collection, spec: MergeSpec, given: Doc, bypass: boolean): void {
  const incoming =
    given.has('_id') || !spec.on.includes('_id')
      ? given
      : new Map<string, Value>([['_id', new ObjectId()], ...given])
  const found = findTarget(target, spec, incoming, request)
  if (!found) {
    if (spec.whenNotMatched === 'discard') return
    if (spec.whenNotMatched === 'fail') {
      fail(
        13113,
        '$merge could not find a matching document in the target collection for at least one document in the source collection',
      )
    }
    insertDocument(target, incoming, undefined, { now: request.now, bypass })
    return
  }
  if (spec.whenMatched === 'keepExisting') return
  if (spec.whenMatched === 'fail') insertDocument(target, incoming, undefined, { now: request.now, bypass })
  const old = decode(found.bytes)
  const after = merged(spec, old, incoming)
  if (after === old) return
  if (!bypass) checkDocument(target, after, request.now, old)
  target.replace(found, old, after)
}

function merged(spec: MergeSpec, old: Doc, incoming: Doc): Doc {
  const id: [string, Value] = ['_id', old.get('_id') as Value]
  if (spec.update) return spec.update(old, incoming)
  const rest = [...incoming].filter(([name]) => name !== '_id')
  return new Map(spec.whenMatched === 'replace' ? [id, ...rest] : [...old, ...rest])
}

function findTarget(
  target: Collection,
  { on }: MergeSpec,
  incoming: Doc,
  request: Request,
): Found | undefined {
  const conditions: Doc = new Map()
  for (const path of on) {
    const value = valueAt(incoming, path)
    if (value === undefined || value === null || Array.isArray(value)) {
      fail(51132, `$merge write error: 'on' field '${path}' cannot be missing, null, undefined or an array`)
    }
    conditions.set(path, new Map([['$eq', value]]))
  }
  const filter = compileFilter(conditions, { now: request.now })
  const plan = choosePlan(target, { filter, collation: undefined })
  return firstOf(runPlan(target, plan, filter))
}
