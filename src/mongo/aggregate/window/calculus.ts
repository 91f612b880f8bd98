import { fail } from '../../bson/errors.ts'
import { addNumbers, divideNumbers, isZero, multiplyNumbers, subtractNumbers } from '../../bson/numeric.ts'
import { isNumber, toDouble } from '../../bson/value.ts'
import type { Numeric, Value } from '../../bson/value.ts'
import { compileExpression } from '../../expression/compile.ts'
import * as calendar from '../../expression/date/calendar.ts'
import { instantOf } from '../../expression/date/to-date.ts'
import { isNullish, typeOf } from '../../expression/missing.ts'
import { readNamed } from '../../expression/operands.ts'
import { NO_VARIABLES } from '../variables.ts'
import type { CompileWindowFunction } from './functions.ts'
import { compileWindow } from './window.ts'

const UNITS: Readonly<Record<string, number>> = {
  week: 7 * calendar.MS_PER_DAY,
  day: calendar.MS_PER_DAY,
  hour: calendar.MS_PER_HOUR,
  minute: calendar.MS_PER_MINUTE,
  second: calendar.MS_PER_SECOND,
  millisecond: 1,
}

interface Point {
  readonly x: Numeric
  readonly y: Numeric
}

/** `$derivative` and `$integral` over the sort field. */
export const compileCalculus: CompileWindowFunction = (operand, { context, ordering, window }, name) => {
  const named = readNamed(operand, name, {
    required: { input: 9 },
    optional: ['unit'],
    notObject: [9, (op) => `${op} expects an object`],
    unknown: [9, (op, what) => `${op} got unexpected argument: ${what}`],
    missing: (op, what) => `${op} requires an '${what}' expression`,
  })
  if (ordering.fields !== 1 || !ordering.ascending)
    fail(9, `${name} requires a sortBy with a single ascending field`)
  if (name === '$derivative' && window === undefined) {
    fail(9, '$derivative requires explicit window bounds')
  }
  const unit = named.get('unit')
  const length = typeof unit === 'string' ? UNITS[unit] : undefined
  if (unit !== undefined && length === undefined) {
    fail(5490704, `unit must be one of: ${Object.keys(UNITS).join(', ')}`)
  }
  const input = compileExpression(named.get('input') as Value, context)
  const find = compileWindow(window, ordering)
  const xOf = (value: Value): Numeric => {
    if (length === undefined) {
      if (isNumber(value)) return value
      return fail(
        5624900,
        `${name} with no 'unit' expects the sortBy field to be numeric, not ${typeOf(value)}`,
      )
    }
    const instant = value instanceof Date ? instantOf(value) : undefined
    if (instant === undefined) fail(5624901, `${name} with 'unit' expects the sortBy field to be a Date`)
    return toDouble(instant / length)
  }
  const combine = name === '$derivative' ? slope : area
  return (partition) => {
    const points = partition.docs.map((doc, index): Point | null => {
      const y = input(doc, NO_VARIABLES)
      if (isNullish(y)) return null
      if (!isNumber(y)) return fail(5624903, `${name} input must be numeric, not ${typeOf(y)}`)
      return { x: xOf(partition.sortValues[index] as Value), y }
    })
    return partition.docs.map((_doc, index) => {
      const [first, last] = find(partition, index)
      return combine(points.slice(first, last + 1))
    })
  }
}

function slope(points: readonly (Point | null)[]): Value {
  const first = points[0]
  const last = points.at(-1)
  // Both ends must be there and differ, else there is no line between them.
  if (!first || !last || points.length < 2) return null
  const run = subtractNumbers(last.x, first.x)
  return isZero(run) ? null : divideNumbers(subtractNumbers(last.y, first.y), run)
}

function area(points: readonly (Point | null)[]): Value {
  if (points.length === 0 || points.includes(null)) return null
  let total: Numeric = toDouble(0)
  for (let index = 1; index < points.length; index++) {
    const left = points[index - 1] as Point
    const right = points[index] as Point
    const height = divideNumbers(addNumbers(left.y, right.y), 2)
    total = addNumbers(total, multiplyNumbers(subtractNumbers(right.x, left.x), height))
  }
  return total
}
