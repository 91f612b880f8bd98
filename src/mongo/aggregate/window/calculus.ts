import { fail } from '../../bson/errors.ts'
import { printElement } from '../../bson/print.ts'
import {
  addNumbers,
  divideNumbers,
  isNotANumber,
  isZero,
  multiplyNumbers,
  subtractNumbers,
} from '../../bson/numeric.ts'
import { dateMillis, isNumber, toDouble } from '../../bson/value.ts'
import type { Numeric, Value } from '../../bson/value.ts'
import { compileExpression } from '../../expression/compile.ts'
import * as calendar from '../../expression/date/calendar.ts'
import { readUnit } from '../../expression/date/unit.ts'
import { isNullish, typeOf } from '../../expression/missing.ts'
import { readNamed } from '../../expression/operands.ts'
import { NO_VARIABLES } from '../variables.ts'
import type { CompileWindowFunction } from './window-function.ts'
import { compileWindow } from './window.ts'

/** The units a result may be told in, in milliseconds: those that are always as long. */
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
  if (ordering.fields === 0) fail(9, `${name} requires a sortBy`)
  if (ordering.fields > 1) fail(9, `${name} requires a non-compound sortBy`)
  const named = readNamed(operand, name, {
    required: { input: 9 },
    optional: ['unit'],
    notObject: [9, (op, type) => `${op} expects an object, but got a ${type}: ${printElement(op, operand)}`],
    unknown: [9, (op, what) => `${op} got unexpected argument: ${what}`],
    missing: (op, what) => `${op} requires an '${what}' expression`,
  })
  if (name === '$derivative' && window === undefined) fail(9, '$derivative requires explicit window bounds')
  const unit = named.get('unit')
  const millis = unit === undefined ? undefined : readMillis(unit)
  const input = compileExpression(named.get('input') as Value, context)
  const find = compileWindow(window, ordering, context)
  const xOf = name === '$derivative' ? readDerivativeX : readIntegralX
  const compute = name === '$derivative' ? slope : area
  return (partition) => {
    const points = partition.docs.map((doc, index): Point => {
      const y = input(doc, NO_VARIABLES)
      if (!isNumber(y)) return refuseInput(name, y)
      return { x: xOf(partition.sortValues[index] as Value, millis !== undefined), y }
    })
    return partition.docs.map((_doc, index) => {
      const [first, last] = find(partition, index)
      return compute(points.slice(first, last + 1), millis)
    })
  }
}

function readMillis(unit: Value): number {
  // The quotation mark is the server's.
  if (typeof unit !== 'string') return fail(9, `unit' must be a string, but got ${typeOf(unit)}`)
  return UNITS[readUnit(unit)] ?? fail(5490710, "unit must be 'week' or smaller")
}

function refuseInput(name: string, y: Value | undefined): never {
  if (name === '$integral') {
    const words =
      'The input value of $integral window function must be a vector of 2 value, the first value must be'
    return fail(5423900, `${words} numeric or date type and the second must be numeric.`)
  }
  if (isNullish(y)) return fail(5624903, '$derivative input must not be null or missing')
  return fail(14, '$derivative input must be numeric')
}

function readDerivativeX(value: Value, dates: boolean): Numeric {
  if (dates) {
    if (value instanceof Date) return BigInt(dateMillis(value))
    return fail(5624900, "$derivative with 'unit' expects the sortBy field to be a Date")
  }
  if (value instanceof Date) fail(5624901, "$derivative where the sortBy is a Date requires an 'unit'")
  if (isNumber(value)) return value
  return fail(5624902, "$derivative (with no 'unit') expects the sortBy field to be numeric")
}

function readIntegralX(value: Value, dates: boolean): Numeric {
  if (dates) {
    if (value instanceof Date) return BigInt(dateMillis(value))
    return fail(5423901, "$integral with 'unit' expects the sortBy field to be a Date")
  }
  if (isNumber(value)) return value
  return fail(5423902, "$integral (with no 'unit') expects the sortBy field to be numeric")
}

/** Rise over run between the ends of the window; null when they are one point. */
function slope(points: readonly Point[], millis: number | undefined): Value {
  const first = points[0]
  const last = points.at(-1)
  if (!first || !last) return null
  const run = subtractNumbers(last.x, first.x)
  if (isZero(run)) return null
  const result = divideNumbers(subtractNumbers(last.y, first.y), run)
  return millis === undefined ? result : multiplyNumbers(result, millis)
}

/** The area under the points, by trapezoids. */
function area(points: readonly Point[], millis: number | undefined): Value {
  if (points.length === 0) return null
  if (points.some(({ x, y }) => isNotANumber(x) || isNotANumber(y))) return Number.NaN
  let total: Numeric = 0
  for (let index = 1; index < points.length; index++) {
    const left = points[index - 1] as Point
    const right = points[index] as Point
    const double = multiplyNumbers(addNumbers(right.y, left.y), subtractNumbers(right.x, left.x))
    total = addNumbers(total, divideNumbers(double, toDouble(2)))
  }
  return millis === undefined ? total : divideNumbers(total, millis)
}
