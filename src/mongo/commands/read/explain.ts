import { requirePipeline } from '../../aggregate/spec.ts'
import { fail } from '../../bson/errors.ts'
import { isDoc, isNumber, type Doc, type Value } from '../../bson/value.ts'
import type { Collection } from '../../collection/collection.ts'
import { choosePlan } from '../../plan/choose.ts'
import type { Plan } from '../../plan/plan.ts'
import { runPlan, type Effort } from '../../plan/run.ts'
import { compileFilter } from '../../query/compile-filter.ts'
import { drain, whenDone } from '../../turn/drain.ts'
import { isTruthy, type Arguments } from '../arguments.ts'
import { checkArguments } from '../check-arguments.ts'
import type { Command, Reply, Request } from '../command.ts'
import { evalContext } from '../context.ts'
import { findCollection, findSource, isView } from '../targets.ts'
import { readStatement as deleteStatement } from '../write/delete.ts'
import { checkCombination } from '../write/find-and-modify.ts'
import { readStatement } from '../write/update.ts'
import { runAggregate, targetOf } from './aggregate.ts'
import { checkKey } from './distinct.ts'
import { describePlan, explainReply, type Execution } from './explain-plan.ts'
import { isSorted, prepareFind, results } from './find.ts'
import type { PreparedFind } from './prepared-find.ts'
import { wrongType } from '../wrong-type.ts'

const EXPLAINED = new Set(['find', 'aggregate', 'count', 'distinct', 'findAndModify', 'update', 'delete'])

const NONE: ReadonlyMap<string, Buffer[]> = new Map()

/** `explain`, told where the other commands are. */
export function makeExplain(findCommand: (name: string) => Command | undefined): Command {
  return {
    name: 'explain',
    stable: true,
    endsWithClient: true,
    fields: { verbosity: 'string' },
    run(request, args) {
      const { target } = args
      if (!isDoc(target)) return wrongType('explain.explain', target ?? null, "type 'object'")
      const verbosity = args.string('verbosity') ?? 'allPlansExecution'
      if (!['queryPlanner', 'executionStats', 'allPlansExecution'].includes(verbosity)) {
        fail(2, `Enumeration value '${verbosity}' for field 'explain.verbosity' is not a valid value.`)
      }
      const db = target.get('$db') ?? request.db
      if (typeof db !== 'string') return wrongType('$db', db, "type 'string'")
      if (db !== request.db) {
        fail(73, `Mismatched $db in explain command. Expected ${request.db} but got ${db}`)
      }
      const [asked = ''] = target.keys()
      const command = findCommand(asked) ?? fail(59, `Explain failed due to unknown command: ${asked}`)
      const { name, fields, lenient } = command
      if (name === 'explain') fail(20, 'Explain cannot explain itself.')
      if (!EXPLAINED.has(name)) fail(20, `Cannot explain cmd: ${name}`)
      const inner: Request = { ...request, name, body: new Map([...target, ['$db', db]]) }
      const given = checkArguments(name, target, NONE, fields, lenient)
      return explainCommand(inner, given, verbosity !== 'queryPlanner')
    },
  }
}

function explainCommand(request: Request, args: Arguments, execute: boolean): Reply | Promise<Reply> {
  switch (request.name) {
    case 'find':
      return explainFind(request, args, execute)
    case 'aggregate':
      return explainAggregate(request, args, execute)
    case 'update':
      return explainWrite(
        request,
        args,
        args.documents('updates').map((one) => readStatement(one).args),
        execute,
      )
    case 'delete':
      return explainWrite(request, args, args.documents('deletes').map(deleteStatement), execute)
    case 'findAndModify':
      checkCombination(args)
      findCollection(request.store, request.db, args.collection)
      return explainFilter(request, args, args.collection, 'query', execute)
    case 'distinct':
      checkKey(args)
  }
  return explainFilter(request, args, args.collection, 'query', execute)
}

function explainAggregate(request: Request, args: Arguments, execute: boolean): Reply | Promise<Reply> {
  const name = targetOf(args)
  const stages = requirePipeline(args.value('pipeline'))
  if (execute && name !== undefined && stages.every((stage) => stage.has('$match'))) {
    return explainFilter(request, args, name, merged(stages), execute)
  }
  const collation = args.value('collation')
  return runAggregate(request, name, stages, { hint: args.hint(), collation, explain: true })
}

/** @throws MongoError 16 for any other number of statements than one, 166 for a view */
function explainWrite(
  request: Request,
  args: Arguments,
  statements: readonly Arguments[],
  execute: boolean,
): Reply | Promise<Reply> {
  const [statement, more] = statements
  if (!statement || more) return fail(16, 'explained write batches must be of size 1')
  findCollection(request.store, request.db, args.collection)
  return explainFilter(request, statement, args.collection, 'q', execute)
}

function merged(stages: Doc[]): Doc | undefined {
  if (stages.length === 0) return undefined
  return stages.length === 1
    ? (stages[0]?.get('$match') as Doc)
    : new Map([['$and', stages.map((stage) => stage.get('$match') as Value)]])
}

function explainFind(request: Request, args: Arguments, execute: boolean): Reply | Promise<Reply> {
  const name = args.collection
  const source = findSource(request.store, request.db, name)
  const filter = args.doc('filter')
  if (isView(source)) {
    const stages: Doc[] = filter ? [new Map([['$match', filter]])] : []
    return runAggregate(request, name, stages, { explain: true, collation: args.value('collation') })
  }
  const prepared = prepareFind(request, args, source)
  const stage = describePlan(prepared.plan, filter)
  const shown = source ? describeRest(stage, prepared, args.doc('projection')) : stage
  const execution = execute
    ? measure(request, (effort) => (source ? results(source, prepared, effort) : nothing()))
    : undefined
  const { collation } = prepared.context
  const asked = { namespace: `${request.db}.${name}`, filter, collation }
  return whenDone(execution, (done) => explainReply(request, asked, shown, done))
}

/** What a find does with what its plan finds: nothing where there is no collection. */
function describeRest(
  found: Record<string, unknown>,
  { plan, sort, skip, limit }: PreparedFind,
  projection: Doc | undefined,
): Record<string, unknown> {
  let stage = found
  const limited = limit < Infinity
  const sorts = sort && !isSorted(plan, sort)
  if (sorts) {
    // It keeps no more than are wanted, so that nothing else has to count them.
    const kept = limited ? { limitAmount: limit + skip } : {}
    stage = {
      stage: 'SORT',
      sortPattern: sort,
      memLimit: 104_857_600,
      ...kept,
      type: 'simple',
      inputStage: stage,
    }
  }
  if (skip > 0) stage = { stage: 'SKIP', skipAmount: skip, inputStage: stage }
  if (limited && !sorts) stage = { stage: 'LIMIT', limitAmount: limit, inputStage: stage }
  if (!projection || projection.size === 0) return stage
  const name = includesOnly(projection) ? 'PROJECTION_SIMPLE' : 'PROJECTION_DEFAULT'
  return { stage: name, transformBy: projection, inputStage: stage }
}

/** Whether a projection takes fields of the document itself, and no more. */
function includesOnly(projection: Doc): boolean {
  const fields = [...projection]
  return (
    fields.every(([path, value]) => !path.includes('.') && (typeof value === 'boolean' || isNumber(value))) &&
    fields.some(([path, value]) => path !== '_id' && isTruthy(value))
  )
}

/** @param given what is asked for, or the name of the field that says it */
function explainFilter(
  request: Request,
  args: Arguments,
  name: string,
  given: Doc | 'query' | 'q' | undefined,
  execute: boolean,
): Reply | Promise<Reply> {
  const source = findSource(request.store, request.db, name)
  const query = typeof given === 'string' ? args.doc(given) : given
  const collation = args.value('collation')
  if (isView(source)) {
    const stages: Doc[] = query ? [new Map([['$match', query]])] : []
    return runAggregate(request, name, stages, { explain: true, collation })
  }
  const context = evalContext(request, source, collation)
  const filter = compileFilter(query ?? new Map(), context)
  const sort = args.value('sort')
  const plan: Plan = source
    ? choosePlan(source, {
        filter,
        hint: args.hint(),
        sort: isDoc(sort) ? sort : undefined,
        collation: context.collation,
      })
    : { kind: 'nothing' }
  const removes = args.value('remove') === true
  const stage = wrap(removes ? 'delete' : request.name, describePlan(plan, query))
  const run =
    (collection: Collection) =>
    (effort: Effort): Generator<unknown, void> =>
      runPlan(collection, plan, filter, context, effort)
  const execution = execute ? measure(request, source ? run(source) : nothing) : undefined
  const asked = { namespace: `${request.db}.${name}`, filter: query, collation: context.collation }
  return whenDone(execution, (done) => explainReply(request, asked, stage, done))
}

function wrap(kind: string, inputStage: Record<string, unknown>): Record<string, unknown> {
  const stages: Record<string, string> = {
    update: 'UPDATE',
    delete: 'DELETE',
    count: 'COUNT',
    findAndModify: 'UPDATE',
  }
  const stage = stages[kind]
  return stage ? { stage, inputStage } : inputStage
}

// eslint-disable-next-line require-yield
function* nothing(): Generator<never, void> {}

function measure(
  { turn }: Request,
  run: (effort: Effort) => Generator<unknown, void>,
): Execution | Promise<Execution> {
  const effort: Effort = { keys: 0, docs: 0 }
  const start = performance.now()
  let returned = 0
  return whenDone(
    drain(run(effort), turn, () => ++returned > 0),
    () => ({ returned, effort, milliseconds: performance.now() - start }),
  )
}
