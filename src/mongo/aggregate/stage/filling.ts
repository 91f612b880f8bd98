import { compareValues } from '../../bson/compare.ts'
import { fail } from '../../bson/errors.ts'
import { addNumbers, asInteger, isZero, remainder, subtractNumbers } from '../../bson/numeric.ts'
import type { Doc, Numeric, Value } from '../../bson/value.ts'
import { UTC } from '../../expression/date/time-zone.ts'
import { dateOf, requireInstant } from '../../expression/date/to-date.ts'
import { addUnits } from '../../expression/date/unit.ts'
import type { TimeUnit } from '../../expression/date/unit.ts'
import { valueAt, withValue } from '../nested.ts'

/** mongod's own limit of documents that one stage may make. */
const MOST_MADE = 500_000

/** The steps between the values of a field that is made dense. */
export interface Grid {
  readonly step: Numeric
  readonly unit: TimeUnit | undefined
}
/** From the least value to the greatest, of all or of each partition; or from one value up to another. */
export type BoundsSpec = 'full' | 'partition' | readonly [low: Value, high: Value]

/** The value one step above. */
function above(value: Value, { step, unit }: Grid): Value {
  if (unit === undefined) return addNumbers(value as Numeric, step)
  return dateOf(addUnits(requireInstant(value), unit, asInteger(step) ?? 1, UTC))
}

/** Whether a value lies a whole number of steps above another. */
function isOnGrid(value: Value, base: Value, grid: Grid): boolean {
  if (grid.unit === undefined) {
    return isZero(remainder(subtractNumbers(value as Numeric, base as Numeric), grid.step))
  }
  let next = base
  while (compareValues(next, value) < 0) next = above(next, grid)
  return compareValues(next, value) === 0
}

/** One partition: the fields its documents share, and the last value of its grid that it has. */
interface Partition {
  readonly base: Doc
  last: Value | undefined
}

export interface Filling {
  /** The documents missing before one. */
  before(doc: Doc, value: Value, key: string): Generator<Doc>
  /** Those missing behind the last of each partition. */
  rest(): Generator<Doc>
}

/**
 * Fills gaps in documents that come in order: by their partitions, or for bounds that are `full` by their values alone,
 * so that the least and the greatest of all are known before what is missing at the ends of a partition is made.
 */
export function makeFilling(
  path: readonly string[],
  partitionPaths: readonly (readonly string[])[],
  grid: Grid,
  bounds: BoundsSpec,
): Filling {
  const partitions = new Map<string, Partition>()
  let made = 0
  let least: Value | undefined
  let greatest: Value | undefined
  let current: Partition | undefined

  const explicit = Array.isArray(bounds) ? (bounds as readonly [Value, Value]) : undefined
  const startOf = (partition: Partition): Value | undefined =>
    partition.last === undefined ? (explicit?.[0] ?? least) : above(partition.last, grid)

  function baseOf(doc: Doc): Doc {
    let base: Doc = new Map()
    for (const each of partitionPaths) {
      const value = valueAt(doc, each)
      if (value !== undefined) base = withValue(base, each, value)
    }
    return base
  }

  function* fill(partition: Partition, end: Value): Generator<Doc> {
    let next = startOf(partition)
    while (next !== undefined && compareValues(next, end) < 0) {
      if (++made > MOST_MADE) {
        const words = `Generated ${made} documents in $densify, which is over the limit of ${MOST_MADE}.`
        const advice =
          "Increase the 'internalQueryMaxAllowedDensifyDocs' parameter to allow more generated documents"
        fail(5897900, `${words} ${advice}`)
      }
      yield withValue(partition.base, path, next)
      partition.last = next
      next = above(next, grid)
    }
  }

  return {
    *before(doc, value, key) {
      const found = partitions.get(key)
      const partition = found ?? { base: baseOf(doc), last: undefined }
      current = partition
      if (!found) partitions.set(key, partition)
      const isFirst = least === undefined
      least ??= value
      greatest = value
      if (explicit) {
        if (compareValues(value, explicit[0]) < 0) return
        yield* fill(partition, compareValues(value, explicit[1]) < 0 ? value : explicit[1])
      } else if (!found && (isFirst || bounds === 'partition')) {
        partition.last = value
        return
      } else yield* fill(partition, value)
      const next = startOf(partition)
      if (next !== undefined && compareValues(next, value) === 0) partition.last = value
    },
    *rest() {
      if (bounds === 'partition') return
      if (explicit) {
        if (partitions.size === 0 && partitionPaths.length === 0) {
          partitions.set('', { base: new Map(), last: undefined })
        }
        for (const partition of partitions.values()) yield* fill(partition, explicit[1])
      } else if (greatest !== undefined && partitionPaths.length > 0) {
        const last = current?.last
        const ends = last !== undefined && isOnGrid(greatest, last, grid)
        const end = ends ? above(greatest, grid) : greatest
        for (const partition of partitions.values()) yield* fill(partition, end)
      }
    },
  }
}
