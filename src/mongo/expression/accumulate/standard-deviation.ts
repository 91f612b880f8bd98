import { asNumber } from '../../bson/numeric.ts'
import { isNumber, toDouble } from '../../bson/value.ts'
import type { Accumulator } from './accumulator.ts'

/** `$stdDevPop` and `$stdDevSamp` in one pass (Welford): the squares of the distances to the mean so far. */
export function makeStandardDeviation(sample: boolean): Accumulator {
  let count = 0
  let mean = 0
  let squares = 0
  return {
    add(value) {
      if (!isNumber(value)) return
      const number = asNumber(value)
      count++
      const distance = number - mean
      mean += distance / count
      squares += distance * (number - mean)
    },
    result() {
      const divisor = sample ? count - 1 : count
      if (divisor <= 0) return null
      return toDouble(Math.sqrt(squares / divisor))
    },
  }
}
