import type { Collation } from '../bson/collation.ts'
import { compareNumbers } from '../bson/compare-numbers.ts'
import { compareStrings, compareValues, equalValues, hashKey } from '../bson/compare.ts'
import { fail } from '../bson/errors.ts'
import { asNumber, isNotANumber } from '../bson/numeric.ts'
import { canonicalType } from '../bson/type.ts'
import {
  BSONRegExp,
  isInt32,
  isNumber,
  MaxKey,
  MinKey,
  ObjectId,
  UNDEFINED,
  type Value,
} from '../bson/value.ts'
import { isOperators } from './is-operators.ts'
import { leaf, negation, type Predicate, type Test } from './predicate.ts'
import { regexTest } from './regex.ts'
import type { FieldOperator, Scope } from './scope.ts'

/** $eq, and a field with a plain value. */
export const equals: FieldOperator = (path, operand, scope) => {
  refuseUndefined(operand)
  return leaf(path, '$eq', operand, equalTest(operand, scope.context.collation))
}

/** $ne: nothing on the path equals it. */
export const notEquals: FieldOperator = (path, operand, scope, siblings) => {
  if (operand instanceof BSONRegExp) fail(2, "Can't have regex as arg to $ne.")
  return negation(equals(path, operand, scope, siblings)!)
}

export const lessThan: FieldOperator = (path, operand, scope) =>
  ordering(path, '$lt', operand, scope, (order) => order < 0)
export const lessOrEqual: FieldOperator = (path, operand, scope) =>
  ordering(path, '$lte', operand, scope, (order) => order <= 0)
export const greaterThan: FieldOperator = (path, operand, scope) =>
  ordering(path, '$gt', operand, scope, (order) => order > 0)
export const greaterOrEqual: FieldOperator = (path, operand, scope) =>
  ordering(path, '$gte', operand, scope, (order) => order >= 0)

/** $in: equal to one of the list, or matched by one of its regular expressions. */
export const within: FieldOperator = (path, operand, scope) => {
  if (!Array.isArray(operand)) fail(2, '$in needs an array')
  return inList(path, operand, scope)
}

/** $nin: $in of nothing on the path. */
export const notWithin: FieldOperator = (path, operand, scope) => {
  if (!Array.isArray(operand)) fail(2, '$nin needs an array')
  return negation(inList(path, operand, scope))
}

function refuseUndefined(operand: Value): void {
  if (operand === UNDEFINED) fail(2, 'cannot compare to undefined')
}

/** A test for being one value with `operand`; null is a missing field too, but not BSON's undefined. */
export function equalTest(operand: Value, collation: Collation | undefined): Test {
  if (operand === null) return (value) => value === null || value === undefined
  if (typeof operand === 'string' && !collation) {
    return (value) => value === operand || (typeof value === 'object' && equalValues(value, operand))
  }
  if (typeof operand === 'number' && !Number.isNaN(operand)) {
    return (value) => {
      if (typeof value === 'number') return value === operand
      return typeof value === 'string' || !isNumber(value) ? false : compareNumbers(value, operand) === 0
    }
  }
  if (typeof operand === 'boolean') return (value) => value === operand
  if (operand instanceof ObjectId) return (value) => value instanceof ObjectId && value.equals(operand)
  return (value) => value !== undefined && equalValues(value, operand, collation)
}

function ordering(
  path: string,
  operator: string,
  operand: Value,
  { context: { collation } }: Scope,
  holds: (order: number) => boolean,
): Predicate {
  if (operand instanceof BSONRegExp) fail(2, `Can't have RegEx as arg to predicate over field '${path}'.`)
  refuseUndefined(operand)
  return leaf(path, operator, operand, orderTest(operator, operand, collation, holds))
}

// Values of another type never match, except that everything lies between MinKey and MaxKey.
function orderTest(
  operator: string,
  operand: Value,
  collation: Collation | undefined,
  holds: (order: number) => boolean,
): Test {
  const orEqual = operator.endsWith('e')
  if (operand === null) return (value) => orEqual && (value === null || value === undefined)
  if (operand instanceof MinKey || operand instanceof MaxKey) {
    const others = operand instanceof MaxKey ? operator.startsWith('$l') : operator.startsWith('$g')
    const kind = canonicalType(operand)
    return (value) => (value !== undefined && canonicalType(value) === kind ? orEqual : others)
  }
  if (isNumber(operand)) {
    // NaN is neither less nor greater than anything, itself included.
    if (isNotANumber(operand)) return (value) => orEqual && isNumber(value) && isNotANumber(value)
    const bare = typeof operand === 'number' || typeof operand === 'object' ? asNumber(operand) : Number.NaN
    if (isInt32(bare) && compareNumbers(operand, bare) === 0) {
      return (value) => {
        if (typeof value === 'number') return value === value && holds(value - bare)
        return isNumber(value) && !isNotANumber(value) && holds(compareNumbers(value, bare))
      }
    }
    return (value) => isNumber(value) && !isNotANumber(value) && holds(compareNumbers(value, operand))
  }
  if (typeof operand === 'string' && !collation) {
    return (value) => {
      if (typeof value === 'string') return holds(compareStrings(value, operand))
      return typeof value === 'object' && canonicalType(value) === 15 && holds(compareValues(value, operand))
    }
  }
  if (operand instanceof Date) {
    return (value) => value instanceof Date && holds(compareValues(value, operand))
  }
  const kind = canonicalType(operand)
  return (value) =>
    value !== undefined && canonicalType(value) === kind && holds(compareValues(value, operand, collation))
}

function inList(path: string, list: readonly Value[], scope: Scope): Predicate {
  return leaf(path, '$in', list as Value[], listTest(list, scope.context.collation))
}

function listTest(list: readonly Value[], collation: Collation | undefined): Test {
  const regexes: Test[] = []
  const keys = new Set<string>()
  const plain: Value[] = []
  let nothing = false
  for (const item of list) {
    if (isOperators(item)) fail(2, 'cannot nest $ under $in')
    if (item === UNDEFINED) fail(2, 'InMatchExpression equality cannot be undefined')
    if (item instanceof BSONRegExp) regexes.push(regexTest(item))
    else {
      plain.push(item)
      keys.add(hashKey(item, collation))
      nothing ||= item === null
    }
  }
  if (plain.length === 1 && regexes.length === 0) return equalTest(plain[0]!, collation)
  const found: Test = (value) => (value === undefined ? nothing : keys.has(hashKey(value, collation)))
  if (regexes.length === 0) return found
  return (value) => found(value) || regexes.some((test) => test(value))
}
