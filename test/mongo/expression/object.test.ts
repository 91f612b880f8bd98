import { Binary, Timestamp } from '../../../src/mongo/bson/value.ts'
import { describe, expect, it } from 'vitest'
import { codeOf, decimal, double, evaluate, show, title } from './evaluate.ts'
import type { Row } from './evaluate.ts'

const RESULTS: readonly Row[] = [
  [{ $mergeObjects: [{ a: 1, b: 1 }, null, { b: 2, c: 3 }] }, { a: 1, b: 2, c: 3 }],
  [{ $mergeObjects: null }, {}],
  [
    { $objectToArray: { $literal: { a: 1, b: [2] } } },
    [
      { k: 'a', v: 1 },
      { k: 'b', v: [2] },
    ],
  ],
  [{ $objectToArray: '$none' }, null],
  [
    {
      $arrayToObject: [
        [
          ['a', 1],
          ['b', 2],
        ],
      ],
    },
    { a: 1, b: 2 },
  ],
  [{ $arrayToObject: { $literal: [{ k: 'a', v: 1 }] } }, { a: 1 }],
  [{ $arrayToObject: [[]] }, {}],
  [{ $getField: 'a.b' }, 5, { 'a.b': 5 }],
  [{ $getField: { $literal: '$x' } }, 6, { $x: 6 }],
  [{ $getField: { field: 'a', input: { a: 1 } } }, 1],
  [{ $getField: { field: 'a', input: '$none' } }, 'missing'],
  [{ $getField: { field: 'a', input: null } }, null],
  [{ $getField: { field: 'a', input: 5 } }, 'missing'],
  [{ $getField: { field: '$which', input: { a: 1 } } }, 1, { which: 'a' }],
  [{ $setField: { field: 'a.b', input: '$$ROOT', value: 1 } }, { x: 2, 'a.b': 1 }, { x: 2 }],
  [{ $setField: { field: 'x', input: '$$ROOT', value: '$$REMOVE' } }, { y: 3 }, { x: 2, y: 3 }],
  [{ $unsetField: { field: 'x', input: '$$ROOT' } }, { y: 3 }, { x: 2, y: 3 }],
  [{ $setField: { field: 'x', input: null, value: 1 } }, null],
  [{ $type: '$none' }, 'missing'],
  [{ $type: [[]] }, 'array'],
  [{ $type: 5n }, 'long'],
  [{ $type: double(5) }, 'double'],
  [{ $isNumber: decimal('1') }, true],
  [{ $isNumber: '1' }, false],
  [{ $bsonSize: '$$ROOT' }, 12, { a: 1 }],
  [{ $bsonSize: null }, null],
  [{ $binarySize: 'é' }, 2],
  [{ $binarySize: new Binary(Buffer.from('abc'), 0) }, 3],
  [{ $tsSecond: new Timestamp({ t: 100, i: 7 }) }, 'long 100'],
  [{ $tsIncrement: new Timestamp({ t: 100, i: 7 }) }, 'long 7'],
]
const CODES: readonly (readonly [unknown, number])[] = [
  [{ $mergeObjects: [1] }, 40400],
  [{ $objectToArray: 1 }, 40390],
  [{ $arrayToObject: 1 }, 40386],
  [{ $arrayToObject: [[1]] }, 40398],
  [{ $arrayToObject: [[['a', 1], { k: 'b', v: 1 }]] }, 40396],
  [{ $arrayToObject: [[{ k: 'b', v: 1 }, 1]] }, 40391],
  [{ $arrayToObject: [[['a']]] }, 40397],
  [{ $arrayToObject: [[[1, 1]]] }, 40395],
  [{ $arrayToObject: [[{ k: 'a' }]] }, 40392],
  [{ $arrayToObject: [[{ k: 'a', w: 1 }]] }, 40393],
  [{ $arrayToObject: [[{ k: 1, v: 1 }]] }, 40394],
  [{ $getField: { field: 1, input: {} } }, 5654602],
  [{ $getField: { field: 'a' } }, 3041703],
  [{ $setField: { field: '$a', input: {}, value: 1 } }, 4161108],
  [{ $setField: { field: 'a', input: 5, value: 1 } }, 4161105],
  [{ $bsonSize: 'a' }, 31393],
  [{ $binarySize: 1 }, 51276],
  [{ $tsSecond: 1 }, 5687301],
]

describe('object expressions', () => {
  it.each(RESULTS.map((row) => [title(row[0]), ...row] as const))(
    'evaluate %s',
    (_title, expression, expected, doc = {}) => {
      expect(show(evaluate(expression, doc))).toEqual(expected)
    },
  )
  it.each(CODES.map((row) => [title(row[0]), ...row] as const))('refuse %s', (_title, expression, code) => {
    expect(codeOf(expression)).toBe(code)
  })
})
