import { isIndex } from '../bson/path.ts'
import type { Index } from '../index/index-state.ts'
import { indexPrefix, MAX_INDEX_KEY, successor } from '../storage/keys.ts'
import { EVERYTHING, intersect, invert, type Interval } from './interval.ts'
import { intervalsFor, isExact } from './predicate-intervals.ts'
import type { PathPredicate } from './predicates.ts'

/** Prefixes times points beyond this are scanned as one stretch. */
const MAX_RANGES = 5000
const WHOLE_KEY = MAX_INDEX_KEY - 32

export interface Range {
  readonly from: Buffer
  readonly to: Buffer
}

/** What of an index a filter needs. */
export interface Bounds {
  /** By field; a field the filter does not narrow has one interval, everything. */
  readonly intervals: readonly (readonly Interval[])[]
  readonly predicates: readonly PathPredicate[]
  /** How many leading fields are points, and whether a stretch follows. */
  readonly points: number
  readonly stretch: boolean
}

/** Matches the predicates of a filter to the fields of an index. */
export function boundsOf(index: Index, predicates: readonly PathPredicate[]): Bounds {
  const used: PathPredicate[] = []
  const intervals: (readonly Interval[])[] = []
  const { fields } = index.spec
  let points = 0
  let open = true
  let stretch = false
  const arrays = new Map<string, PathPredicate['group']>()
  for (const [at, field] of fields.entries()) {
    const many = index.multikey[at] === true
    const top = field.parts[0] as string
    const found =
      open && !field.parts.some(isIndex)
        ? fieldIntervals(index, field.path, predicates, many, arrays, top)
        : undefined
    if (!found) {
      intervals.push([EVERYTHING])
      open = false
      continue
    }
    intervals.push(found.intervals)
    used.push(...found.used)
    if (many) arrays.set(top, found.group)
    if (found.intervals.every(({ point }) => point)) {
      points++
    } else {
      stretch = true
      open = false
    }
  }
  return { intervals, predicates: used, points, stretch }
}

/** Whether an index scan finds what the filter wants and nothing more. */
export function isExactFor(
  index: Index,
  bounds: Bounds,
  count: number,
  predicates: readonly PathPredicate[],
): boolean {
  return (
    !index.long &&
    count === predicates.length &&
    bounds.predicates.length === count &&
    bounds.predicates.every(({ node }) => isExact(node)) &&
    new Set(bounds.predicates.map(({ path }) => path)).size === count
  )
}

function fieldIntervals(
  index: Index,
  path: string,
  predicates: readonly PathPredicate[],
  many: boolean,
  arrays: ReadonlyMap<string, PathPredicate['group']>,
  top: string,
): { intervals: Interval[]; used: PathPredicate[]; group: PathPredicate['group'] } | undefined {
  const { collation } = index.spec
  const candidates = predicates
    .filter((predicate) => predicate.path === path)
    .map((predicate) => ({ predicate, intervals: intervalsFor(predicate.node, collation) }))
    .filter(
      (candidate): candidate is { predicate: PathPredicate; intervals: Interval[] } =>
        candidate.intervals !== undefined,
    )
  if (candidates.length === 0) return undefined
  if (!many) {
    let all: Interval[] = [EVERYTHING]
    for (const { intervals } of candidates) all = intersect(all, intervals)
    return { intervals: all, used: candidates.map(({ predicate }) => predicate), group: undefined }
  }
  // Entries of one array stand apart: two conditions may be met by two elements, unless one $elemMatch holds them.
  const earlier = arrays.has(top)
  const group = arrays.get(top)
  const allowed = earlier
    ? candidates.filter(({ predicate }) => group && predicate.group === group)
    : candidates
  const best = allowed.toSorted((a, b) => rank(a.intervals) - rank(b.intervals))[0]
  if (!best) return undefined
  return { intervals: best.intervals, used: [best.predicate], group: best.predicate.group }
}

function rank(intervals: readonly Interval[]): number {
  return intervals.every(({ point }) => point) ? intervals.length : 1e6
}

/** The stretches of storage keys the bounds stand for, in the order of the index. */
export function rangesOf(index: Index, { intervals }: Bounds): Range[] {
  const { fields } = index.spec
  let prefixes: Buffer[] = [indexPrefix(index.ident)]
  for (const [at, list] of intervals.entries()) {
    const ordered = fields[at]?.direction === -1 ? list.map(invert).toReversed() : list
    if (list[0] === EVERYTHING) break
    const points = ordered.every(({ point }) => point)
    if (points && prefixes.length * ordered.length <= MAX_RANGES) {
      prefixes = prefixes.flatMap((prefix) => ordered.map(({ low }) => Buffer.concat([prefix, low])))
      continue
    }
    const parts = prefixes.length * ordered.length <= MAX_RANGES ? ordered : hull(ordered)
    return prefixes.flatMap((prefix) => parts.map(({ low, high }) => range(prefix, low, high)))
  }
  return prefixes.map((prefix) => range(prefix, undefined, undefined))
}

function hull(intervals: readonly Interval[]): Interval[] {
  const [first, last] = [intervals[0], intervals.at(-1)]
  return first && last ? [{ low: first.low, high: last.high, point: false }] : []
}

function range(prefix: Buffer, low: Buffer | undefined, high: Buffer | undefined): Range {
  const from = low ? Buffer.concat([prefix, low]) : prefix
  const to = high ? Buffer.concat([prefix, high]) : successor(cut(prefix))
  return { from: cut(from), to: to.length > WHOLE_KEY ? successor(cut(to)) : to }
}

/** Long keys are kept as their beginning and a hash: bounds stop before it. */
function cut(bytes: Buffer): Buffer {
  return bytes.length > WHOLE_KEY ? bytes.subarray(0, WHOLE_KEY) : bytes
}
