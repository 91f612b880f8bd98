import { fail } from '../../bson/errors.ts'
import { printBson } from '../../bson/print.ts'
import { asNumber, isNotANumber } from '../../bson/numeric.ts'
import { isNumber, toDouble } from '../../bson/value.ts'
import type { Value } from '../../bson/value.ts'
import { valueOf } from '../constant.ts'
import { typeOf } from '../missing.ts'
import { printDouble, printValue } from '../print.ts'
import type { Expression } from '../types.ts'
import type { Accumulator } from './accumulator.ts'

/** `$percentile`: for each p the least value that at least that share of the numbers does not exceed. */
export function makePercentile(shares: readonly number[]): Accumulator {
  const numbers: number[] = []
  return {
    add(value) {
      if (isNumber(value) && !isNotANumber(value)) numbers.push(asNumber(value))
    },
    result() {
      const sorted = Float64Array.from(numbers).sort()
      return shares.map((share) => {
        const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]
        return value === undefined ? null : toDouble(value)
      })
    },
  }
}

export function makeMedian(): Accumulator {
  const { add, result } = makePercentile([0.5])
  return { add, result: () => (result() as Value[])[0] ?? null, grows: true }
}

/** Checks `p`: constants that make an array, not empty, of numbers from 0 to 1. */
export function readShares(p: Value, compile: (operand: Value) => Expression): number[] {
  const expression = compile(p)
  if (!expression.constant) {
    const words = "The $percentile 'p' field must be an array of constant values, but found value"
    return fail(7750300, `${words}: ${printBson(p)}.`)
  }
  const value = valueOf(expression)
  const wrong = (code: number, found: string): never =>
    fail(code, `The $percentile 'p' field must be an array of numbers from [0.0, 1.0], but found: ${found}`)
  if (!Array.isArray(value) || value.length === 0) return wrong(7750301, printValue(value))
  return value.map((each) => {
    if (!isNumber(each)) return wrong(7750302, printValue(each))
    const share = asNumber(each)
    return share < 0 || share > 1 ? wrong(7750303, printDouble(share)) : share
  })
}

/** Checks `method`, which can be one word only. */
export function checkMethod(value: Value | undefined, name: string): void {
  if (typeof value !== 'string') {
    fail(14, `BSON field '${name}.method' is the wrong type '${typeOf(value)}', expected type 'string'`)
  }
  if (value !== 'approximate') {
    fail(2, "Currently only 'approximate' can be used as percentile 'method'.")
  }
}
