import { compareValues, hashKey } from '../../bson/compare.ts'
import { fail } from '../../bson/errors.ts'
import { asInteger } from '../../bson/numeric.ts'
import { isNumber } from '../../bson/value.ts'
import type { Doc, Value } from '../../bson/value.ts'
import { readUnit } from '../../expression/date/unit.ts'
import { splitPath } from '../../expression/field-path.ts'
import { isNullish, typeOf } from '../../expression/missing.ts'
import { compileSortPattern, sortBy } from '../../expression/sort-pattern.ts'
import { bounded } from '../../spill/bounded.ts'
import { PAUSE } from '../../turn/pause.ts'
import { valueAt } from '../nested.ts'
import { requireDoc } from '../spec.ts'
import type { CompileStage } from '../types.ts'
import { makeFilling } from './filling.ts'
import type { BoundsSpec, Grid } from './filling.ts'

function readGrid(range: Doc): Grid {
  const step = range.get('step')
  if (!isNumber(step) || compareValues(step, 0) <= 0) {
    return fail(5733401, 'The step parameter in a range statement must be a strictly positive numeric value')
  }
  const unitValue = range.get('unit')
  if (unitValue !== undefined && typeof unitValue !== 'string') {
    const words = `is the wrong type '${typeOf(unitValue)}', expected type 'string'`
    return fail(14, `BSON field '$densify.range.unit' ${words}`)
  }
  const unit = unitValue === undefined ? undefined : readUnit(unitValue)
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
  const partitionNames = by.map((name) =>
    typeof name === 'string' ? name : fail(14, 'partitionByFields must hold strings'),
  )
  const partitionPaths = partitionNames.map(splitPath)
  if (bounds === 'partition' && partitionPaths.length === 0) {
    fail(
      5733408,
      "One cannot specify the bounds as 'partition' without specifying a non-empty array of partitionByFields. You may have meant to specify 'full' bounds.",
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

  const order = [...(bounds === 'full' ? [] : partitionNames), field]
  const pattern = compileSortPattern(new Map(order.map((name) => [name, 1])), context.collation)

  return function* densify(source) {
    const keep = bounded('$densify')
    const docs: Doc[] = []
    for (const doc of source) {
      if (doc === PAUSE) {
        yield PAUSE
        continue
      }
      keep(doc)
      docs.push(doc)
    }
    const filling = makeFilling(path, partitionPaths, grid, bounds)
    for (const doc of sortBy(docs, pattern, (each) => each)) {
      const value = readField(doc)
      if (value !== undefined) yield* filling.before(doc, value, hashKey(keyOf(doc), context.collation))
      yield doc
    }
    yield* filling.rest()
  }

  function keyOf(doc: Doc): Value[] {
    return partitionPaths.map((each) => valueAt(doc, each) ?? null)
  }
}
