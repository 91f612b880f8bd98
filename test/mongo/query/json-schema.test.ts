import { Decimal128, Double, Long } from 'bson'
import { describe, expect, it } from 'vitest'
import { filterOf, matching } from './from-shell.ts'

type Plain = Record<string, unknown>

describe('$jsonSchema', () => {
  it.each<[Plain, Plain[], number[]]>([
    [{}, [{}, { a: 1 }], [0, 1]],
    [{ bsonType: 'object' }, [{}], [0]],
    [{ bsonType: 'array' }, [{}], []],
    [{ required: ['a', 'b'] }, [{ a: 1, b: null }, { a: 1 }], [0]],
    [{ properties: { a: { bsonType: 'int' } } }, [{ a: 1 }, { a: 1.5 }, {}, { a: '1' }], [0, 2]],
    [{ properties: { a: { bsonType: ['string', 'null'] } } }, [{ a: 'x' }, { a: null }, { a: 1 }], [0, 1]],
    [
      { properties: { a: { bsonType: 'number' } } },
      [{ a: 1 }, { a: Long.ONE }, { a: new Decimal128('1') }, { a: '1' }],
      [0, 1, 2],
    ],
    [{ properties: { a: { type: 'number' } } }, [{ a: 1 }, { a: 'x' }], [0]],
    [{ properties: { a: { type: ['boolean', 'array'] } } }, [{ a: true }, { a: [] }, { a: {} }], [0, 1]],
    [
      { properties: { a: { minimum: 5 } } },
      [{ a: 5 }, { a: 4 }, { a: 'x' }, { a: new Decimal128('5') }],
      [0, 2, 3],
    ],
    [{ properties: { a: { minimum: 5, exclusiveMinimum: true } } }, [{ a: 5 }, { a: 6 }], [1]],
    [{ properties: { a: { maximum: 5 } } }, [{ a: 5 }, { a: 6 }], [0]],
    [{ properties: { a: { maximum: 5, exclusiveMaximum: true } } }, [{ a: 5 }, { a: 4 }], [1]],
    [
      { properties: { a: { multipleOf: 3 } } },
      [{ a: 9 }, { a: 10 }, { a: new Double(9) }, { a: Number.NaN }],
      [0, 2],
    ],
    [{ properties: { a: { multipleOf: 0.1 } } }, [{ a: 0.3 }, { a: 0.35 }], [0]],
    [
      { properties: { a: { minLength: 2, maxLength: 3 } } },
      [{ a: 'x' }, { a: 'xx' }, { a: '😀😀😀' }, { a: 'xxxx' }, { a: 1 }],
      [1, 2, 4],
    ],
    [{ properties: { a: { pattern: '^x' } } }, [{ a: 'xy' }, { a: 'y' }, { a: 1 }], [0, 2]],
    [
      { properties: { a: { enum: [1, 'x', { b: 1, c: 2 }] } } },
      [{ a: 1 }, { a: 'x' }, { a: { c: 2, b: 1 } }, { a: 2 }],
      [0, 1, 2],
    ],
    [{ properties: { a: { enum: [[1]] } } }, [{ a: [1] }, { a: 1 }], [0]],
    [
      { properties: { a: { minItems: 1, maxItems: 2 } } },
      [{ a: [] }, { a: [1] }, { a: [1, 2, 3] }, { a: 'x' }],
      [1, 3],
    ],
    [
      { properties: { a: { uniqueItems: true } } },
      [
        { a: [1, 2] },
        { a: [1, new Double(1)] },
        {
          a: [
            { x: 1, y: 1 },
            { y: 1, x: 1 },
          ],
        },
      ],
      [0],
    ],
    [
      { properties: { a: { items: { bsonType: 'int' } } } },
      [{ a: [1, 2] }, { a: [1, 'x'] }, { a: [] }, { a: 'x' }],
      [0, 2, 3],
    ],
    [
      { properties: { a: { items: [{ bsonType: 'int' }, { bsonType: 'string' }], additionalItems: false } } },
      [{ a: [1, 'x'] }, { a: [1] }, { a: ['x'] }, { a: [1, 'x', 2] }],
      [0, 1],
    ],
    [
      { properties: { a: { items: [{}], additionalItems: { bsonType: 'int' } } } },
      [{ a: ['x', 1] }, { a: ['x', 'y'] }],
      [0],
    ],
    [
      { properties: { a: { properties: { b: { bsonType: 'int' } }, required: ['b'] } } },
      [{ a: { b: 1 } }, { a: {} }, { a: 5 }],
      [0, 2],
    ],
    [
      { properties: { a: {}, _id: {} }, additionalProperties: false },
      [
        { _id: 1, a: 1 },
        { a: 1, b: 1 },
      ],
      [0],
    ],
    [
      { properties: { a: {} }, additionalProperties: { bsonType: 'int' } },
      [{ a: 'x', b: 1 }, { b: 'x' }],
      [0],
    ],
    [{ patternProperties: { '^s': { bsonType: 'string' } } }, [{ s1: 'x', t: 1 }, { s1: 1 }], [0]],
    [{ patternProperties: { '^s': {} }, additionalProperties: false }, [{ s: 1 }, { t: 1 }], [0]],
    [{ minProperties: 1, maxProperties: 2 }, [{}, { a: 1 }, { a: 1, b: 1, c: 1 }], [1]],
    [{ dependencies: { a: ['b'] } }, [{ a: 1, b: 1 }, { a: 1 }, {}], [0, 2]],
    [{ dependencies: { a: { required: ['c'] } } }, [{ a: 1, c: 1 }, { a: 1 }], [0]],
    [{ allOf: [{ required: ['a'] }, { required: ['b'] }] }, [{ a: 1, b: 1 }, { a: 1 }], [0]],
    [{ anyOf: [{ required: ['a'] }, { required: ['b'] }] }, [{ a: 1 }, { c: 1 }], [0]],
    [{ oneOf: [{ required: ['a'] }, { required: ['b'] }] }, [{ a: 1 }, { a: 1, b: 1 }, {}], [0]],
    [{ not: { required: ['a'] } }, [{ a: 1 }, {}], [1]],
    [{ title: 't', description: 'd' }, [{}], [0]],
  ])('#11 %j', (schema, docs, expected) => {
    expect(matching({ $jsonSchema: schema }, docs)).toEqual(expected)
  })

  it.each<[Plain, number, string]>([
    [{ foo: 1 }, 9, 'Unknown $jsonSchema keyword: foo'],
    [{ format: 'date' }, 9, "$jsonSchema keyword 'format' is not currently supported"],
    [{ $ref: '#' }, 9, "$jsonSchema keyword '$ref' is not currently supported"],
    [{ bsonType: 'foo' }, 2, 'Unknown type name alias: foo'],
    [{ type: 'integer' }, 9, "$jsonSchema type 'integer' is not currently supported."],
    [
      { type: 'object', bsonType: 'object' },
      9,
      "Cannot specify both $jsonSchema keywords 'type' and 'bsonType'",
    ],
    [{ minimum: 'x' }, 14, "$jsonSchema keyword 'minimum' must be a number"],
    [
      { exclusiveMinimum: true },
      9,
      "$jsonSchema keyword 'minimum' must be a present if exclusiveMinimum is present",
    ],
    [{ multipleOf: 0 }, 9, "$jsonSchema keyword 'multipleOf' must have a positive value"],
    [{ required: [] }, 9, "$jsonSchema keyword 'required' cannot be an empty array"],
    [{ required: ['a', 'a'] }, 9, "$jsonSchema keyword 'required' array cannot contain duplicate values"],
    [{ properties: 1 }, 14, "$jsonSchema keyword 'properties' must be an object"],
    [{ properties: { a: 1 } }, 14, "Nested schema for $jsonSchema property 'a' must be an object"],
    [{ enum: [] }, 9, "$jsonSchema keyword 'enum' cannot be an empty array"],
    [{ title: 1 }, 14, "$jsonSchema keyword 'title' must be of type string"],
    [
      { encrypt: {} },
      115,
      "$jsonSchema keyword 'encrypt' is not supported by the embedded store; use a MongoDB server",
    ],
  ])('#11 %j is refused', (schema, code, message) => {
    expect(() => filterOf({ $jsonSchema: schema })).toThrow(expect.objectContaining({ code, message }))
  })
})
