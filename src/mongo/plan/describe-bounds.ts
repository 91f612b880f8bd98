import { printBson } from '../bson/print.ts'
import type { Index } from '../index/index-state.ts'
import type { Bounds } from './bounds.ts'
import { EVERYTHING } from './interval.ts'

/** The bounds of a scan as explain shows them: for each field the conditions it was narrowed by. */
export function describeBounds(
  { spec }: Index,
  { intervals, predicates }: Bounds,
  reverse: boolean,
): Record<string, string[]> {
  return Object.fromEntries(
    spec.fields.map(({ path, direction }, at) => {
      const backward = (direction === -1) !== reverse
      const all = backward ? '[MaxKey, MinKey]' : '[MinKey, MaxKey]'
      if (intervals[at]?.[0] === EVERYTHING) return [path, [all]]
      const shown = predicates
        .filter((one) => one.path === path)
        .flatMap(({ node }) => describe(node.operator, node.operand))
      return [path, shown.length > 0 ? shown : [all]]
    }),
  )
}

function describe(operator: string, operand: Parameters<typeof printBson>[0]): string[] {
  const shown = printBson(operand)
  switch (operator) {
    case '$eq':
      return [`[${shown}, ${shown}]`]
    case '$in':
      return Array.isArray(operand) ? operand.map((one) => `[${printBson(one)}, ${printBson(one)}]`) : []
    case '$gt':
      return [`(${shown}, inf]`]
    case '$gte':
      return [`[${shown}, inf]`]
    case '$lt':
      return [`[-inf, ${shown})`]
    case '$lte':
      return [`[-inf, ${shown}]`]
    default:
      return [`${operator} ${shown}`]
  }
}
