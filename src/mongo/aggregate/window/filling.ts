import { compareValues } from '../../bson/compare.ts'
import { fail } from '../../bson/errors.ts'
import { addNumbers, divideNumbers, multiplyNumbers, subtractNumbers } from '../../bson/numeric.ts'
import { isNumber } from '../../bson/value.ts'
import type { Numeric, Value } from '../../bson/value.ts'
import { compileExpression } from '../../expression/compile.ts'
import { instantOf } from '../../expression/date/to-date.ts'
import { isNullish, typeOf } from '../../expression/missing.ts'
import { NO_VARIABLES } from '../variables.ts'
import type { CompileWindowFunction } from './window-function.ts'

/** `$locf`: null and missing take the last value before them. */
export const compileLocf: CompileWindowFunction = (operand, { context, window }) => {
  if (window !== undefined) fail(9, "'window' field is not allowed in $locf")
  const input = compileExpression(operand, context)
  return ({ docs }) => {
    let last: Value | undefined = null
    return docs.map((doc) => {
      const value = input(doc, NO_VARIABLES)
      if (!isNullish(value)) last = value
      return last
    })
  }
}

/** `$linearFill`: null and missing take the point on the line between their neighbours. */
export const compileLinearFill: CompileWindowFunction = (operand, { context, ordering, window }) => {
  if (window !== undefined) fail(9, "'window' field is not allowed in $linearFill")
  if (ordering.fields !== 1)
    fail(605001, '$linearFill must be specified with a top level sortBy expression with exactly one element')
  const input = compileExpression(operand, context)
  return ({ docs, sortValues }) => {
    const places = sortValues.map(positionOf)
    if (new Set(sortValues.map((value) => value instanceof Date)).size > 1) {
      const words =
        "Conflicting sort value types, previous and current types don't match for the sortBy field"
      fail(6050107, words)
    }
    for (const [index, value] of sortValues.entries()) {
      if (index > 0 && compareValues(value, sortValues[index - 1]) === 0) {
        fail(6050106, 'There can be no repeated values in the sort field')
      }
    }
    const values = docs.map((doc) => {
      const value = input(doc, NO_VARIABLES)
      if (isNullish(value)) return null
      return isNumber(value)
        ? value
        : fail(6050201, `Value to be filled must be numeric or nullish, but found ${typeOf(value)}`)
    })
    return fillLine(values, places)
  }
}

function positionOf(value: Value): Numeric {
  if (isNumber(value)) return value
  const instant = value instanceof Date ? instantOf(value) : undefined
  if (instant !== undefined) return BigInt(instant)
  return fail(6050105, `$linearFill expects a numeric or date sortBy field, but found ${typeOf(value)}`)
}

function fillLine(values: readonly (Numeric | null)[], places: readonly Numeric[]): (Numeric | null)[] {
  const filled = [...values]
  let before: number | undefined
  for (const [index, value] of values.entries()) {
    if (value === null) continue
    if (before !== undefined) {
      const start = values[before] as Numeric
      const from = places[before] as Numeric
      for (let gap = before + 1; gap < index; gap++) {
        const rise = divideNumbers(
          subtractNumbers(value, start),
          subtractNumbers(places[index] as Numeric, from),
        )
        filled[gap] = addNumbers(start, multiplyNumbers(subtractNumbers(places[gap] as Numeric, from), rise))
      }
    }
    before = index
  }
  return filled
}
