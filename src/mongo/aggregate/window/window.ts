import { compareValues } from '../../bson/compare.ts'
import type { EvalContext } from '../../bson/context.ts'
import { fail } from '../../bson/errors.ts'
import { addNumbers, asInteger } from '../../bson/numeric.ts'
import { printElement } from '../../bson/print.ts'
import { isDoc, isNumber } from '../../bson/value.ts'
import type { Doc, Numeric, Value } from '../../bson/value.ts'
import { UTC } from '../../expression/date/time-zone.ts'
import { dateOf, instantOf } from '../../expression/date/to-date.ts'
import { addUnits, readUnit } from '../../expression/date/unit.ts'
import type { TimeUnit } from '../../expression/date/unit.ts'
import { typeOf } from '../../expression/missing.ts'
import { compileExpression } from '../../expression/compile.ts'
import { valueOf } from '../../expression/constant.ts'
import { int32Of } from '../../expression/number.ts'
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
export function compileWindow(
  window: Value | undefined,
  ordering: Ordering,
  context: EvalContext,
): FindBounds {
  if (window === undefined) return WHOLE
  if (!isDoc(window)) return refuse("'window' field must be an object")
  const documents = window.get('documents')
  const range = window.get('range')
  const unit = window.get('unit')
  if (documents !== undefined && range !== undefined) {
    refuse("Window bounds can specify either 'documents' or 'unit', not both.")
  }
  if (range !== undefined) return byRange(window, range, unit, ordering, context)
  if (unit !== undefined) refuse("Window bounds can only specify 'unit' with range-based bounds.")
  if (documents !== undefined) return byDocuments(window, documents, ordering, context)
  if (window.size > 0) {
    const words =
      "'window' field can only contain 'documents' as the only argument or 'range' with an optional"
    refuse(`${words} 'unit' field`)
  }
  return WHOLE
}

function refuse(words: string): never {
  return fail(FAILED_TO_PARSE, words)
}

/** Two bounds: words, or constants that `check` lets through. */
function readBounds(
  name: string,
  value: Value,
  context: EvalContext,
  check: (bound: Value | undefined) => Numeric,
): [lower: Bound, upper: Bound] {
  if (!Array.isArray(value) || value.length !== 2) {
    return refuse(`Window bounds must be a 2-element array: ${printElement(name, value)}`)
  }
  return value.map((bound) => {
    if (bound === 'unbounded' || bound === 'current') return bound
    if (typeof bound === 'string') refuse("Window bounds must be 'unbounded', 'current', or a number.")
    const expression = compileExpression(bound, context)
    if (!expression.constant) refuse('Window bounds expression must be a constant.')
    return check(valueOf(expression))
  }) as [Bound, Bound]
}

function checkForward([lower, upper]: readonly [Bound, Bound]): void {
  if (lower === 'unbounded' || upper === 'unbounded') return
  const from = lower === 'current' ? 0 : lower
  const to = upper === 'current' ? 0 : upper
  if (compareValues(from, to) <= 0) return
  fail(5339900, `Lower bound must not exceed upper bound: [${printValue(from)}, ${printValue(to)}]`)
}

function readInt32(value: Value | undefined, words: string): number {
  return int32Of(value) ?? refuse(words)
}

function byDocuments(window: Doc, value: Value, ordering: Ordering, context: EvalContext): FindBounds {
  if (window.size > 1) refuse("'window' field that specifies documents cannot have other fields")
  const bounds = readBounds('documents', value, context, (bound) =>
    readInt32(bound, 'Numeric document-based bounds must be an integer'),
  )
  checkForward(bounds)
  const [from, to] = bounds.map((bound) =>
    bound === 'unbounded' ? undefined : bound === 'current' ? 0 : Number(bound),
  )
  if (ordering.fields === 0 && (from !== undefined || to !== undefined)) {
    fail(5339901, 'Document-based bounds require a sortBy')
  }
  return ({ docs }, index) => [
    from === undefined ? 0 : Math.max(0, index + from),
    to === undefined ? docs.length - 1 : Math.min(docs.length - 1, index + to),
  ]
}

function checkNumber(bound: Value | undefined): Numeric {
  return isNumber(bound) ? bound : refuse('Range-based bounds expression must be a number')
}

function byRange(
  window: Doc,
  value: Value,
  unitValue: Value | undefined,
  ordering: Ordering,
  context: EvalContext,
): FindBounds {
  const other = unitValue === undefined ? 'unit' : 'range'
  if (window.size > (unitValue === undefined ? 1 : 2)) {
    refuse(
      `'window' field that specifies ${other === 'unit' ? 'range' : 'unit'} cannot have other fields besides '${other}'`,
    )
  }
  if (unitValue !== undefined && typeof unitValue !== 'string') refuse("'unit' must be a string")
  const bounds = readBounds('range', value, context, (bound) =>
    unitValue === undefined
      ? checkNumber(bound)
      : readInt32(bound, "With 'unit', range-based bounds must be an integer"),
  )
  checkForward(bounds)
  const [lower, upper] = bounds
  const unit = unitValue === undefined ? undefined : readUnit(unitValue)
  if (ordering.fields !== 1) fail(5339902, 'Range-based bounds require sortBy a single field')
  if (!ordering.ascending) fail(8947401, 'Range-based bounds require an ascending sortBy')
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
