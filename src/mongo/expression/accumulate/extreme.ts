import type { Collation } from '../../bson/collation.ts'
import { compareValues } from '../../bson/compare.ts'
import type { Value } from '../../bson/value.ts'
import { isNullish } from '../missing.ts'
import type { Accumulator } from './accumulator.ts'

/** `$min` (direction 1) and `$max` (-1); null and missing do not take part. */
export function makeExtreme(direction: 1 | -1, collation: Collation | undefined): Accumulator {
  let best: Value = null
  return {
    add(value) {
      if (isNullish(value)) return
      if (best === null || compareValues(value, best, collation) * direction < 0) best = value
    },
    result: () => best,
  }
}

/** `$minN` and `$maxN`: the n first in order, ties in the order they came. */
export function makeExtremes(
  direction: 1 | -1,
  count: number,
  collation: Collation | undefined,
): Accumulator {
  const best: Value[] = []
  return {
    add(value) {
      if (isNullish(value)) return
      const last = best.at(-1)
      const full = best.length >= count
      if (full && last !== undefined && compareValues(value, last, collation) * direction >= 0) return
      let index = best.length
      while (index > 0 && compareValues(value, best[index - 1], collation) * direction < 0) index--
      best.splice(index, 0, value)
      if (best.length > count) best.pop()
    },
    result: () => [...best],
  }
}
