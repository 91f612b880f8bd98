import { describe, expect, it } from 'vitest'
import { codeOf, double, evaluate, show, title } from './evaluate.ts'
import type { Row } from './evaluate.ts'

const RESULTS: readonly Row[] = [
  [{ $arrayElemAt: [[1, 2, 3], 0] }, 1],
  [{ $arrayElemAt: [[1, 2, 3], -2] }, 2],
  [{ $arrayElemAt: [[1, 2, 3], 15] }, 'missing'],
  [{ $arrayElemAt: [[1], -5] }, 'missing'],
  [{ $arrayElemAt: [null, 0] }, null],
  [{ $first: [[1, 2]] }, 1],
  [{ $last: [[1, 2]] }, 2],
  [{ $first: [[]] }, 'missing'],
  [{ $first: '$none' }, null],
  [{ $concatArrays: [['a'], ['b', ['c']]] }, ['a', 'b', ['c']]],
  [{ $concatArrays: [['a'], null] }, null],
  [{ $in: [2, [1, 2, 3]] }, true],
  [{ $in: [double(2), [1, 2, 3]] }, true],
  [{ $in: ['abc', ['xyz']] }, false],
  [{ $in: ['$none', [null]] }, false],
  [{ $in: [1, '$l'] }, true, { l: [1] }],
  [{ $indexOfArray: [['a', 'abc'], 'a'] }, 0],
  [{ $indexOfArray: [['a', 'abc', 'de', 'de'], 'de'] }, 2],
  [{ $indexOfArray: [[1, 2], 5] }, -1],
  [{ $indexOfArray: [[1, 2, 3], 2, 2] }, -1],
  [{ $indexOfArray: [['a', 'abc', 'b'], 'b', 1, 3] }, 2],
  [{ $indexOfArray: [null, 'foo'] }, null],
  [{ $isArray: ['hello'] }, false],
  [{ $isArray: [['hello']] }, true],
  [{ $range: [0, 10, 2] }, [0, 2, 4, 6, 8]],
  [{ $range: [10, 0, -2] }, [10, 8, 6, 4, 2]],
  [{ $range: [0, 10, -2] }, []],
  [{ $range: [0, 3] }, [0, 1, 2]],
  [{ $reverseArray: { $literal: [1, 2, 3] } }, [3, 2, 1]],
  [{ $reverseArray: [[1, [2, 3]]] }, [[2, 3], 1]],
  [{ $reverseArray: null }, null],
  [{ $size: [[1, 2]] }, 2],
  [{ $slice: [[1, 2, 3], 1, 1] }, [2]],
  [{ $slice: [[1, 2, 3], -2] }, [2, 3]],
  [{ $slice: [[1, 2, 3], 15, 2] }, []],
  [{ $slice: [[1, 2, 3], -15, 2] }, [1, 2]],
  [{ $slice: [null, 1] }, null],
  [{ $zip: { inputs: [['a', 'b'], [1]] } }, [['a', 1]]],
  [
    { $zip: { inputs: [['a'], [1, 2]], useLongestLength: true } },
    [
      ['a', 1],
      [null, 2],
    ],
  ],
  [
    { $zip: { inputs: [['a'], [1, 2]], useLongestLength: true, defaults: ['x', 0] } },
    [
      ['a', 1],
      ['x', 2],
    ],
  ],
  [{ $zip: { inputs: [null, [1]] } }, null],
  [{ $sortArray: { input: [3, 1, 'a', null, [2]], sortBy: 1 } }, [null, 1, 3, 'a', [2]]],
  [
    { $sortArray: { input: [{ a: 1, b: 2 }, { a: 1, b: 1 }, { a: 0 }], sortBy: { a: -1, b: 1 } } },
    [{ a: 1, b: 1 }, { a: 1, b: 2 }, { a: 0 }],
  ],
  [{ $firstN: { n: 2, input: [1, 2, 3] } }, [1, 2]],
  [{ $lastN: { n: 2, input: [1, 2, 3] } }, [2, 3]],
  [{ $minN: { n: 2, input: [3, null, 1, 2] } }, [1, 2]],
  [{ $maxN: { n: 2, input: [3, 1, 2] } }, [3, 2]],
  [{ $firstN: { n: 5, input: [1] } }, [1]],
]
const CODES: readonly (readonly [unknown, number])[] = [
  [{ $arrayElemAt: [1, 0] }, 28689],
  [{ $arrayElemAt: [[1], 'a'] }, 28690],
  [{ $arrayElemAt: [[1], 1.5] }, 28691],
  [{ $first: 1 }, 28689],
  [{ $concatArrays: [1] }, 28664],
  [{ $in: [1, 2] }, 40081],
  [{ $indexOfArray: ['a', 1] }, 40090],
  [{ $indexOfArray: [[1], 1, 1.5] }, 40096],
  [{ $indexOfArray: [[1], 1, -1] }, 40097],
  [{ $range: ['a', 1] }, 34443],
  [{ $range: [1.5, 2] }, 34444],
  [{ $range: [1, 'a'] }, 34445],
  [{ $range: [1, 2, 0] }, 34449],
  [{ $reverseArray: 1 }, 34435],
  [{ $size: '$none' }, 17124],
  [{ $slice: [1, 1] }, 28724],
  [{ $slice: [[1], 'a'] }, 28725],
  [{ $slice: [[1], 1, 0] }, 28729],
  [{ $zip: {} }, 34465],
  [{ $zip: { inputs: [[1]], defaults: [1] } }, 34466],
  [{ $zip: { inputs: [1] } }, 34468],
  [{ $sortArray: { input: 1, sortBy: 1 } }, 2942504],
  [{ $firstN: { n: 0, input: [] } }, 5787908],
  [{ $firstN: { n: 'a', input: [] } }, 5787902],
  [{ $firstN: { n: 1, input: 5 } }, 5788200],
]

describe('array expressions', () => {
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
