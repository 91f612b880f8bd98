import { compareValues, hashKey } from '../../bson/compare.ts'
import { fail } from '../../bson/errors.ts'
import { addNumbers, asInteger, multiplyNumbers } from '../../bson/numeric.ts'
import { isNumber } from '../../bson/value.ts'
import type { Doc, Numeric, Value } from '../../bson/value.ts'
import { UTC } from '../../expression/date/time-zone.ts'
import { dateOf, requireInstant } from '../../expression/date/to-date.ts'
import { addUnits, parseUnit } from '../../expression/date/unit.ts'
import type { TimeUnit } from '../../expression/date/unit.ts'
import { splitPath } from '../../expression/field-path.ts'
import { isNullish, typeOf } from '../../expression/missing.ts'
import { bounded } from '../../spill/bounded.ts'
import { PAUSE } from '../../turn/pause.ts'
import { valueAt, withValue } from '../nested.ts'
import { requireDoc } from '../spec.ts'
import type { CompileStage } from '../types.ts'

/** mongod's own limit of documents that one stage may make. */
const MOST_MADE = 500_000

interface Grid {
  readonly step: Numeric
  readonly unit: TimeUnit | undefined
}
type BoundsSpec = 'full' | 'partition' | readonly [low: Value, high: Value]

/** The value `count` steps above the start of a grid. */
function gridValue(start: Value, count: number, { step, unit }: Grid): Value {
  if (unit === undefined) return addNumbers(start as Numeric, multiplyNumbers(step, count))
  return dateOf(addUnits(requireInstant(start), unit, (asInteger(step) ?? 1) * count, UTC))
}

function readGrid(range: Doc): Grid {
  const step = range.get('step')
  if (!isNumber(step) || compareValues(step, 0) <= 0) {
    return fail(5733401, 'The step parameter in a range statement must be a strictly positive numeric value')
  }
  const unitValue = range.get('unit')
  const unit = unitValue === undefined ? undefined : parseUnit(unitValue, '$densify')
  if (unit !== undefined && asInteger(step) === undefined) {
    fail(
      6586400,
      'The step parameter in a range statement must be a whole number when densifying a date range',
    )
  }
  return { step, unit }
}

function readBounds(bounds: Value | undefined, { step, unit }: Grid): BoundsSpec {
  if (bounds === 'full' || bounds === 'partition') return bounds
  if (typeof bounds === 'string') {
    fail(5946802, "Bounds string must either be 'full' or 'partition'")
  }
  if (!Array.isArray(bounds)) {
    const words =
      "The bounds in a range statement must be the string 'full', 'partition', or an ascending array of"
    return fail(5733404, `${words} two numbers or two dates`)
  }
  if (bounds.length !== 2)
    fail(5733403, 'A bounding array in a range statement must have exactly two elements')
  const [low, high] = bounds as [Value, Value]
  if (compareValues(low, high) > 0) {
    fail(5733402, 'A bounding array must be an ascending array of either two dates or two numbers')
  }
  const both = 'A bounding array must contain either both dates or both numeric types'
  if (isNumber(low)) {
    if (unit !== undefined) fail(5733409, 'Numeric bounds may not have unit parameter')
    if (!isNumber(high)) fail(5733406, both)
    if (typeOf(low) !== typeOf(high) || typeOf(low) !== typeOf(step)) {
      fail(5876900, 'Upper bound, lower bound, and step must all have the same type')
    }
  } else if (low instanceof Date) {
    if (!(high instanceof Date)) fail(5733405, both)
    if (unit === undefined) fail(5733410, 'A bounding array of dates must specify a unit')
  } else fail(5946800, 'Explicit bounds must be numeric or dates')
  return [low, high]
}

/** `$densify`: documents in the gaps of a numeric or date field. */
export const compileDensify: CompileStage = (spec, context) => {
  const options = requireDoc(
    spec,
    9,
    `The $densify stage specification must be an object, found ${typeOf(spec)}`,
  )
  for (const name of options.keys()) {
    if (!['field', 'partitionByFields', 'range'].includes(name)) {
      fail(40415, `BSON field '$densify.${name}' is an unknown field.`)
    }
  }
  const field = options.get('field')
  if (typeof field !== 'string')
    return fail(40414, "BSON field '$densify.field' is missing but a required field")
  const path = splitPath(field)
  const range = requireDoc(
    options.get('range'),
    40414,
    "BSON field '$densify.range' is missing but a required field",
  )
  const grid = readGrid(range)
  const bounds = readBounds(range.get('bounds'), grid)
  const by = options.get('partitionByFields') ?? []
  if (!Array.isArray(by)) return fail(14, 'partitionByFields must be an array')
  const partitionPaths = by.map((name) =>
    typeof name === 'string' ? splitPath(name) : fail(14, 'partitionByFields must hold strings'),
  )
  if (bounds === 'partition' && partitionPaths.length === 0) {
    fail(
      5733408,
      "one may not specify the bounds as 'partition' without specifying a non-empty array of partitionByFields. You may have meant to specify 'full' bounds.",
    )
  }

  const readField = (doc: Doc): Value | undefined => {
    const value = valueAt(doc, path)
    if (isNullish(value)) return undefined
    if (grid.unit === undefined && !isNumber(value)) {
      return fail(5733201, `Densify field type must be numeric, found ${typeOf(value)}`)
    }
    if (grid.unit !== undefined && !(value instanceof Date)) {
      return fail(6053600, `Encountered non-date densify field of type ${typeOf(value)} with a unit`)
    }
    return value
  }

  interface Item {
    readonly doc: Doc
    readonly value: Value | undefined
  }

  /** The documents of one partition with the made ones between, from `low` to `high`. */
  function* between(
    items: readonly Item[],
    low: Value,
    high: Value,
    inclusive: boolean,
    made: { count: number },
  ): Generator<Doc> {
    const [sample] = items
    let base: Doc = new Map()
    for (const each of partitionPaths) {
      const value = sample && valueAt(sample.doc, each)
      if (value !== undefined) base = withValue(base, each, value)
    }
    let count = 0
    let next = low
    const within = (): boolean => {
      const order = compareValues(next, high)
      return order < 0 || (inclusive && order === 0)
    }
    const advance = (): void => {
      next = gridValue(low, ++count, grid)
    }
    const make = (): Doc => {
      if (++made.count > MOST_MADE) {
        fail(
          5897900,
          `Generated ${made.count} documents in $densify, which is over the limit of ${MOST_MADE}.`,
        )
      }
      return withValue(base, path, next)
    }
    for (const { doc, value } of items) {
      if (value !== undefined) {
        while (within() && compareValues(next, value) < 0) {
          yield make()
          advance()
        }
        if (compareValues(next, value) === 0) advance()
      }
      yield doc
    }
    while (within()) {
      yield make()
      advance()
    }
  }

  return function* densify(source) {
    const keep = bounded('$densify')
    const partitions = new Map<string, { key: Value[]; items: Item[] }>()
    const all: Value[] = []
    for (const doc of source) {
      if (doc === PAUSE) {
        yield PAUSE
        continue
      }
      keep(doc)
      const key = partitionPaths.map((each) => valueAt(doc, each) ?? null)
      const hash = hashKey(key, context.collation)
      const value = readField(doc)
      if (value !== undefined) all.push(value)
      const partition = partitions.get(hash)
      if (partition) partition.items.push({ doc, value })
      else partitions.set(hash, { key, items: [{ doc, value }] })
    }
    const made = { count: 0 }
    const overall = extremes(all)
    const inOrder = [...partitions.values()].sort((left, right) =>
      compareValues(left.key, right.key, context.collation),
    )
    for (const { items } of inOrder) {
      items.sort((left, right) => compareValues(left.value, right.value))
      const values = items.flatMap(({ value }) => (value === undefined ? [] : [value]))
      const range = Array.isArray(bounds) ? bounds : bounds === 'full' ? overall : extremes(values)
      if (!range) yield* items.map(({ doc }) => doc)
      else yield* between(items, range[0] as Value, range[1] as Value, !Array.isArray(bounds), made)
    }
    if (inOrder.length === 0 && Array.isArray(bounds)) {
      yield* between([], bounds[0] as Value, bounds[1] as Value, false, made)
    }
  }
}

function extremes(values: readonly Value[]): [low: Value, high: Value] | undefined {
  const [first] = values
  if (first === undefined) return undefined
  let low = first
  let high = first
  for (const value of values) {
    if (compareValues(value, low) < 0) low = value
    if (compareValues(value, high) > 0) high = value
  }
  return [low, high]
}
