import { fail } from '../bson/errors.ts'
import { typeNumber } from '../bson/type.ts'
import { UNDEFINED, type Value } from '../bson/value.ts'
import { isTrue } from '../expression/truth.ts'
import { leaf, negation } from './predicate.ts'
import type { FieldOperator } from './scope.ts'
import { parseTypes } from './types.ts'

/** $exists: whether the path leads to anything, null included. */
export const exists: FieldOperator = (path, operand) => {
  const present = leaf(path, '$exists', true, (value) => value !== undefined, false)
  return trueOperand(operand) ? present : negation(present)
}

// Every operand but false, zero, null and undefined asks for presence.
function trueOperand(operand: Value): boolean {
  return operand !== UNDEFINED && isTrue(operand)
}

/** $type: whether a value on the path has one of the types, given by number or alias. */
export const hasType: FieldOperator = (path, operand) => {
  const types = parseTypes(operand)
  if (types.size === 0) fail(9, `${path} must match at least one type`)
  return leaf(path, '$type', operand, (value) => value !== undefined && types.has(typeNumber(value)))
}
