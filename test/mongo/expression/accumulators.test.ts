import { describe, expect, it } from 'vitest'
import { codeOf, decimal, evaluate, show, title } from './evaluate.ts'
import type { Row } from './evaluate.ts'

const RESULTS: readonly Row[] = [
  [{ $sum: [1, 2, 'a', 3] }, 6],
  [{ $sum: '$l' }, 6, { l: [1, 2, [5], 3] }],
  [{ $sum: ['$l', 1] }, 1, { l: [1, 2] }],
  [{ $sum: '$none' }, 0],
  [{ $sum: [0.1, 0.2, 0.3] }, 'double 0.6'],
  [{ $sum: [2147483647, 1] }, 'long 2147483648'],
  [{ $sum: [9223372036854775807n, 1] }, 'double 9223372036854776000'],
  [{ $sum: [9223372036854775807n, 1, -1] }, 'long 9223372036854775807'],
  [{ $sum: [1, decimal('2.5')] }, 'decimal 3.5'],
  [{ $sum: [Infinity, -Infinity] }, 'double NaN'],
  [{ $avg: [1, 2, 3, 4] }, 'double 2.5'],
  [{ $avg: [2, 4] }, 'double 3'],
  [{ $avg: [] }, null],
  [{ $avg: [1, decimal('2')] }, 'decimal 1.5'],
  [{ $min: [3, null, 1, 'a'] }, 1],
  [{ $max: [3, null, 1, 'a'] }, 'a'],
  [{ $max: '$l' }, 3, { l: [1, 3, 2] }],
  [{ $max: [[1, 9], [2]] }, [2]],
  [{ $min: [null] }, null],
  [{ $stdDevPop: [2, 4, 4, 4, 5, 5, 7, 9] }, 'double 2'],
  [{ $stdDevSamp: [1, 2, 3] }, 'double 1'],
  [{ $stdDevSamp: [1] }, null],
  [{ $stdDevPop: [] }, null],
  [{ $median: { input: [1, 5, 2, 'a'], method: 'approximate' } }, 'double 2'],
  [{ $median: { input: null, method: 'approximate' } }, null],
  [
    { $percentile: { input: [10, 20, 30, 40], p: [0, 0.5, 1], method: 'approximate' } },
    ['double 10', 'double 20', 'double 40'],
  ],
  [{ $percentile: { input: [NaN, 1, NaN], p: [1], method: 'approximate' } }, ['double 1']],
  [{ $percentile: { input: [], p: [0.5], method: 'approximate' } }, [null]],
]
const CODES: readonly (readonly [unknown, number])[] = [
  [{ $median: { input: [1] } }, 40414],
  [{ $median: { input: [1], method: 'discrete' } }, 2],
  [{ $percentile: { input: [1], p: [2], method: 'approximate' } }, 7750303],
  [{ $percentile: { input: [1], p: 0.5, method: 'approximate' } }, 7750301],
]

describe('accumulators within expressions', () => {
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
