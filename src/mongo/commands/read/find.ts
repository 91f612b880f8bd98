import { encode } from '../../bson/codec.ts'
import type { EvalContext } from '../../bson/context.ts'
import { fail } from '../../bson/errors.ts'
import { isDoc, type Doc } from '../../bson/value.ts'
import { asNumber, type Collection } from '../../collection/collection.ts'
import { choosePlan } from '../../plan/choose.ts'
import type { KeyTuple } from '../../index/doc-keys.ts'
import { entriesOf } from '../../index/entries.ts'
import type { IdLookup, IndexScan, Plan } from '../../plan/plan.ts'
import { keyOf } from '../../storage/keys.ts'
import { readById, runPlan, type Effort, type Found } from '../../plan/run.ts'
import { compileProjection } from '../../projection/compile-projection.ts'
import { compileFilter, type Filter } from '../../query/compile-filter.ts'
import { compileSort } from '../../sort/compile-sort.ts'
import type { Arguments } from '../arguments.ts'
import type { Command, Request } from '../command.ts'
import { evalContext } from '../context.ts'
import { findSource, isView } from '../targets.ts'
import { findInView } from './find-in-view.ts'
import { openCursor } from './open-cursor.ts'
import type { PreparedFind } from './prepared-find.ts'
import { PAUSE, type Pause, type Paced } from '../../turn/pause.ts'
import { sortFound } from './sort-found.ts'
import { tail } from './tail.ts'

export const find: Command = {
  name: 'find',
  stable: true,
  endsWithClient: true,
  fields: {
    filter: 'object',
    sort: 'object',
    projection: 'object',
    hint: 'any',
    skip: 'number',
    limit: 'number',
    batchSize: 'number',
    singleBatch: 'bool',
    max: 'object',
    min: 'object',
    returnKey: 'bool',
    showRecordId: 'bool',
    tailable: 'bool',
    awaitData: 'bool',
    oplogReplay: 'bool',
    noCursorTimeout: 'bool',
    allowPartialResults: 'bool',
    collation: 'object',
    allowDiskUse: 'bool',
    let: 'object',
    ntoreturn: 'any',
  },
  run(request, args) {
    const name = args.collection
    const source = findSource(request.store, request.db, name)
    if (isView(source)) return findInView(request, args, source)
    const prepared = prepareFind(request, args, source)
    const tailable = args.bool('tailable')
    if (args.bool('awaitData') && !tailable) fail(9, "Cannot set 'awaitData' without also setting 'tailable'")
    if (tailable) checkTailable(args)
    if (tailable && source && !source.capped) {
      fail(
        2,
        `error processing query: ns=${request.db}.${name} tailable cursor requested on non capped collection`,
      )
    }
    const documents = !source ? none() : tailable ? tail(source, prepared) : results(source, prepared)
    return openCursor(request, documents, {
      namespace: `${request.db}.${name}`,
      collection: source,
      batchSize: args.natural('batchSize'),
      single: args.bool('singleBatch'),
      // There is nothing to go on behind in an empty collection.
      tailable: tailable && source !== undefined && source.counters.count > 0,
      awaitData: args.bool('awaitData'),
      timeout: !args.bool('noCursorTimeout'),
      context: `Executor error during find command: ${request.db}.${name}`,
      looksAhead: !tailable && knowsItsEnd(prepared),
      limit: tailable ? Infinity : prepared.limit,
    })
  },
}

export function prepareFind(
  request: Request,
  args: Arguments,
  collection: Collection | undefined,
): PreparedFind {
  const context = evalContext(request, collection, args.value('collation'))
  const filter = compileFilter(args.doc('filter') ?? new Map(), context)
  const sort = checkSort(args.doc('sort'), context)
  const limit = args.natural('limit') ?? 0
  const query = {
    filter,
    sort,
    hint: args.hint(),
    collation: context.collation,
    min: nonEmpty(args.doc('min')),
    max: nonEmpty(args.doc('max')),
  }
  const plan: Plan = collection ? choosePlan(collection, query) : { kind: 'nothing' }
  return {
    filter,
    plan,
    context,
    sort,
    skip: args.natural('skip') ?? 0,
    limit: limit === 0 ? Infinity : limit,
    show: showWith(args, context, filter, plan),
  }
}

/** The bytes of what a find gives, one after another. */
export function results(
  collection: Collection,
  prepared: PreparedFind,
  effort?: Effort,
): Generator<Uint8Array | Pause, void> {
  const { plan, skip, show } = prepared
  return plan.kind === 'id' && skip === 0
    ? resultById(collection, plan, show, effort)
    : allResults(collection, prepared, effort)
}

/** The same without the stages in between, which would have nothing to do. */
function* resultById(
  collection: Collection,
  plan: IdLookup,
  show: PreparedFind['show'],
  effort: Effort | undefined,
): Generator<Uint8Array, void> {
  const found = readById(collection, plan, effort)
  if (!found) return
  if (effort) effort.docs++
  yield show(found)
}

function* allResults(
  collection: Collection,
  prepared: PreparedFind,
  effort: Effort | undefined,
): Generator<Uint8Array | Pause, void> {
  const { plan, filter, sort, skip, limit, context, show } = prepared
  let source: Paced<Found> = runPlan(collection, plan, filter, context, effort)
  if (sort && !isSorted(plan, sort)) source = sortFound(source, sort, context, skip + limit)
  let at = 0
  for (const found of source) {
    if (found === PAUSE) {
      yield PAUSE
      continue
    }
    if (at++ < skip) continue
    yield show(found)
    if (at >= skip + limit) return
  }
}

/** Whether reading on after the last document costs nothing: it is the only one, or all were held for sorting. */
function knowsItsEnd({ plan, sort }: PreparedFind): boolean {
  return plan.kind === 'nothing' || plan.kind === 'id' || (sort !== undefined && !isSorted(plan, sort))
}

export function isSorted(plan: Plan, sort: Doc): boolean {
  return sort.has('$natural') || plan.kind === 'id' || (plan.kind === 'index' && plan.sorted)
}

function checkTailable(args: Arguments): void {
  const sort = args.doc('sort')
  if (sort && sort.size > 0 && (sort.size > 1 || asNumber(sort.get('$natural')) !== 1)) {
    fail(2, 'cannot use tailable option with a sort other than {$natural: 1}')
  }
  if (args.bool('singleBatch')) fail(2, "cannot use tailable option with the 'singleBatch' option")
}

function checkSort(sort: Doc | undefined, context: EvalContext): Doc | undefined {
  if (!sort || sort.size === 0) return undefined
  // A mistake in a sort is told even where an index gives the order.
  if (sort.size > 1 || !sort.has('$natural')) compileSort(sort, context)
  return sort
}

function showWith(
  args: Arguments,
  context: EvalContext,
  filter: Filter,
  plan: Plan,
): (found: Found) => Uint8Array {
  const projection = args.doc('projection')
  const withRecord = args.bool('showRecordId')
  const keyOnly = args.bool('returnKey')
  const project =
    projection && projection.size > 0 ? compileProjection(projection, context, filter) : undefined
  if (!project && !withRecord && !keyOnly) return ({ bytes }) => bytes
  return ({ doc, record }) => {
    const shown = keyOnly ? indexKeyOf(plan, doc, record) : project ? project(doc) : doc
    return encode(withRecord && !keyOnly ? new Map([...shown, ['$recordId', BigInt(record)]]) : shown)
  }
}

/** `returnKey`: what the index used says of a document; nothing when none was used. */
function indexKeyOf(plan: Plan, doc: Doc, record: number): Doc {
  if (plan.kind !== 'index' && plan.kind !== 'id') return new Map()
  const tuple = tupleFound(plan, doc, record)
  return new Map(plan.index.spec.fields.map(({ path }, at) => [path, tuple?.[at] ?? null]))
}

/** Of the keys of a document the one a scan comes to first. */
function tupleFound(plan: IndexScan | IdLookup, doc: Doc, record: number): KeyTuple | undefined {
  const { keys } = entriesOf(plan.index, doc, record)
  if (plan.kind === 'id') return keys.values().next().value
  const within = [...keys.keys()].filter((key) =>
    plan.ranges.some(({ from, to }) => keyOf(from) <= key && key < keyOf(to)),
  )
  const found = within.sort().at(plan.reverse ? -1 : 0)
  return found === undefined ? undefined : keys.get(found)
}

function nonEmpty(doc: Doc | undefined): Doc | undefined {
  return isDoc(doc) && doc.size > 0 ? doc : undefined
}

// eslint-disable-next-line require-yield
function* none(): Generator<Uint8Array, void> {}
