import { fail } from '../bson/errors.ts'
import { isInt32 } from '../bson/value.ts'
import type { Value } from '../bson/value.ts'
import { isNullish, typeOf } from './missing.ts'
import { exactly, variadic } from './operands.ts'
import type { CompileOperator, OperatorTable } from './types.ts'

const TYPE_MISMATCH = 14

function bits(value: Value | undefined, name: string): number | bigint {
  if (typeof value === 'bigint' || (typeof value === 'number' && isInt32(value))) return value
  const found = typeOf(value)
  return fail(TYPE_MISMATCH, `${name} only supports int and long operands. Found type: ${found}.`)
}

/** Combines ints to an int, and to a long as soon as one operand is a long. */
function combining(start: bigint, combine: (left: bigint, right: bigint) => bigint): CompileOperator {
  return variadic((values, _scope, name) => {
    let total = start
    let long = false
    for (const value of values) {
      if (isNullish(value)) return null
      const operand = bits(value, name)
      long ||= typeof operand === 'bigint'
      total = combine(total, BigInt(operand))
    }
    return long ? BigInt.asIntN(64, total) : Number(total)
  })
}

export const bitwiseOperators: OperatorTable = {
  $bitAnd: combining(-1n, (left, right) => left & right),
  $bitOr: combining(0n, (left, right) => left | right),
  $bitXor: combining(0n, (left, right) => left ^ right),
  $bitNot: exactly(1, ([value], _scope, name) => {
    if (isNullish(value)) return null
    const operand = bits(value, name)
    return typeof operand === 'bigint' ? ~operand : ~operand
  }),
}
