import { fail } from '../../bson/errors.ts'
import { nameOfType, typeNumber } from '../../bson/type.ts'
import { isDoc, isNumber, type Doc, type Numeric, type Value } from '../../bson/value.ts'
import { naturalOperand } from '../integer-operand.ts'

/** The type of a value as messages name it. */
export function typeOf(value: Value): string {
  return nameOfType(typeNumber(value))!
}

export function docOperand(name: string, operand: Value): Doc {
  if (!isDoc(operand)) fail(14, `$jsonSchema keyword '${name}' must be an object`)
  return operand
}

export function numberOperand(name: string, operand: Value): Numeric {
  if (!isNumber(operand)) fail(14, `$jsonSchema keyword '${name}' must be a number`)
  return operand
}

export function countOperand(name: string, operand: Value): number {
  return Number(naturalOperand(name, operand))
}

export function booleanOperand(name: string, operand: Value): boolean {
  if (typeof operand !== 'boolean') fail(14, `$jsonSchema keyword '${name}' must be a boolean`)
  return operand
}

export function stringOperand(name: string, operand: Value): string {
  if (typeof operand !== 'string') fail(14, `$jsonSchema keyword '${name}' must be a string`)
  return operand
}

/** A list that is not empty and holds different strings. */
export function namesOperand(name: string, operand: Value): string[] {
  if (!Array.isArray(operand)) {
    fail(
      14,
      `$jsonSchema keyword '${name}' must be an array, but found an element of type ${typeOf(operand)}`,
    )
  }
  const names: string[] = []
  for (const item of operand) {
    if (typeof item !== 'string') {
      fail(
        14,
        `$jsonSchema keyword '${name}' must be an array of strings, but found an element of type: ${typeOf(item)}`,
      )
    }
    if (names.includes(item)) fail(9, `$jsonSchema keyword '${name}' array cannot contain duplicate values`)
    names.push(item)
  }
  if (names.length === 0) fail(9, `$jsonSchema keyword '${name}' cannot be an empty array`)
  return names
}
