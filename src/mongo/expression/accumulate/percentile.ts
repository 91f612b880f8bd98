import { fail } from '../../bson/errors.ts'
import { asNumber, isNotANumber } from '../../bson/numeric.ts'
import { isNumber, toDouble } from '../../bson/value.ts'
import type { Value } from '../../bson/value.ts'
import { typeOf } from '../missing.ts'
import { printValue } from '../print.ts'
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

/** Checks `p`: an array, not empty, of numbers from 0 to 1. */
export function readShares(value: Value | undefined): number[] {
  if (!Array.isArray(value) || value.length === 0) {
    const found = printValue(value)
    return fail(
      7750300,
      `The $percentile 'p' field must be an array of numbers from [0.0, 1.0], but found: ${found}`,
    )
  }
  return value.map((each) => {
    if (!isNumber(each)) {
      const words = "The $percentile 'p' field must be an array of numbers from [0.0, 1.0], but found"
      return fail(7750301, `${words}: ${printValue(each)}`)
    }
    const share = asNumber(each)
    if (!(share >= 0 && share <= 1)) {
      const words = "The $percentile 'p' field must be an array of numbers from [0.0, 1.0], but found"
      fail(7750303, `${words}: ${printValue(each)}`)
    }
    return share
  })
}

/** Checks `method`, which can be one word only. */
export function checkMethod(value: Value | undefined): void {
  if (typeof value !== 'string') {
    fail(14, `BSON field '$percentile.method' is the wrong type '${typeOf(value)}', expected type 'string'`)
  }
  if (value !== 'approximate') {
    fail(2, "Currently only 'approximate' can be used as percentile 'method'.")
  }
}
