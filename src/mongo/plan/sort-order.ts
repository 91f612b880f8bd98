import type { Doc } from '../bson/value.ts'
import { isNumber, Double } from '../bson/value.ts'
import type { Index } from '../index/index-state.ts'
import { EVERYTHING } from './interval.ts'
import type { Bounds } from './bounds.ts'

/**
 * Whether an index, read within its bounds, gives the order of a sort: forward, backward or not at all.
 * Fields held to one point have no say; a field with arrays has several places and so no order.
 */
export function indexOrder(index: Index, bounds: Bounds, sort: Doc): 'forward' | 'backward' | undefined {
  if (index.long || index.spec.collation) return undefined
  const { fields } = index.spec
  const fixed = (at: number): boolean => {
    const list = bounds.intervals[at]
    return list?.length === 1 && list[0] !== EVERYTHING && list[0]?.point === true
  }
  const fixedPaths = new Set(
    fields.flatMap(({ path }, at) => (fixed(at) && !index.multikey[at] ? [path] : [])),
  )
  let direction: 1 | -1 | undefined
  let at = 0
  for (const [path, order] of sort) {
    if (!isNumber(order)) return undefined
    if (fixedPaths.has(path)) continue
    while (at < fields.length && fixed(at) && fields[at]?.path !== path) at++
    const field = fields[at]
    if (!field || field.path !== path || index.multikey[at]) return undefined
    const wanted = Number(order instanceof Double ? order.value : order) < 0 ? -1 : 1
    const needed = wanted === field.direction ? 1 : -1
    direction ??= needed
    if (direction !== needed) return undefined
    at++
  }
  return direction === -1 ? 'backward' : 'forward'
}
