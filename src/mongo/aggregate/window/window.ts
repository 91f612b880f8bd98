import { compareValues } from '../../bson/compare.ts'
import { fail } from '../../bson/errors.ts'
import { addNumbers, asInteger } from '../../bson/numeric.ts'
import { isDoc, isNumber } from '../../bson/value.ts'
import type { Doc, Numeric, Value } from '../../bson/value.ts'
import { UTC } from '../../expression/date/time-zone.ts'
import { dateOf, instantOf } from '../../expression/date/to-date.ts'
import { addUnits, parseUnit } from '../../expression/date/unit.ts'
import type { TimeUnit } from '../../expression/date/unit.ts'
import { typeOf } from '../../expression/missing.ts'
import { printValue } from '../../expression/print.ts'

/** A sorted partition, with the value each document is sorted by where there is one sort field. */
export interface Partition {
  readonly docs: readonly Doc[]
  readonly sortValues: readonly Value[]
}

/** The positions of a document's window, both ends included; empty when the first is beyond the last. */
export type Bounds = readonly [first: number, last: number]
export type FindBounds = (partition: Partition, index: number) => Bounds

type Bound = 'unbounded' | 'current' | Numeric

const FAILED_TO_PARSE = 9

/** What a window function may know of the stage it stands in. */
export interface Ordering {
  readonly fields: number
  readonly ascending: boolean
}

export const WHOLE: FindBounds = ({ docs }) => [0, docs.length - 1]

/** Compiles `{documents: [-1, 0]}` or `{range: [-1, 0], unit: 'hour'}`. */
export function compileWindow(window: Value | undefined, ordering: Ordering): FindBounds {
  if (window === undefined) return WHOLE
  if (!isDoc(window)) return fail(FAILED_TO_PARSE, "'window' field must be an object")
  for (const name of window.keys()) {
    if (!['documents', 'range', 'unit'].includes(name)) {
      fail(
        FAILED_TO_PARSE,
        `'window' field can only contain 'documents' as the only argument or 'range' with an optional 'unit' field`,
      )
    }
  }
  const documents = window.get('documents')
  const range = window.get('range')
  if (documents !== undefined && (range !== undefined || window.has('unit'))) {
    fail(FAILED_TO_PARSE, "Window bounds can specify either 'documents' or 'unit', not both.")
  }
  if (documents !== undefined) return byDocuments(readBounds(documents, 'documents'), ordering)
  if (range !== undefined) return byRange(readBounds(range, 'range'), window.get('unit'), ordering)
  if (window.has('unit'))
    fail(FAILED_TO_PARSE, "Window bounds can only specify 'unit' with range-based bounds.")
  return WHOLE
}

function readBounds(value: Value, what: string): [lower: Bound, upper: Bound] {
  if (!Array.isArray(value) || value.length !== 2) {
    return fail(FAILED_TO_PARSE, `Window bounds must be a 2-element array: ${what}: ${printValue(value)}`)
  }
  return value.map((bound) => {
    if (bound === 'unbounded' || bound === 'current' || isNumber(bound)) return bound
    return fail(
      FAILED_TO_PARSE,
      `Window bounds must be 'unbounded', 'current', or a number: ${printValue(bound)}`,
    )
  }) as [Bound, Bound]
}

function byDocuments([lower, upper]: [Bound, Bound], ordering: Ordering): FindBounds {
  const offset = (bound: Bound): number | undefined => {
    if (bound === 'unbounded') return undefined
    if (bound === 'current') return 0
    return asInteger(bound) ?? fail(FAILED_TO_PARSE, 'Numeric document-based bounds must be an integer')
  }
  const from = offset(lower)
  const to = offset(upper)
  if (ordering.fields === 0 && (from !== undefined || to !== undefined)) {
    fail(5339901, 'Document-based bounds require a sortBy')
  }
  if (from !== undefined && to !== undefined && from > to) {
    fail(5339900, 'Lower bound must not exceed upper bound')
  }
  return ({ docs }, index) => [
    from === undefined ? 0 : Math.max(0, index + from),
    to === undefined ? docs.length - 1 : Math.min(docs.length - 1, index + to),
  ]
}

function byRange(
  [lower, upper]: [Bound, Bound],
  unitValue: Value | undefined,
  ordering: Ordering,
): FindBounds {
  if (ordering.fields !== 1 || !ordering.ascending) {
    fail(5339902, 'Range-based bounds require sortBy a single field')
  }
  const unit = unitValue === undefined ? undefined : parseUnit(unitValue, 'window')
  return ({ docs, sortValues }, index) => {
    const value = sortValues[index] as Value
    const low = edge(lower, value, unit)
    const high = edge(upper, value, unit)
    // The partition is sorted, so both ends are found by halving.
    const first = low === undefined ? 0 : search(sortValues, (each) => compareValues(each, low) < 0)
    const last =
      high === undefined ? docs.length - 1 : search(sortValues, (each) => compareValues(each, high) <= 0) - 1
    return [first, last]
  }
}

function edge(bound: Bound, value: Value, unit: TimeUnit | undefined): Value | undefined {
  if (bound === 'unbounded') return undefined
  if (bound === 'current') return value
  if (unit === undefined) {
    if (isNumber(value)) return addNumbers(value, bound)
    const found = typeOf(value)
    return fail(5429414, `Invalid range: Expected the sortBy field to be a number, but it was ${found}`)
  }
  const instant = value instanceof Date ? instantOf(value) : undefined
  if (instant === undefined) {
    return fail(5429513, `Invalid range: Expected the sortBy field to be a Date, but it was ${typeOf(value)}`)
  }
  const amount =
    asInteger(bound) ?? fail(FAILED_TO_PARSE, "With 'unit', range-based bounds must be an integer")
  return dateOf(addUnits(instant, unit, amount, UTC))
}

/** How many leading values satisfy a condition that holds for a beginning of them. */
function search(values: readonly Value[], holds: (value: Value) => boolean): number {
  let low = 0
  let high = values.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(values[middle] as Value)) low = middle + 1
    else high = middle
  }
  return low
}
