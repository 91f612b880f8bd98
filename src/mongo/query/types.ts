import { fail } from '../bson/errors.ts'
import { asBigInt } from '../bson/numeric.ts'
import { nameOfType, typeNumbers } from '../bson/type.ts'
import { isNumber, type Value } from '../bson/value.ts'
import { printBson } from '../bson/print.ts'

const numbers = [1, 16, 18, 19]

/**
 * The set of type numbers of `$type` or `bsonType`: an alias, a number, or a list of them; "number" is four types.
 * @throws MongoError 2 for an unknown one, 14 for what is neither text nor number.
 */
export function parseTypes(operand: Value): ReadonlySet<number> {
  const types = new Set<number>()
  for (const item of Array.isArray(operand) ? operand : [operand]) {
    if (typeof item === 'string') addAlias(types, item)
    else if (isNumber(item)) types.add(checkNumber(item))
    else fail(14, 'type must be represented as a number or a string')
  }
  return types
}

function addAlias(types: Set<number>, alias: string): void {
  if (alias === 'number') {
    for (const number of numbers) types.add(number)
    return
  }
  const number = typeNumbers.get(alias)
  if (number === undefined) fail(2, `Unknown type name alias: ${alias}`)
  types.add(number)
}

function checkNumber(item: Value): number {
  const whole = isNumber(item) ? asBigInt(item) : undefined
  if (whole === undefined) fail(2, `Invalid numerical type code: ${printBson(item)}`)
  const number = Number(whole)
  if (number === 0) fail(2, 'Invalid numerical type code: 0. Instead use {$exists:false}.')
  if (nameOfType(number) === undefined) fail(2, `Invalid numerical type code: ${number}`)
  return number
}
