import { fail } from '../../bson/errors.ts'
import { isNumber } from '../../bson/value.ts'
import type { Value } from '../../bson/value.ts'
import { integerOf } from '../number.ts'
import { printValue } from '../print.ts'

/** The code for a `{n, input}` that is no document. */
export function notCounted(name: string): number {
  return name === '$minN' || name === '$maxN' ? 5787900 : 5787801
}

/** Checks the `n` of `$firstN` and its like. */
export function readCount(value: Value | undefined): number {
  if (!isNumber(value))
    fail(5787902, `Value for 'n' must be of integral type, but found ${printValue(value)}`)
  const whole = integerOf(value)
  if (whole === undefined) {
    return fail(5787903, `Value for 'n' must be of integral type, but found ${printValue(value)}`)
  }
  if (whole <= 0n) fail(5787908, `'n' must be greater than 0, found ${whole}`)
  return Number(whole)
}
