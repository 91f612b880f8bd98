import { compilePipeline, type Applied, type Pipeline } from '../../aggregate/pipeline.ts'
import { requirePipeline } from '../../aggregate/spec.ts'
import { encode } from '../../bson/codec.ts'
import type { EvalContext } from '../../bson/context.ts'
import { fail } from '../../bson/errors.ts'
import { printBson } from '../../bson/print.ts'
import { isNumber, type Doc, type Value } from '../../bson/value.ts'
import { choosePlan } from '../../plan/choose.ts'
import type { Plan } from '../../plan/plan.ts'
import { runPlan } from '../../plan/run.ts'
import { compileFilter } from '../../query/compile-filter.ts'
import { whenDone } from '../../turn/drain.ts'
import { PAUSE, type Pause, type Paced } from '../../turn/pause.ts'
import { asNumber, type Collection } from '../../collection/collection.ts'
import type { Arguments } from '../arguments.ts'
import type { Command, Reply, Request } from '../command.ts'
import { evalContext } from '../context.ts'
import { inContext } from '../in-context.ts'
import { cursorReply } from '../replies.ts'
import { findSource, isView } from '../targets.ts'
import { acknowledge } from '../write-concern.ts'
import { explainPipeline } from './explain-plan.ts'
import { readBatchSize } from './cursor-options.ts'
import { openCursor } from './open-cursor.ts'
import { pipelineContext } from './pipeline-context.ts'
import { checkInvolved, checkViewCollation, resolveView } from './view.ts'

export const aggregate: Command = {
  name: 'aggregate',
  stable: true,
  endsWithClient: true,
  fields: {
    pipeline: 'any!',
    explain: 'bool',
    allowDiskUse: 'bool',
    cursor: 'object',
    bypassDocumentValidation: 'bool',
    collation: 'object',
    hint: 'any',
    let: 'object',
    needsMerge: 'any',
    fromMongos: 'any',
    exchange: 'any',
    isMapReduceCommand: 'any',
  },
  run(request, args) {
    const name = targetOf(args)
    const explain = args.bool('explain')
    if (explain && args.has('writeConcern'))
      fail(9, "Aggregation explain does not support the'writeConcern' option")
    const stages = requirePipeline(args.value('pipeline'))
    if (!explain && !args.has('cursor')) {
      fail(9, "The 'cursor' option is required, except for aggregate with the explain argument")
    }
    if (args.value('apiStrict') === true) checkStableStages(stages)
    return runAggregate(request, name, stages, {
      hint: args.hint(),
      collation: args.value('collation'),
      batchSize: readBatchSize(args, 'cursor'),
      explain,
    })
  },
}

/** The collection's name, or nothing for a 1 in its place. */
export function targetOf(args: Arguments): string | undefined {
  const { target } = args
  const name = isNumber(target) ? undefined : args.collection
  if (name === undefined && asNumber(target) !== 1)
    fail(9, "Invalid command format: the 'aggregate' field must specify a collection name or 1")
  return name
}

export interface AggregateOptions {
  readonly hint?: string | Doc | undefined
  readonly collation?: Value | undefined
  readonly batchSize?: number | undefined
  readonly explain?: boolean
  /** What the cursor is called, when it is not the collection read. */
  readonly namespace?: string
}

/** Runs a pipeline over a collection, a view or nothing. */
export function runAggregate(
  request: Request,
  name: string | undefined,
  stages: Doc[],
  options: AggregateOptions,
): Reply | Promise<Reply> {
  const { store, db } = request
  const namespace = options.namespace ?? `${db}.${name ?? '$cmd.aggregate'}`
  const source = name === undefined ? undefined : findSource(store, db, name)
  if (isView(source)) {
    const view = resolveView(store, source)
    checkViewCollation(view.collation, options.collation)
    return runAggregate(request, view.collection, [...view.pipeline, ...stages], {
      ...options,
      collation: view.collation,
      namespace,
    })
  }
  const context = evalContext(request, source, options.collation)
  const pipeline = compilePipeline(stages, pipelineContext(request, name, context))
  checkFirst(name, stages)
  checkInvolved(store, db, stages, context.collation?.spec)
  const read = planSource(source, pipeline, context, options.hint)
  if (options.explain) {
    const asked = {
      namespace: `${db}.${name ?? '$cmd.aggregate'}`,
      filter: pipeline.leadingMatch,
      collation: context.collation,
    }
    return explainPipeline(request, asked, stages, source, read.plan)
  }
  if (pipeline.writes) {
    const { writes } = pipeline
    const written = inContext(EXECUTION, () => writes(read.documents(), read.applied))
    return whenDone(written, () => {
      const empty = cursorReply('firstBatch', [], 0n, namespace)
      const done = acknowledge(request, new Map())
      return done instanceof Promise ? done.then(() => empty) : empty
    })
  }
  return openCursor(request, encoded(pipeline.run(read.documents(), read.applied)), {
    namespace,
    collection: source,
    batchSize: options.batchSize,
    looksAhead: false,
    context: EXECUTION,
  })
}

/** Stages that begin a pipeline over no collection. */
const INDEPENDENT = new Set(['$documents', '$currentOp', '$listLocalSessions'])

/** @throws MongoError 73 for a pipeline over a collection that reads none, or over none that would read one */
function checkFirst(collection: string | undefined, [stage]: readonly Doc[]): void {
  const [first] = stage?.keys() ?? []
  if (collection !== undefined) {
    if (first !== undefined && INDEPENDENT.has(first))
      fail(73, `'${first}' can only be run with {aggregate: 1}`)
  } else if (first === undefined) fail(73, '{aggregate: 1} is not valid for an empty pipeline.')
  else if (!INDEPENDENT.has(first))
    fail(73, `{aggregate: 1} is not valid for '${first}'; a collection is required.`)
}

const EXECUTION = 'PlanExecutor error during aggregation'

/** Reads what the pipeline begins with by an index where one serves. */
function planSource(
  collection: Collection | undefined,
  { leadingMatch, leadingSort, leadingLimit, generates }: Pipeline,
  context: EvalContext,
  hint: string | Doc | undefined,
): { readonly plan: Plan; readonly applied: Applied; documents(): Paced<Doc> } {
  if (!collection || generates) return { plan: { kind: 'nothing' }, applied: {}, documents: () => [] }
  const filter = compileFilter(leadingMatch ?? new Map(), context)
  const plan = choosePlan(collection, { filter, sort: leadingSort, hint, collation: context.collation })
  const sorted = leadingSort !== undefined && plan.kind === 'index' && plan.sorted
  const limit = sorted || !leadingSort ? (leadingLimit ?? Infinity) : Infinity
  return {
    plan,
    applied: { match: true, sort: sorted },
    *documents() {
      let left = limit
      if (left <= 0) return
      for (const one of runPlan(collection, plan, filter, context)) {
        yield one === PAUSE ? PAUSE : one.doc
        if (one !== PAUSE && --left <= 0) return
      }
    },
  }
}

function* encoded(documents: Paced<Doc>): Generator<Uint8Array | Pause, void> {
  for (const doc of documents) {
    if (doc === PAUSE) {
      yield PAUSE
      continue
    }
    const bytes = encode(doc)
    if (bytes.length > LARGEST) refuseSize(bytes.length, doc)
    yield bytes
  }
}

/** The largest document that goes out, in bytes. */
const LARGEST = 16_793_600

function refuseSize(size: number, doc: Doc): never {
  const [[name, value] = ['', null]] = doc
  const first = typeof value === 'object' && value !== null ? '...' : printBson(value).slice(0, 160)
  const hex = size.toString(16).toUpperCase()
  const words = `BSONObj size: ${size} (0x${hex}) is invalid. Size must be between 0 and ${LARGEST}(16MB)`
  return fail(10334, `${words} First element: ${name}: ${first}`)
}

/** Stages outside of the stable API. */
const UNSTABLE: readonly string[] = [
  '$currentOp',
  '$indexStats',
  '$listLocalSessions',
  '$listSessions',
  '$planCacheStats',
  '$search',
  '$searchMeta',
]

function checkStableStages(stages: readonly Doc[]): void {
  for (const stage of stages) {
    const name = UNSTABLE.find((one) => stage.has(one))
    if (name) fail(323, `stage ${name} is not allowed with 'apiStrict: true' in API Version 1`)
  }
}
