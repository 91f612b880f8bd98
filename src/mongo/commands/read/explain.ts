import { fail } from '../../bson/errors.ts'
import { isDoc, type Doc, type Value } from '../../bson/value.ts'
import type { Collection } from '../../collection/collection.ts'
import { choosePlan } from '../../plan/choose.ts'
import type { Plan } from '../../plan/plan.ts'
import { runPlan, type Effort } from '../../plan/run.ts'
import { compileFilter } from '../../query/compile-filter.ts'
import { drain, whenDone } from '../../turn/drain.ts'
import { checkArguments } from '../check-arguments.ts'
import type { Command, Reply, Request } from '../command.ts'
import { evalContext } from '../context.ts'
import { findSource, isView } from '../targets.ts'
import { runAggregate } from './aggregate.ts'
import { describePlan, explainReply, type Execution } from './explain-plan.ts'
import { find, isSorted, prepareFind, results } from './find.ts'

export const explain: Command = {
  name: 'explain',
  stable: true,
  endsWithClient: true,
  fields: { verbosity: 'string' },
  run(request, args) {
    const { target } = args
    if (!isDoc(target)) return fail(14, "BSON field 'explain' is the wrong type, expected type 'object'")
    const verbosity = args.string('verbosity') ?? 'allPlansExecution'
    if (!['queryPlanner', 'executionStats', 'allPlansExecution'].includes(verbosity)) {
      fail(9, "verbosity string must be one of {'queryPlanner', 'executionStats', 'allPlansExecution'}")
    }
    const inner: Request = { ...request, body: new Map([...target, ['$db', request.db]]) }
    return explainCommand(inner, target, verbosity !== 'queryPlanner')
  },
}

function explainCommand(request: Request, command: Doc, execute: boolean): Reply | Promise<Reply> {
  const name = command.keys().next().value as string
  switch (name) {
    case 'find':
      return explainFind(request, command, execute)
    case 'aggregate': {
      const target = command.get(name)
      const stages = (command.get('pipeline') as Doc[] | undefined) ?? []
      const plain = execute && stages.every((stage) => stage.has('$match'))
      if (plain && typeof target === 'string')
        return explainFilter(request, command, target, merged(stages), execute)
      return runAggregate(request, typeof target === 'string' ? target : undefined, stages, {
        hint: command.get('hint') as string | Doc | undefined,
        collation: command.get('collation'),
        explain: true,
      })
    }
    case 'count':
    case 'distinct':
    case 'findAndModify':
    case 'findandmodify':
      return explainFilter(
        request,
        command,
        command.get(name) as string,
        command.get('query') as Doc | undefined,
        execute,
        name,
      )
    case 'update':
      return explainWrite(request, command, name, 'updates', execute)
    case 'delete':
      return explainWrite(request, command, name, 'deletes', execute)
    case 'insert':
      return fail(20, 'Cannot explain cmd: insert')
    default:
      return fail(59, `Explain failed due to unknown command: ${name}`)
  }
}

function explainWrite(
  request: Request,
  command: Doc,
  name: string,
  field: string,
  execute: boolean,
): Reply | Promise<Reply> {
  const [statement] = (command.get(field) ?? []) as Doc[]
  const merged: Doc = statement ?? new Map()
  return explainFilter(
    request,
    merged,
    command.get(name) as string,
    merged.get('q') as Doc | undefined,
    execute,
    name,
  )
}

function merged(stages: Doc[]): Doc | undefined {
  if (stages.length === 0) return undefined
  return stages.length === 1
    ? (stages[0]?.get('$match') as Doc)
    : new Map([['$and', stages.map((stage) => stage.get('$match') as Value)]])
}

function explainFind(request: Request, command: Doc, execute: boolean): Reply | Promise<Reply> {
  const args = checkArguments('find', command, new Map(), find.fields)
  const name = args.collection
  const source = findSource(request.store, request.db, name)
  const filter = args.doc('filter')
  if (isView(source)) {
    const stages: Doc[] = filter ? [new Map([['$match', filter]])] : []
    return runAggregate(request, name, stages, { explain: true, collation: args.value('collation') })
  }
  const prepared = prepareFind(request, args, source)
  let stage = describePlan(prepared.plan, filter)
  const { sort, skip, limit } = prepared
  if (sort && !isSorted(prepared.plan, sort))
    stage = { stage: 'SORT', sortPattern: sort, memLimit: 104_857_600, type: 'simple', inputStage: stage }
  if (skip > 0) stage = { stage: 'SKIP', skipAmount: skip, inputStage: stage }
  if (limit < Infinity) stage = { stage: 'LIMIT', limitAmount: limit, inputStage: stage }
  const projection = args.doc('projection')
  if (projection && projection.size > 0)
    stage = { stage: 'PROJECTION_DEFAULT', transformBy: projection, inputStage: stage }
  const execution = execute
    ? measure(request, (effort) => (source ? results(source, prepared, effort) : nothing()))
    : undefined
  return whenDone(execution, (done) => explainReply(request, `${request.db}.${name}`, filter, stage, done))
}

function explainFilter(
  request: Request,
  command: Doc,
  name: string,
  query: Doc | undefined,
  execute: boolean,
  kind = '',
): Reply | Promise<Reply> {
  const source = findSource(request.store, request.db, name)
  if (isView(source))
    return runAggregate(request, name, query ? [new Map([['$match', query]])] : [], {
      explain: true,
      collation: command.get('collation'),
    })
  const context = evalContext(request, source, command.get('collation'))
  const filter = compileFilter(query ?? new Map(), context)
  const sort = command.get('sort')
  const hint = command.get('hint') as string | Doc | undefined
  const plan: Plan = source
    ? choosePlan(source, { filter, hint, sort: isDoc(sort) ? sort : undefined, collation: context.collation })
    : { kind: 'nothing' }
  const removes = command.get('remove') === true
  const stage = wrap(removes ? 'delete' : kind, describePlan(plan, query))
  const run =
    (collection: Collection) =>
    (effort: Effort): Generator<unknown, void> =>
      runPlan(collection, plan, filter, context, effort)
  const execution = execute ? measure(request, source ? run(source) : nothing) : undefined
  return whenDone(execution, (done) => explainReply(request, `${request.db}.${name}`, query, stage, done))
}

function wrap(kind: string, inputStage: Record<string, unknown>): Record<string, unknown> {
  const stages: Record<string, string> = {
    update: 'UPDATE',
    delete: 'DELETE',
    count: 'COUNT',
    findAndModify: 'UPDATE',
    findandmodify: 'UPDATE',
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
