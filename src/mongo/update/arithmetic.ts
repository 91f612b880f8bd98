import { identicalValues } from '../bson/compare.ts'
import { fail } from '../bson/errors.ts'
import { addExactly, kindOf, multiplyExactly } from '../bson/numeric.ts'
import { printBson, printElement } from '../bson/print.ts'
import { typeName } from '../bson/type.ts'
import { isNumber, type Numeric, type Value } from '../bson/value.ts'
import { type MakeModifier, printId, type Where } from './modifier.ts'

/** $inc: adds; int32 grows to int64, and past that the update fails. */
export const inc: MakeModifier = (operand, path) => {
  const by = numericOperand('increment', operand, path)
  return { create: () => by, update: (current, where) => compute('$inc', addExactly, current, by, where) }
}

/** $mul: multiplies; a missing field becomes zero. */
export const mul: MakeModifier = (operand, path) => {
  const by = numericOperand('multiply', operand, path)
  return {
    create: () => multiplyExactly(by, 0)!,
    update: (current, where) => compute('$mul', multiplyExactly, current, by, where),
  }
}

function numericOperand(verb: string, operand: Value, path: string): Numeric {
  if (!isNumber(operand)) {
    fail(14, `Cannot ${verb} with non-numeric argument: {${printElement(path, operand)}}`)
  }
  return operand
}

function compute(
  name: string,
  combine: (a: Numeric, b: Numeric) => Numeric | undefined,
  current: Value,
  by: Numeric,
  { root, field }: Where,
): Value {
  if (!isNumber(current)) {
    fail(
      14,
      `Cannot apply ${name} to a value of non-numeric type. {${printId(root)}} has the field '${field}' of non-numeric type ${typeName(current)}`,
    )
  }
  const result = combine(by, current)
  if (result === undefined) {
    fail(
      2,
      `Failed to apply ${name} operations to current value (${printNumber(current)}) for document {${printId(root)}}`,
    )
  }
  return identicalValues(result, current) ? current : result
}

const kindNames = { int: 'NumberInt', long: 'NumberLong', double: 'NumberDouble', decimal: 'NumberDecimal' }

function printNumber(n: Numeric): string {
  return `(${kindNames[kindOf(n)]})${printBson(n)}`
}
