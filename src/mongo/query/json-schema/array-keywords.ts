import { fail } from '../../bson/errors.ts'
import { isDoc, type Value } from '../../bson/value.ts'
import { unorderedKey } from './any-keywords.ts'
import { booleanOperand, countOperand, typeOf } from './operands.ts'
import { entry, type Keyword, type Rule, type Schema } from './rule.ts'

export const minItems: Keyword = (operand, _, name) => count(name, operand, (size, limit) => size >= limit)
export const maxItems: Keyword = (operand, _, name) => count(name, operand, (size, limit) => size <= limit)

function count(name: string, operand: Value, holds: (size: number, limit: number) => boolean): Rule {
  const limit = countOperand(name, operand)
  return {
    accepts: (value) => !Array.isArray(value) || holds(value.length, limit),
    explain: (value) =>
      entry(name, {
        specifiedAs: new Map([[name, operand]]),
        reason: 'array did not match specified length',
        consideredValue: value,
        numberOfItems: (value as Value[]).length,
      }),
  }
}

export const uniqueItems: Keyword = (operand, _, name) => {
  if (!booleanOperand(name, operand)) return undefined
  const duplicate = (items: readonly Value[]): Value | undefined => {
    const seen = new Set<string>()
    return items.find((item) => seen.size === seen.add(unorderedKey(item)).size)
  }
  return {
    accepts: (value) => !Array.isArray(value) || duplicate(value) === undefined,
    explain: (value) =>
      entry(name, {
        specifiedAs: new Map([[name, operand]]),
        reason: 'found a duplicate item',
        consideredValue: value,
        duplicatedValue: duplicate(value as Value[]),
      }),
  }
}

/** `items`: one schema for all elements, or one for each of the first. */
export const items: Keyword = (operand, { compile }, name) => {
  if (isDoc(operand))
    return eachItem(name, compile(operand), 0, 'At least one item did not match the sub-schema')
  if (!Array.isArray(operand)) {
    fail(14, `$jsonSchema keyword '${name}' must be an array or an object, not ${typeOf(operand)}`)
  }
  const schemas = operand.map((schema) => {
    if (!isDoc(schema)) {
      fail(
        14,
        `$jsonSchema keyword '${name}' requires that each element of the array is an object, but found a ${typeOf(schema)}`,
      )
    }
    return compile(schema)
  })
  const failing = (list: readonly Value[]): number[] =>
    [...schemas.keys()].filter((i) => i < list.length && !schemas[i]!.accepts(list[i]!))
  return {
    accepts: (value) => !Array.isArray(value) || failing(value).length === 0,
    explain: (value) =>
      entry(name, {
        details: failing(value as Value[]).map(
          (i) =>
            new Map<string, Value>([
              ['itemIndex', i],
              ['details', schemas[i]!.failures((value as Value[])[i]!)],
            ]),
        ),
      }),
  }
}

/** `additionalItems`: what follows the elements `items` lists one by one. */
export const additionalItems: Keyword = (operand, { compile, siblings }, name) => {
  if (typeof operand !== 'boolean' && !isDoc(operand)) {
    fail(
      14,
      `$jsonSchema keyword '${name}' must be either an object or a boolean, but got a ${typeOf(operand)}`,
    )
  }
  const listed = siblings.get('items')
  if (!Array.isArray(listed) || operand === true) return undefined
  const from = listed.length
  if (isDoc(operand)) {
    return eachItem(name, compile(operand), from, 'At least one additional item did not match the sub-schema')
  }
  return {
    accepts: (value) => !Array.isArray(value) || value.length <= from,
    explain: (value) =>
      entry(name, {
        specifiedAs: new Map([[name, operand]]),
        reason: 'found additional items',
        additionalItems: (value as Value[]).slice(from),
      }),
  }
}

function eachItem(name: string, schema: Schema, from: number, reason: string): Rule {
  const failing = (list: readonly Value[]): number =>
    list.findIndex((item, i) => i >= from && !schema.accepts(item))
  return {
    accepts: (value) => !Array.isArray(value) || failing(value) === -1,
    explain: (value) => {
      const itemIndex = failing(value as Value[])
      return entry(name, { reason, itemIndex, details: schema.failures((value as Value[])[itemIndex]!) })
    },
  }
}
