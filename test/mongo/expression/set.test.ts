import { MinKey } from '../../../src/mongo/bson/value.ts'
/* oxlint-disable unicorn/no-thenable -- `then` is a word of $cond and $switch */
import { describe, expect, it } from 'vitest'
import { codeOf, decimal, double, evaluate, show, title } from './evaluate.ts'
import type { Row } from './evaluate.ts'

const RESULTS: readonly Row[] = [
  [
    {
      $setEquals: [
        ['a', 'b', 'a'],
        ['b', 'a'],
      ],
    },
    true,
  ],
  [{ $setEquals: [['a'], [['a']]] }, false],
  [
    {
      $setIntersection: [
        ['b', 'a', 'a'],
        ['a', 'b', 'c'],
      ],
    },
    ['a', 'b'],
  ],
  [{ $setIntersection: [[1], null] }, null],
  [{ $setIntersection: [] }, []],
  [
    {
      $setUnion: [
        ['b', 'a'],
        ['c', 'a'],
      ],
    },
    ['a', 'b', 'c'],
  ],
  [{ $setUnion: [[1, 2n, double(1)], [2]] }, [1, 'long 2']],
  [{ $setDifference: [['a', 'b', 'a', 'c'], ['b']] }, ['a', 'c']],
  [
    {
      $setIsSubset: [
        ['a', 'a'],
        ['a', 'b'],
      ],
    },
    true,
  ],
  [{ $setIsSubset: [[['a']], ['a']] }, false],
  [{ $allElementsTrue: [[true, 1, 'x']] }, true],
  [{ $allElementsTrue: [[]] }, true],
  [{ $allElementsTrue: [[null]] }, false],
  [{ $anyElementTrue: [[0, null, 'x']] }, true],
  [{ $anyElementTrue: [[]] }, false],
  [{ $and: [1, 'green'] }, true],
  [{ $and: [] }, true],
  [{ $and: [null, true] }, false],
  [{ $or: [] }, false],
  [{ $or: [0, null, undefined] }, false],
  [{ $or: [[], false] }, true],
  [{ $not: [true] }, false],
  [{ $not: [[false]] }, false],
  [{ $not: NaN }, false],
  [{ $eq: [1, double(1)] }, true],
  [{ $eq: ['$none', null] }, false],
  [{ $lt: ['$none', null] }, true],
  [{ $gt: ['a', 5] }, true],
  [{ $gt: ['$none', new MinKey()] }, true],
  [{ $cmp: [1, 2] }, -1],
  [
    {
      $cmp: [
        { a: 1, b: 1 },
        { b: 1, a: 1 },
      ],
    },
    -1,
  ],
  [{ $ne: [decimal('1.0'), 1] }, false],
  [{ $gte: [[1, 2], [1]] }, true],
  [{ $lte: [null, 0] }, true],
  [{ $cond: [true, 1, 2] }, 1],
  [{ $cond: { if: '$none', then: 1, else: 2 } }, 2],
  [{ $ifNull: ['$none', null, 'x'] }, 'x'],
  [{ $ifNull: ['$none', '$gone'] }, 'missing'],
  [
    {
      $switch: {
        branches: [
          { case: false, then: 1 },
          { case: 1, then: 2 },
        ],
      },
    },
    2,
  ],
  [{ $switch: { branches: [{ case: false, then: 1 }], default: 'd' } }, 'd'],
]
const CODES: readonly (readonly [unknown, number])[] = [
  [{ $setEquals: [[1]] }, 17045],
  [{ $setEquals: [[1], 2] }, 5887502],
  [{ $setIntersection: [1] }, 17047],
  [{ $setUnion: [1] }, 17043],
  [{ $setDifference: [1, []] }, 17048],
  [{ $setDifference: [[], 1] }, 17049],
  [{ $setIsSubset: [1, []] }, 17046],
  [{ $setIsSubset: [[], 1] }, 17042],
  [{ $allElementsTrue: [1] }, 17040],
  [{ $anyElementTrue: [1] }, 17041],
  [{ $eq: [1] }, 16020],
  [{ $cond: [1, 2] }, 16020],
  [{ $cond: { if: 1, then: 1 } }, 17082],
  [{ $cond: { if: 1, then: 1, else: 1, x: 1 } }, 17083],
  [{ $ifNull: ['$a'] }, 1257300],
  [{ $switch: 1 }, 40060],
  [{ $switch: { branches: 1 } }, 40061],
  [{ $switch: { branches: [1] } }, 40062],
  [{ $switch: { branches: [{ case: 1, then: 1, x: 1 }] } }, 40063],
  [{ $switch: { branches: [{ then: 1 }] } }, 40064],
  [{ $switch: { branches: [{ case: 1 }] } }, 40065],
  [{ $switch: { branches: [{ case: false, then: 1 }] } }, 40069],
  [{ $switch: { x: 1 } }, 40067],
  [{ $switch: { branches: [] } }, 40068],
]

describe('set and boolean expressions', () => {
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
