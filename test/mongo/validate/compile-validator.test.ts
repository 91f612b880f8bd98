import { describe, expect, it } from 'vitest'
import { toDoc, toPlain } from '../../../src/mongo/bson/plain.ts'
import { compileValidator } from '../../../src/mongo/validate/compile-validator.ts'

type Plain = Record<string, unknown>
const context = { now: new Date(0) }

function explain(validator: Plain, doc: Plain): unknown {
  return toPlain(compileValidator(toDoc(validator), context)(toDoc(doc)))
}

function details(validator: Plain, doc: Plain): unknown {
  return (explain(validator, doc) as Plain | undefined)?.['details']
}

describe('compileValidator', () => {
  it('#11 gives nothing for a document that is accepted', () => {
    expect(explain({ a: { $gt: 1 } }, { _id: 1, a: 2 })).toBeUndefined()
    expect(explain({ $jsonSchema: { required: ['a'] } }, { _id: 1, a: 2 })).toBeUndefined()
    expect(explain({}, { _id: 1 })).toBeUndefined()
  })

  it('#11 names the document and what was specified, considered and wrong', () => {
    expect(explain({ a: { $gt: 5 } }, { _id: 7, a: 3 })).toEqual({
      failingDocumentId: 7,
      details: {
        operatorName: '$gt',
        specifiedAs: { a: { $gt: 5 } },
        reason: 'comparison failed',
        consideredValue: 3,
      },
    })
  })

  it.each<[Plain, Plain, Plain]>([
    [{ a: 1 }, {}, { operatorName: '$eq', specifiedAs: { a: 1 }, reason: 'field was missing' }],
    [
      { a: { $gt: 5 } },
      { a: [1, 2] },
      {
        operatorName: '$gt',
        specifiedAs: { a: { $gt: 5 } },
        reason: 'comparison failed',
        consideredValues: [1, 2],
      },
    ],
    [
      { a: { $ne: 1 } },
      { a: 1 },
      {
        operatorName: '$ne',
        specifiedAs: { a: { $ne: 1 } },
        reason: 'comparison succeeded',
        consideredValue: 1,
      },
    ],
    [
      { a: { $in: [1] } },
      { a: 2 },
      {
        operatorName: '$in',
        specifiedAs: { a: { $in: [1] } },
        reason: 'no matching value found in array',
        consideredValue: 2,
      },
    ],
    [
      { a: { $nin: [2] } },
      { a: 2 },
      {
        operatorName: '$nin',
        specifiedAs: { a: { $nin: [2] } },
        reason: 'matching value found in array',
        consideredValue: 2,
      },
    ],
    [
      { a: { $exists: true } },
      {},
      { operatorName: '$exists', specifiedAs: { a: { $exists: true } }, reason: 'path does not exist' },
    ],
    [
      { a: { $exists: false } },
      { a: 1 },
      { operatorName: '$exists', specifiedAs: { a: { $exists: false } }, reason: 'path does exist' },
    ],
    [
      { a: { $type: 'string' } },
      { a: 1 },
      {
        operatorName: '$type',
        specifiedAs: { a: { $type: 'string' } },
        reason: 'type did not match',
        consideredValue: 1,
        consideredType: 'int',
      },
    ],
    [
      { a: { $regex: '^x' } },
      { a: 1 },
      {
        operatorName: '$regex',
        specifiedAs: { a: { $regex: '^x' } },
        reason: 'type did not match',
        consideredType: 'int',
        expectedTypes: ['regex', 'string', 'symbol'],
        consideredValue: 1,
      },
    ],
    [
      { a: { $size: 2 } },
      { a: [1] },
      {
        operatorName: '$size',
        specifiedAs: { a: { $size: 2 } },
        reason: 'array length was not equal to given size',
        consideredValue: [1],
      },
    ],
    [
      { a: 1, b: 2 },
      { a: 1, b: 3 },
      {
        operatorName: '$and',
        clausesNotSatisfied: [
          {
            index: 1,
            details: {
              operatorName: '$eq',
              specifiedAs: { b: 2 },
              reason: 'comparison failed',
              consideredValue: 3,
            },
          },
        ],
      },
    ],
    [
      { $or: [{ a: 1 }, { a: 2 }] },
      { a: 3 },
      {
        operatorName: '$or',
        clausesNotSatisfied: [
          {
            index: 0,
            details: {
              operatorName: '$eq',
              specifiedAs: { a: 1 },
              reason: 'comparison failed',
              consideredValue: 3,
            },
          },
          {
            index: 1,
            details: {
              operatorName: '$eq',
              specifiedAs: { a: 2 },
              reason: 'comparison failed',
              consideredValue: 3,
            },
          },
        ],
      },
    ],
    [
      { $nor: [{ a: 1 }, { a: 3 }] },
      { a: 3 },
      {
        operatorName: '$nor',
        clausesSatisfied: [
          {
            index: 1,
            details: {
              operatorName: '$eq',
              specifiedAs: { a: 3 },
              reason: 'comparison succeeded',
              consideredValue: 3,
            },
          },
        ],
      },
    ],
    [
      { a: { $not: { $gt: 1 } } },
      { a: 3 },
      {
        operatorName: '$not',
        details: {
          operatorName: '$gt',
          specifiedAs: { a: { $gt: 1 } },
          reason: 'comparison succeeded',
          consideredValue: 3,
        },
      },
    ],
    [
      { $expr: { $gt: ['$a', 5] } },
      { a: 3 },
      {
        operatorName: '$expr',
        specifiedAs: { $expr: { $gt: ['$a', 5] } },
        reason: 'expression did not match',
        expressionResult: false,
      },
    ],
  ])('#11 %j on %j', (validator, doc, expected) => {
    const found = details(validator, doc)
    expect(found).toEqual(expected)
    expect(JSON.stringify(found)).toBe(JSON.stringify(expected))
  })

  it('#11 explains $jsonSchema rule by rule, with titles and descriptions', () => {
    const schema = {
      bsonType: 'object',
      title: 'Student',
      required: ['name', 'year'],
      properties: {
        name: { bsonType: 'string', description: 'must be a string' },
        year: { bsonType: 'int', minimum: 2017, maximum: 3017 },
        tags: { bsonType: 'array', items: { bsonType: 'string' } },
      },
    }
    expect(details({ $jsonSchema: schema }, { name: 1, tags: ['a', 2] })).toEqual({
      operatorName: '$jsonSchema',
      title: 'Student',
      schemaRulesNotSatisfied: [
        {
          operatorName: 'required',
          specifiedAs: { required: ['name', 'year'] },
          missingProperties: ['year'],
        },
        {
          operatorName: 'properties',
          propertiesNotSatisfied: [
            {
              propertyName: 'name',
              description: 'must be a string',
              details: [
                {
                  operatorName: 'bsonType',
                  specifiedAs: { bsonType: 'string' },
                  reason: 'type did not match',
                  consideredValue: 1,
                  consideredType: 'int',
                },
              ],
            },
            {
              propertyName: 'tags',
              details: [
                {
                  operatorName: 'items',
                  reason: 'At least one item did not match the sub-schema',
                  itemIndex: 1,
                  details: [
                    {
                      operatorName: 'bsonType',
                      specifiedAs: { bsonType: 'string' },
                      reason: 'type did not match',
                      consideredValue: 2,
                      consideredType: 'int',
                    },
                  ],
                },
              ],
            },
          ],
        },
      ],
    })
  })
})
