import { deserialize } from 'bson'
import type { Db } from 'mongodb'
import { PLUMBING } from './query-shape.ts'
import type { QueryRun } from './record.ts'

/** The commands a server can explain. */
export const EXPLAINABLE: ReadonlySet<string> = new Set([
  'find',
  'aggregate',
  'count',
  'distinct',
  'update',
  'delete',
  'findAndModify',
])

/** What of a command is for its cursor or its write, and no part of what is explained. */
const NOT_EXPLAINED = new Set(['cursor', 'writeConcern', 'readConcern', 'maxTimeMS', 'ordered'])

/** How the database went about a command. */
export interface Explanation {
  /** The stages of the plan, outermost first: `FETCH`, `IXSCAN slug_1`. */
  readonly stages: readonly string[]
  readonly collectionScan: boolean
  readonly returned: number | undefined
  readonly keysExamined: number | undefined
  readonly documentsExamined: number | undefined
  /** All of the answer. */
  readonly answer: Record<string, unknown>
}

/**
 * Asks the database how it would carry out a remembered command. Writes are planned, not made.
 *
 * @throws what the database says against it
 */
export async function explainQuery(db: Db, query: QueryRun): Promise<Explanation> {
  if (query.bson === undefined) throw new Error(`A ${query.command} cannot be explained.`)
  const command = Object.fromEntries(
    Object.entries(deserialize(query.bson, { promoteValues: false })).filter(
      ([name]) => !PLUMBING.has(name) && (!NOT_EXPLAINED.has(name) || needsCursor(query, name)),
    ),
  )
  const isWrite = ['update', 'delete', 'findAndModify'].includes(query.command)
  const verbosity = isWrite ? 'queryPlanner' : 'executionStats'
  const answer = await db.client.db(query.database).command({ explain: command, verbosity })
  return { ...readPlan(answer), answer: trim(answer) }
}

/** An aggregate without `cursor` is refused. */
function needsCursor({ command }: QueryRun, name: string): boolean {
  return command === 'aggregate' && name === 'cursor'
}

interface Stage {
  stage?: string
  indexName?: string
  inputStage?: Stage
  inputStages?: Stage[]
  queryPlan?: Stage
}

interface Planner {
  winningPlan?: Stage
}

interface Statistics {
  nReturned?: number
  totalKeysExamined?: number
  totalDocsExamined?: number
}

type Answer = {
  queryPlanner?: Planner
  executionStats?: Statistics
  stages?: { $cursor?: Answer }[]
}

function readPlan(given: unknown): Omit<Explanation, 'answer'> {
  const outer = given as Answer
  // An aggregation's first stage holds the plan of what it reads.
  const answer = outer.queryPlanner ? outer : (outer.stages?.[0]?.$cursor ?? outer)
  const winning = answer.queryPlanner?.winningPlan
  const stages = winning ? stagesOf(winning.queryPlan ?? winning) : []
  const { nReturned, totalKeysExamined, totalDocsExamined } = answer.executionStats ?? {}
  return {
    stages,
    collectionScan: stages.some((stage) => stage.startsWith('COLLSCAN')),
    returned: nReturned,
    keysExamined: totalKeysExamined,
    documentsExamined: totalDocsExamined,
  }
}

function stagesOf({ stage = '', indexName, inputStage, inputStages = [] }: Stage): string[] {
  const inner = [...(inputStage ? [inputStage] : []), ...inputStages]
  return [indexName === undefined ? stage : `${stage} ${indexName}`, ...inner.flatMap(stagesOf)]
}

/** Without what tells of the server and not of the command. */
function trim({ ...answer }: Record<string, unknown>): Record<string, unknown> {
  for (const name of ['serverInfo', 'serverParameters', '$clusterTime', 'operationTime', 'ok', 'command'])
    delete answer[name]
  return answer
}
