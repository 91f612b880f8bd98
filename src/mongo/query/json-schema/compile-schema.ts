import { fail } from '../../bson/errors.ts'
import type { Doc, Value } from '../../bson/value.ts'
import { allOf, anyOf, bsonType, enumeration, not, oneOf, type } from './any-keywords.ts'
import { additionalItems, items, maxItems, minItems, uniqueItems } from './array-keywords.ts'
import { exclusive, maximum, minimum, multipleOf } from './number-keywords.ts'
import {
  additionalProperties,
  dependencies,
  maxProperties,
  minProperties,
  patternProperties,
  properties,
  required,
} from './object-keywords.ts'
import { entry, type Keyword, type Rule, type Schema } from './rule.ts'
import { maxLength, minLength, pattern } from './string-keywords.ts'

const note: Keyword = (operand, _, name) => {
  if (typeof operand !== 'string') fail(14, `$jsonSchema keyword '${name}' must be of type string`)
  return undefined
}

const refused: Keyword = (_operand, _scope, name) =>
  fail(115, `$jsonSchema keyword '${name}' is not supported by the embedded store; use a MongoDB server`)

// In the order in which a server reports broken rules.
const keywords: ReadonlyMap<string, Keyword> = new Map([
  ['title', note],
  ['description', note],
  ['bsonType', bsonType],
  ['type', type],
  ['minimum', minimum],
  ['maximum', maximum],
  ['exclusiveMinimum', exclusive],
  ['exclusiveMaximum', exclusive],
  ['multipleOf', multipleOf],
  ['minLength', minLength],
  ['maxLength', maxLength],
  ['pattern', pattern],
  ['allOf', allOf],
  ['anyOf', anyOf],
  ['oneOf', oneOf],
  ['not', not],
  ['enum', enumeration],
  ['minItems', minItems],
  ['maxItems', maxItems],
  ['uniqueItems', uniqueItems],
  ['items', items],
  ['additionalItems', additionalItems],
  ['required', required],
  ['properties', properties],
  ['minProperties', minProperties],
  ['maxProperties', maxProperties],
  ['dependencies', dependencies],
  ['patternProperties', patternProperties],
  ['additionalProperties', additionalProperties],
  ['encrypt', refused],
  ['encryptMetadata', refused],
])
const unsupported = new Set(['$ref', '$schema', 'default', 'definitions', 'examples', 'format', 'id'])

/**
 * Compiles a schema of `$jsonSchema`: JSON Schema draft 4 in MongoDB's dialect (bsonType; no references, formats
 * and defaults).
 * @throws MongoError 9 for unknown or contradictory keywords, 14 for operands of the wrong type.
 */
export function compileSchema(schema: Doc): Schema {
  for (const name of schema.keys()) {
    if (unsupported.has(name)) fail(9, `$jsonSchema keyword '${name}' is not currently supported`)
    if (!keywords.has(name)) fail(9, `Unknown $jsonSchema keyword: ${name}`)
  }
  const rules: Rule[] = []
  for (const [name, keyword] of keywords) {
    const operand = schema.get(name)
    if (operand === undefined) continue
    const rule = keyword(operand, { compile: compileSchema, siblings: schema }, name)
    if (rule) rules.push(rule)
  }
  const notes: Doc = new Map()
  for (const name of ['title', 'description']) {
    const text = schema.get(name)
    if (text !== undefined) notes.set(name, text)
  }
  const failures = (value: Value): Doc[] =>
    rules.filter((rule) => !rule.accepts(value)).map((rule) => rule.explain(value))
  return {
    notes,
    failures,
    accepts: (value) => rules.every((rule) => rule.accepts(value)),
    explain: (value) =>
      entry('$jsonSchema', { ...Object.fromEntries(notes), schemaRulesNotSatisfied: failures(value) }),
  }
}
