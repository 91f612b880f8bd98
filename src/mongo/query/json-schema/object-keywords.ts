import { fail } from '../../bson/errors.ts'
import { isDoc, type Doc, type Value } from '../../bson/value.ts'
import { compilePattern } from '../../pattern/compile-pattern.ts'
import { countOperand, docOperand, namesOperand, typeOf } from './operands.ts'
import { entry, type Keyword, type Rule, type Schema, type SchemaScope } from './rule.ts'

export const required: Keyword = (operand, _, name) => {
  const names = namesOperand(name, operand)
  const missing = (doc: Doc): string[] => names.filter((each) => !doc.has(each))
  return {
    accepts: (value) => !isDoc(value) || missing(value).length === 0,
    explain: (value) =>
      entry(name, { specifiedAs: new Map([[name, operand]]), missingProperties: missing(value as Doc) }),
  }
}

export const properties: Keyword = (operand, { compile }, name) => {
  const schemas = compileEach(name, operand, compile)
  return {
    accepts: (value) => {
      if (!isDoc(value)) return true
      for (const [field, schema] of schemas) {
        const item = value.get(field)
        if (item !== undefined && !schema.accepts(item)) return false
      }
      return true
    },
    explain: (value) => {
      const failures: Doc[] = []
      for (const [field, schema] of schemas) {
        const item = (value as Doc).get(field)
        if (item === undefined || schema.accepts(item)) continue
        failures.push(
          new Map<string, Value>([
            ['propertyName', field],
            ...schema.notes,
            ['details', schema.failures(item)],
          ]),
        )
      }
      return entry(name, { propertiesNotSatisfied: failures })
    },
  }
}

export const patternProperties: Keyword = (operand, { compile }, name) => {
  const schemas = [...compileEach(name, operand, compile)].map(([source, schema]) => ({
    source,
    expression: compilePattern(source, ''),
    schema,
  }))
  const failures = (doc: Doc): Doc[] =>
    [...doc].flatMap(([field, item]) =>
      schemas
        .filter(({ expression, schema }) => expression.test(field) && !schema.accepts(item))
        .map(
          ({ source, schema }) =>
            new Map<string, Value>([
              ['propertyName', field],
              ...schema.notes,
              ['regexMatched', source],
              ['details', schema.failures(item)],
            ]),
        ),
    )
  return {
    accepts: (value) => !isDoc(value) || failures(value).length === 0,
    explain: (value) => entry(name, { details: failures(value as Doc) }),
  }
}

/** `additionalProperties`: what neither `properties` nor `patternProperties` speaks of. */
export const additionalProperties: Keyword = (operand, scope, name) => {
  if (typeof operand !== 'boolean' && !isDoc(operand)) {
    fail(14, `$jsonSchema keyword '${name}' must be an object or a boolean`)
  }
  if (operand === true) return undefined
  const isAdditional = additionalTest(scope)
  const names = (doc: Doc): string[] => [...doc.keys()].filter(isAdditional)
  if (operand === false) {
    return {
      accepts: (value) => !isDoc(value) || names(value).length === 0,
      explain: (value) =>
        entry(name, { specifiedAs: new Map([[name, operand]]), additionalProperties: names(value as Doc) }),
    }
  }
  const schema = scope.compile(operand)
  const failing = (doc: Doc): string | undefined =>
    names(doc).find((field) => !schema.accepts(doc.get(field)!))
  return {
    accepts: (value) => !isDoc(value) || failing(value) === undefined,
    explain: (value) => {
      const failingProperty = failing(value as Doc)!
      return entry(name, {
        ...Object.fromEntries(schema.notes),
        reason: 'at least one additional property did not match the subschema',
        failingProperty,
        details: schema.failures((value as Doc).get(failingProperty)!),
      })
    },
  }
}

function additionalTest({ siblings }: SchemaScope): (field: string) => boolean {
  const listed = siblings.get('properties')
  const patterns = siblings.get('patternProperties')
  const expressions = isDoc(patterns) ? [...patterns.keys()].map((source) => compilePattern(source, '')) : []
  return (field) =>
    !(isDoc(listed) && listed.has(field)) && !expressions.some((expression) => expression.test(field))
}

export const minProperties: Keyword = (operand, _, name) =>
  count(name, operand, (size, limit) => size >= limit)
export const maxProperties: Keyword = (operand, _, name) =>
  count(name, operand, (size, limit) => size <= limit)

function count(name: string, operand: Value, holds: (size: number, limit: number) => boolean): Rule {
  const limit = countOperand(name, operand)
  return {
    accepts: (value) => !isDoc(value) || holds(value.size, limit),
    explain: (value) =>
      entry(name, {
        specifiedAs: new Map([[name, operand]]),
        reason: 'specified number of properties was not satisfied',
        numberOfProperties: (value as Doc).size,
      }),
  }
}

/** `dependencies`: where a field is, others must be too, or a schema must hold. */
export const dependencies: Keyword = (operand, { compile }, name) => {
  const rules = [...docOperand(name, operand)].map(([field, dependency]) => {
    if (isDoc(dependency)) return { field, schema: compile(dependency), needed: [] }
    if (Array.isArray(dependency)) return { field, schema: undefined, needed: namesOperand(name, dependency) }
    return fail(
      14,
      `$jsonSchema keyword '${name}' for property '${field}' must be either an object or an array, but got a ${typeOf(dependency)}`,
    )
  })
  const failing = (doc: Doc): typeof rules =>
    rules.filter(({ field, schema, needed }) => {
      return doc.has(field) && !(schema ? schema.accepts(doc) : needed.every((each) => doc.has(each)))
    })
  return {
    accepts: (value) => !isDoc(value) || failing(value).length === 0,
    explain: (value) =>
      entry(name, {
        failingDependencies: failing(value as Doc).map(({ field, schema, needed }) => {
          const why: [string, Value] = schema
            ? ['details', schema.failures(value)]
            : ['missingProperties', needed.filter((each) => !(value as Doc).has(each))]
          return new Map<string, Value>([['conditionalProperty', field], why])
        }),
      }),
  }
}

function compileEach(name: string, operand: Value, compile: (schema: Doc) => Schema): Map<string, Schema> {
  const schemas = new Map<string, Schema>()
  for (const [field, schema] of docOperand(name, operand)) {
    if (!isDoc(schema)) fail(14, `Nested schema for $jsonSchema property '${field}' must be an object`)
    schemas.set(field, compile(schema))
  }
  return schemas
}
