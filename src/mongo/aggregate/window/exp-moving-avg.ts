import { fail } from '../../bson/errors.ts'
import { printElement } from '../../bson/print.ts'
import {
  addNumbers,
  asInteger,
  asNumber,
  divideNumbers,
  multiplyNumbers,
  subtractNumbers,
} from '../../bson/numeric.ts'
import { Decimal128, isNumber, toDouble } from '../../bson/value.ts'
import type { Numeric, Value } from '../../bson/value.ts'
import { compileExpression } from '../../expression/compile.ts'
import { typeOf } from '../../expression/missing.ts'
import { toDecimal } from '../../expression/number.ts'
import { readNamed } from '../../expression/operands.ts'
import { NO_VARIABLES } from '../variables.ts'
import type { CompileWindowFunction } from './window-function.ts'

/** `$expMovingAvg`: each value weighs alpha, what was before the rest. */
export const compileExpMovingAvg: CompileWindowFunction = (operand, { context, ordering, window }, name) => {
  const only = '$expMovingAvg must have exactly one argument that is an object'
  if (window !== undefined) fail(9, only)
  const words =
    "$expMovingAvg sub object must have exactly two fields: An 'input' field, and either an 'N' field or an 'alpha' field"
  const named = readNamed(operand, name, {
    required: { input: 9 },
    optional: ['N', 'alpha'],
    notObject: [9, () => only],
    unknown: [9, () => words],
    missing: () => words,
  })
  if (named.size !== 2) fail(9, words)
  if (ordering.fields === 0) fail(9, "$expMovingAvg requires an explicit 'sortBy'")
  const input = compileExpression(named.get('input') as Value, context)
  // In decimals, as mongod reckons it, so that 0.1 stays 0.1 from one document to the next.
  const alpha = readAlpha(named.get('N'), named.get('alpha'))
  const rest = subtractNumbers(1, alpha)
  return ({ docs }) => {
    let average: Numeric | undefined
    return docs.map((doc) => {
      const value = input(doc, NO_VARIABLES)
      if (!isNumber(value)) return null
      if (average === undefined) {
        average = value
        return value
      }
      const exact = value instanceof Decimal128 || average instanceof Decimal128
      const next = addNumbers(
        multiplyNumbers(toDecimal(value), alpha),
        multiplyNumbers(toDecimal(average), rest),
      )
      average = exact ? next : toDouble(asNumber(next))
      return average
    })
  }
}

function readAlpha(n: Value | undefined, alpha: Value | undefined): Decimal128 {
  if (n !== undefined) {
    if (!isNumber(n)) return fail(9, `'N' field must be an integer, but found type ${typeOf(n)}`)
    const count = asInteger(n)
    if (count === undefined) {
      const words = `'N' field must be an integer, but found  ${printElement('N', n)}.`
      return fail(9, `${words} To use a non-integer, use the 'alpha' argument instead`)
    }
    if (count <= 0) fail(9, `'N' must be greater than zero. Got ${count}`)
    return divideNumbers(toDecimal(2), count + 1) as Decimal128
  }
  if (!isNumber(alpha)) return fail(9, "'alpha' must be a number")
  if (!(asNumber(alpha) > 0 && asNumber(alpha) < 1)) {
    fail(9, `'alpha' must be between 0 and 1 (exclusive), found ${printElement('alpha', alpha)}`)
  }
  return toDecimal(alpha)
}
