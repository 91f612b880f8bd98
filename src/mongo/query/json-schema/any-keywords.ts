import { hashKey } from '../../bson/compare.ts'
import { fail } from '../../bson/errors.ts'
import { typeNumber } from '../../bson/type.ts'
import { isDoc, type Doc, type Value } from '../../bson/value.ts'
import { parseTypes } from '../types.ts'
import { typeOf } from './operands.ts'
import { entry, type Keyword, type Rule, type Schema, simpleRule } from './rule.ts'

const jsonTypes: Readonly<Record<string, readonly number[]>> = {
  array: [4],
  boolean: [8],
  null: [10],
  number: [1, 16, 18, 19],
  object: [3],
  string: [2],
}

/** `bsonType`: the aliases of $type. */
export const bsonType: Keyword = (operand, { siblings }) => {
  if (siblings.has('type')) fail(9, "Cannot specify both $jsonSchema keywords 'type' and 'bsonType'")
  for (const item of Array.isArray(operand) ? operand : [operand]) {
    if (typeof item !== 'string') {
      fail(14, "$jsonSchema keyword 'bsonType' must be either a string or an array of strings")
    }
  }
  return typeRule('bsonType', operand, parseTypes(operand))
}

/** `type`: JSON's types; "integer" is none of BSON's. */
export const type: Keyword = (operand) => {
  const types = new Set<number>()
  for (const item of Array.isArray(operand) ? operand : [operand]) {
    if (typeof item !== 'string') {
      fail(14, "$jsonSchema keyword 'type' must be either a string or an array of strings")
    }
    if (item === 'integer') fail(9, "$jsonSchema type 'integer' is not currently supported.")
    const numbers = jsonTypes[item]
    if (!numbers) fail(2, `Unknown type name alias: ${item}`)
    for (const number of numbers) types.add(number)
  }
  return typeRule('type', operand, types)
}

function typeRule(name: string, operand: Value, types: ReadonlySet<number>): Rule {
  if (types.size === 0) fail(9, `$jsonSchema keyword '${name}' must name at least one type`)
  return {
    accepts: (value) => types.has(typeNumber(value)),
    explain: (value) =>
      entry(name, {
        specifiedAs: new Map([[name, operand]]),
        reason: 'type did not match',
        consideredValue: value,
        consideredType: typeOf(value),
      }),
  }
}

/** `enum`: one of these values; the order of fields does not count. */
export const enumeration: Keyword = (operand, _, name) => {
  if (!Array.isArray(operand)) fail(14, `$jsonSchema keyword '${name}' must be an array`)
  if (operand.length === 0) fail(9, `$jsonSchema keyword '${name}' cannot be an empty array`)
  const keys = new Set(operand.map(unorderedKey))
  if (keys.size < operand.length)
    fail(9, `$jsonSchema keyword '${name}' array cannot contain duplicate values.`)
  return simpleRule(name, operand, 'value was not found in enum', (value) => keys.has(unorderedKey(value)))
}

/** One text for values that are equal when the order of fields is not counted. */
export function unorderedKey(value: Value): string {
  return hashKey(sortFields(value))
}

function sortFields(value: Value): Value {
  if (Array.isArray(value)) return value.map(sortFields)
  if (!isDoc(value)) return value
  const entries = [...value].map(([name, item]): [string, Value] => [name, sortFields(item)])
  return new Map(entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
}

export const allOf: Keyword = (operand, { compile }, name) => {
  const schemas = compileList(operand, compile, name)
  return {
    accepts: (value) => schemas.every((schema) => schema.accepts(value)),
    explain: (value) => entry(name, { schemasNotSatisfied: listFailures(schemas, value) }),
  }
}

export const anyOf: Keyword = (operand, { compile }, name) => {
  const schemas = compileList(operand, compile, name)
  return {
    accepts: (value) => schemas.some((schema) => schema.accepts(value)),
    explain: (value) => entry(name, { schemasNotSatisfied: listFailures(schemas, value) }),
  }
}

export const oneOf: Keyword = (operand, { compile }, name) => {
  const schemas = compileList(operand, compile, name)
  const matching = (value: Value): number[] => [...schemas.keys()].filter((i) => schemas[i]!.accepts(value))
  return {
    accepts: (value) => matching(value).length === 1,
    explain: (value) => {
      const indexes = matching(value)
      return indexes.length === 0
        ? entry(name, { schemasNotSatisfied: listFailures(schemas, value) })
        : entry(name, { reason: 'more than one subschema matched', matchingSchemaIndexes: indexes })
    },
  }
}

export const not: Keyword = (operand, { compile }, name) => {
  if (!isDoc(operand))
    fail(
      14,
      `$jsonSchema keyword '${name}' must be an object, but found an element of type ${typeOf(operand)}`,
    )
  const schema = compile(operand)
  return {
    accepts: (value) => !schema.accepts(value),
    explain: () => entry(name, { reason: 'child expression matched' }),
  }
}

function compileList(operand: Value, compile: (schema: Doc) => Schema, name: string): Schema[] {
  if (!Array.isArray(operand)) {
    fail(
      14,
      `$jsonSchema keyword '${name}' must be an array, but found an element of type ${typeOf(operand)}`,
    )
  }
  if (operand.length === 0) fail(2, `$jsonSchema keyword '${name}' must be a non-empty array`)
  return operand.map((schema) => {
    if (!isDoc(schema)) {
      fail(
        14,
        `$jsonSchema keyword '${name}' must be an array of objects, but found an element of type ${typeOf(schema)}`,
      )
    }
    return compile(schema)
  })
}

function listFailures(schemas: readonly Schema[], value: Value): Doc[] {
  return [...schemas.entries()]
    .filter(([, schema]) => !schema.accepts(value))
    .map(
      ([index, schema]) =>
        new Map<string, Value>([['index', index], ...schema.notes, ['details', schema.failures(value)]]),
    )
}
