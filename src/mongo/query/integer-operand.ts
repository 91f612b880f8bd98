import { fail } from '../bson/errors.ts'
import { asBigInt, fitsInt64, isNotANumber } from '../bson/numeric.ts'
import { printElement } from '../bson/print.ts'
import { Decimal128, isNumber, type Value } from '../bson/value.ts'

/**
 * An operand that must be an integer, of whatever number type.
 * @throws MongoError with `code` and the words a server has for it.
 */
export function integerOperand(name: string, operand: Value, code = 9): bigint {
  const shown = printElement(name, operand)
  if (!isNumber(operand)) fail(code, `Expected a number in: ${shown}`)
  if (isNotANumber(operand)) fail(code, `Expected an integer, but found NaN in: ${shown}`)
  const whole = asBigInt(operand)
  if (whole === undefined) {
    fail(
      code,
      `${operand instanceof Decimal128 ? 'Cannot represent as a 64-bit integer' : 'Expected an integer'}: ${shown}`,
    )
  }
  if (!fitsInt64(whole)) fail(code, `Cannot represent as a 64-bit integer: ${shown}`)
  return whole
}

/** The same, not negative. */
export function naturalOperand(name: string, operand: Value, code = 9): bigint {
  const whole = integerOperand(name, operand, code)
  if (whole < 0n) fail(code, `Expected a non-negative number in: ${printElement(name, operand)}`)
  return whole
}
