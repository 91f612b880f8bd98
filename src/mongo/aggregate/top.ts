import type { Value } from '../bson/value.ts'
import type { Accumulator } from '../expression/accumulate/accumulator.ts'
import type { SortPattern } from '../expression/sort-pattern.ts'

/**
 * `$top`, `$topN` (direction 1), `$bottom` and `$bottomN` (-1): takes pairs of a sort key and an output. The bottom
 * is the end of the same order, so what comes out of it is still sorted by the pattern.
 */
export function makeTop(count: number, pattern: SortPattern, direction: 1 | -1, many: boolean): Accumulator {
  let pairs: [key: Value[], output: Value][] = []
  const cut = (): void => {
    pairs.sort(([left], [right]) => pattern.compareKeys(left, right))
    pairs = direction === 1 ? pairs.slice(0, count) : pairs.slice(-count)
  }
  return {
    add(pair) {
      pairs.push(pair as [Value[], Value])
      if (pairs.length > 2 * count + 32) cut()
    },
    result() {
      cut()
      const outputs = pairs.map(([, output]) => output)
      return many ? outputs : (outputs[0] ?? null)
    },
  }
}
