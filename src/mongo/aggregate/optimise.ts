import { isDoc } from '../bson/value.ts'
import type { Doc, Value } from '../bson/value.ts'
import { integerOf } from '../expression/number.ts'
import { leavesAlone, pathsOf } from './paths.ts'
import { TOP } from './stage/sort.ts'

type Named = readonly [name: string, spec: Value]

/** Stages that give one document for each they get, in the same order. */
const ONE_TO_ONE = new Set(['$project', '$addFields', '$set', '$unset', '$replaceRoot', '$replaceWith'])

/**
 * Reorders a checked pipeline without changing what it gives: filters move towards the source where nothing between
 * changes what they look at, neighbouring filters become one, limits move to the sort they cut.
 */
export function optimise(pipeline: readonly Named[]): Named[] {
  let stages = [...pipeline]
  stages = sinkMatches(stages)
  stages = mergeMatches(stages)
  stages = advanceLimits(stages)
  return joinTop(stages)
}

function sinkMatches(stages: readonly Named[]): Named[] {
  const placed: Named[] = []
  for (const stage of stages) {
    if (stage[0] !== '$match' || !isDoc(stage[1])) {
      placed.push(stage)
      continue
    }
    for (const condition of splitConditions(stage[1])) {
      placed.splice(placeOf(condition, placed), 0, ['$match', condition])
    }
  }
  return placed
}

/** How far towards the source a filter may move: behind the filters that were here first. */
function placeOf(condition: Doc, placed: readonly Named[]): number {
  const paths = pathsOf(condition)
  if (!paths) return placed.length
  let index = placed.length
  for (; index > 0; index--) {
    const [name, spec] = placed[index - 1] as Named
    if (name !== '$match' && !leavesAlone(name, spec, paths)) break
  }
  while (placed[index]?.[0] === '$match') index++
  return index
}

function splitConditions(filter: Doc): Doc[] {
  if (filter.size <= 1) return [filter]
  return [...filter].map((entry) => new Map([entry]))
}

function mergeMatches(stages: readonly Named[]): Named[] {
  const merged: Named[] = []
  for (const stage of stages) {
    const last = merged.at(-1)
    if (stage[0] === '$match' && last?.[0] === '$match') {
      merged[merged.length - 1] = ['$match', both(last[1] as Doc, stage[1] as Doc)]
    } else merged.push(stage)
  }
  return merged
}

/** One filter for two; plain fields side by side where no name comes twice. */
function both(left: Doc, right: Doc): Doc {
  const distinct = [...right.keys()].every((name) => !left.has(name))
  if (distinct) return new Map([...left, ...right])
  const [only] = left.keys()
  const and = left.get('$and')
  if (left.size === 1 && only === '$and' && Array.isArray(and)) return new Map([['$and', [...and, right]]])
  return new Map([['$and', [left, right]]])
}

function advanceLimits(stages: readonly Named[]): Named[] {
  const placed: Named[] = []
  for (const stage of stages) {
    let index = placed.length
    if (stage[0] === '$limit' || stage[0] === '$skip') {
      while (index > 0 && ONE_TO_ONE.has((placed[index - 1] as Named)[0])) index--
    }
    placed.splice(index, 0, stage)
  }
  return placed
}

/** `$sort, $limit` and `$sort, $skip, $limit` need the first documents of the order only. */
function joinTop(stages: readonly Named[]): Named[] {
  const joined: Named[] = []
  for (let index = 0; index < stages.length; index++) {
    const stage = stages[index] as Named
    const next = stages[index + 1]
    const after = stages[index + 2]
    const skip = next?.[0] === '$skip' ? integerOf(next[1]) : 0n
    const limit =
      next?.[0] === '$limit' ? next : next?.[0] === '$skip' && after?.[0] === '$limit' ? after : undefined
    const most = limit ? integerOf(limit[1]) : undefined
    if (stage[0] === '$sort' && isDoc(stage[1]) && skip !== undefined && most !== undefined) {
      joined.push([
        TOP,
        new Map<string, Value>([
          ['sort', stage[1]],
          ['limit', skip + most],
        ]),
      ])
    } else joined.push(stage)
  }
  return joined
}
