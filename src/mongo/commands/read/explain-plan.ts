import type { Collation } from '../../bson/collation.ts'
import { toDoc } from '../../bson/plain.ts'
import type { Doc } from '../../bson/value.ts'
import type { Collection } from '../../collection/collection.ts'
import type { Plan } from '../../plan/plan.ts'
import { describeBounds } from '../../plan/describe-bounds.ts'
import type { Effort } from '../../plan/run.ts'
import type { Request } from '../command.ts'
import { buildInformation } from '../server-information.ts'

/** A plan as explain shows it: the stages a server would name. */
export function describePlan(plan: Plan, filter: Doc | undefined): Record<string, unknown> {
  const filtered = filter && filter.size > 0 ? { filter } : {}
  switch (plan.kind) {
    case 'nothing':
      return { stage: 'EOF' }
    case 'scan':
      return { stage: 'COLLSCAN', ...filtered, direction: plan.reverse ? 'backward' : 'forward' }
    case 'id':
      return { stage: 'IDHACK', keyPattern: { _id: 1 }, indexName: '_id_', indexBounds: { _id: [] } }
    case 'index':
      return { stage: 'FETCH', ...(plan.exact ? {} : filtered), inputStage: describeScan(plan) }
    case 'or':
      return {
        stage: 'SUBPLAN',
        inputStage: {
          stage: 'FETCH',
          ...filtered,
          inputStage: {
            stage: 'OR',
            inputStages: plan.plans.map((one) =>
              one.kind === 'id' ? describePlan(one, undefined) : describeScan(one),
            ),
          },
        },
      }
  }
}

function describeScan({ index, bounds, reverse }: Extract<Plan, { kind: 'index' }>): Record<string, unknown> {
  const { spec } = index
  return {
    stage: 'IXSCAN',
    keyPattern: spec.document.get('key'),
    indexName: spec.name,
    ...(spec.collation ? { collation: spec.collation.spec } : {}),
    isMultiKey: index.multikey.includes(true),
    multiKeyPaths: Object.fromEntries(
      spec.fields.map(({ path }, at) => [path, index.multikey[at] ? [path] : []]),
    ),
    isUnique: spec.unique,
    isSparse: spec.sparse,
    isPartial: spec.partial !== undefined,
    indexVersion: 2,
    direction: reverse ? 'backward' : 'forward',
    indexBounds: describeBounds(index, bounds, reverse),
  }
}

export interface Execution {
  readonly returned: number
  readonly milliseconds: number
  readonly effort: Effort
}

/** What was asked for, as explain repeats it. */
export interface Asked {
  readonly namespace: string
  readonly filter: Doc | undefined
  readonly collation: Collation | undefined
}

function parsed({ namespace, filter, collation }: Asked): Record<string, unknown> {
  return {
    namespace,
    parsedQuery: filter ?? {},
    ...(collation ? { collation: collation.spec } : {}),
    indexFilterSet: false,
  }
}

/** What explain answers about a read. */
export function explainReply(
  request: Request,
  asked: Asked,
  stage: Record<string, unknown>,
  execution: Execution | undefined,
): Doc {
  const stages = execution
    ? {
        executionStats: {
          executionSuccess: true,
          nReturned: execution.returned,
          executionTimeMillis: Math.round(execution.milliseconds),
          totalKeysExamined: execution.effort.keys,
          totalDocsExamined: execution.effort.docs,
          executionStages: { ...stage, nReturned: execution.returned },
        },
      }
    : {}
  return toDoc({
    explainVersion: '1',
    queryPlanner: {
      ...parsed(asked),
      maxIndexedOrSolutionsReached: false,
      maxIndexedAndSolutionsReached: false,
      maxScansToExplodeReached: false,
      winningPlan: stage,
      rejectedPlans: [],
    },
    ...stages,
    command: request.body.get('explain') ?? request.body,
    ...serverInfo(),
    serverParameters: {},
  })
}

/** A pipeline: the plan its beginning is read by, then its stages as they came. */
export function explainPipeline(
  request: Request,
  asked: Asked,
  stages: readonly Doc[],
  collection: Collection | undefined,
  plan: Plan,
): Doc {
  const { filter: match } = asked
  const winningPlan = describePlan(plan, match)
  const queryPlanner = { ...parsed(asked), winningPlan, rejectedPlans: [] }
  if (stages.length === 0 || (stages.length === 1 && match))
    return explainReply(request, asked, winningPlan, undefined)
  const rest = match && stages[0]?.has('$match') ? stages.slice(1) : stages
  const first = collection ? [{ $cursor: { queryPlanner } }] : []
  return toDoc({
    explainVersion: '1',
    stages: [...first, ...rest],
    queryPlanner,
    command: request.body.get('explain') ?? request.body,
    ...serverInfo(),
  })
}

function serverInfo(): Record<string, unknown> {
  const { version, gitVersion } = buildInformation()
  return { serverInfo: { host: 'localhost', port: 0, version, gitVersion } }
}
