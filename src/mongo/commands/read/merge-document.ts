import type { MergeSpec, MergeTarget } from '../../aggregate/types.ts'
import { decode } from '../../bson/codec.ts'
import { equalValues } from '../../bson/compare.ts'
import { addContext, fail, MongoError } from '../../bson/errors.ts'
import { valueAt } from '../../bson/path.ts'
import { ObjectId, type Doc, type Value } from '../../bson/value.ts'
import type { Collection } from '../../collection/collection.ts'
import { choosePlan } from '../../plan/choose.ts'
import { runPlan, type Found } from '../../plan/run.ts'
import { compileFilter } from '../../query/compile-filter.ts'
import { firstOf } from '../../turn/pause.ts'
import { replaceDoc } from '../../update/replacement.ts'
import type { Request } from '../command.ts'
import { isView } from '../targets.ts'
import { checkDocument } from '../write/check-document.ts'
import { insertDocument } from '../write/insert-documents.ts'

/** @throws MongoError 51183 when no unique index makes the fields of `on` name one document */
export function checkTarget(store: Request['store'], { db, collection, on }: MergeTarget): void {
  const found = store.catalog.find(db, collection)
  // A view is refused when it is written to.
  if (isView(found)) return
  const wanted = sorted(on)
  const unique = found
    ? found.indexes.some(
        ({ spec, ready }) =>
          ready && spec.unique && !spec.partial && sorted(spec.fields.map(({ path }) => path)) === wanted,
      )
    : wanted === '_id'
  if (!unique) fail(51183, 'Cannot find index to verify that join fields will be unique')
}

function sorted(names: readonly string[]): string {
  return [...names].sort().join(' ')
}

interface Options {
  readonly now: Date
  readonly bypass: boolean
}

/** `$merge` of one document. */
export function mergeDocument(target: Collection, spec: MergeSpec, given: Doc, options: Options): void {
  const incoming =
    given.has('_id') || !spec.on.includes('_id')
      ? given
      : new Map<string, Value>([['_id', new ObjectId()], ...given])
  const found = findTarget(target, spec, incoming, options)
  if (!found) {
    if (spec.whenNotMatched === 'discard') return
    if (spec.whenNotMatched === 'fail') {
      fail(
        13113,
        '$merge could not find a matching document in the target collection for at least one document in the source collection',
      )
    }
    insertDocument(target, incoming, undefined, options)
    return
  }
  if (spec.whenMatched === 'keepExisting') return
  if (spec.whenMatched === 'fail') insertDocument(target, incoming, undefined, options)
  const old = decode(found.bytes)
  const after = merged(spec, old, incoming)
  if (after === old) return
  if (!options.bypass) checkDocument(target, after, options.now, old)
  target.replace(found, old, after)
}

const CONTEXT =
  '$merge failed to update the matching document, did you attempt to modify the _id or the shard key?'

function merged(spec: MergeSpec, old: Doc, incoming: Doc): Doc {
  const changed = spec.update?.(old, incoming) ?? incoming
  try {
    return spec.whenMatched === 'merge' ? mergeFields(old, incoming) : replaceDoc(old, changed)
  } catch (error) {
    throw error instanceof MongoError && error.code === 66 ? addContext(error, CONTEXT) : error
  }
}

function mergeFields(old: Doc, incoming: Doc): Doc {
  if (incoming.has('_id') && !equalValues(incoming.get('_id'), old.get('_id'))) {
    fail(66, "Performing an update on the path '_id' would modify the immutable field '_id'")
  }
  return new Map([...old, ...[...incoming].filter(([name]) => name !== '_id')])
}

function findTarget(
  target: Collection,
  { on }: MergeSpec,
  incoming: Doc,
  { now }: Options,
): Found | undefined {
  const conditions: Doc = new Map()
  for (const path of on) {
    const value = valueAt(incoming, path)
    if (value === undefined || value === null || Array.isArray(value)) {
      fail(51132, `$merge write error: 'on' field '${path}' cannot be missing, null, undefined or an array`)
    }
    conditions.set(path, new Map([['$eq', value]]))
  }
  const filter = compileFilter(conditions, { now })
  const plan = choosePlan(target, { filter, collation: undefined })
  return firstOf(runPlan(target, plan, filter))
}
