import { fail } from '../bson/errors.ts'
import { printElement } from '../bson/print.ts'
import { typeName } from '../bson/type.ts'
import { isDoc, isInt32, toInteger, type Value } from '../bson/value.ts'
import { type MakeModifier, printId } from './modifier.ts'

type Integer = number | bigint
type Step = (value: Integer) => Integer

const operations: Readonly<Record<string, (a: bigint, b: bigint) => bigint>> = {
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
}

/** $bit: and, or, xor over integers, in the order given; int64 once either side is. */
export const bit: MakeModifier = (operand) => {
  const steps = parseSteps(operand)
  const run = (value: Integer): Integer => steps.reduce((result, step) => step(result), value)
  return {
    create: () => run(0),
    update: (current, { root, field }) => {
      if (!isInteger(current)) {
        fail(
          2,
          `Cannot apply $bit to a value of non-integral type.${printId(root)} has the field ${field} of non-integer type ${typeName(current)}`,
        )
      }
      return run(current)
    },
  }
}

function parseSteps(operand: Value): Step[] {
  if (!isDoc(operand)) {
    fail(
      2,
      `The $bit modifier is not compatible with a ${typeName(operand)}. You must pass in an embedded document: {$bit: {field: {and/or/xor: #}}`,
    )
  }
  const steps = [...operand].map(([name, mask]): Step => {
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined
    const shown = printElement(name, mask)
    if (!operation) {
      fail(
        2,
        `The $bit modifier only supports 'and', 'or', and 'xor', not '${name}' which is an unknown operator: {${shown}}`,
      )
    }
    if (!isInteger(mask)) {
      fail(
        2,
        `The $bit modifier field must be an Integer(32/64 bit); a '${typeName(mask)}' is not supported here: {${shown}}`,
      )
    }
    return (value) => {
      const result = operation(BigInt(value), BigInt(mask))
      return typeof value === 'bigint' || typeof mask === 'bigint' ? result : toInteger(result)
    }
  })
  if (steps.length === 0) {
    fail(2, `You must pass in at least one bitwise operation. The format is: {$bit: {field: {and/or/xor: #}}`)
  }
  return steps
}

function isInteger(value: Value): value is Integer {
  return typeof value === 'bigint' || (typeof value === 'number' && isInt32(value))
}
