/* oxlint-disable unicorn/no-thenable -- `then` is a word of $switch */
import { describe, expect, it } from 'vitest'
import { MongoError } from '../../../src/mongo/bson/errors.ts'
import { decimal, evaluate, show, title } from './evaluate.ts'

/* What a mistake in an expression is answered with, word for word. */

function wordsOf(expression: unknown, doc: Record<string, unknown> = {}): readonly [number, string] | string {
  try {
    return `no error but ${title(show(evaluate(expression, doc)))}`
  } catch (error) {
    if (error instanceof MongoError) return [error.code, error.message]
    throw error
  }
}

const SUBSET = 'both operands of $setIsSubset must be arrays.'
const ADD = 'Expected arguments are startDate, unit, amount, and optionally timezone.'
const TRUNC = 'Expected arguments are date, unit, and optionally, binSize, timezone, startOfWeek'
const SWITCH = 'Cannot execute a switch statement where all the cases evaluate to false without a default'
const ZONE = `parameter 'timezone' value parsing failed :: caused by :: unrecognized time zone identifier: "X"`
const EPOCH = new Date(0)

/** Rows with a title that can show every value. */
function titled<T extends readonly [unknown, ...unknown[]]>(rows: readonly T[]): [string, ...T][] {
  return rows.map((row) => [title(row[0]), ...row])
}

describe('the words of errors', () => {
  it.each(
    titled<[unknown, number, string, Record<string, unknown>?]>([
      [
        { $setEquals: ['$a', [1]] },
        17044,
        'All operands of $setEquals must be arrays. 1-th argument is of type: int',
        { a: 1 },
      ],
      [
        { $setEquals: ['$a', 'x'] },
        5887502,
        'All operands of $setEquals must be arrays. 2-th argument is of type: string',
      ],
      [{ $setIsSubset: ['$a', [1]] }, 17310, `${SUBSET} First argument is of type: missing`],
      [{ $setIsSubset: ['$a', 1] }, 17311, `${SUBSET} Second argument is of type: int`],
      [{ $setIsSubset: [1, '$a'] }, 17046, `${SUBSET} First argument is of type: int`, { a: [] }],
      [
        { $indexOfArray: ['x', '$a'] },
        50809,
        'First operand of $indexOfArray must be an array. First argument is of type: string',
      ],
      [
        { $indexOfArray: ['x', 'x'] },
        40090,
        '$indexOfArray requires an array as a first argument, found: string',
      ],
      [
        { $range: [0, 100_000_000] },
        146,
        '$range would use too much memory (1600000040 bytes) and cannot spill to disk. Memory limit: 104857600 bytes',
      ],
      [{ $switch: { branches: [{ case: 0, then: 1 }] } }, 40069, SWITCH],
      [
        { $sortArray: { input: [], sortBy: {} } },
        2942505,
        'BadValue: The $sort pattern is empty when it should be a set of fields.',
      ],
      [
        { $sortArray: { input: [], sortBy: { a: 2 } } },
        2942505,
        'BadValue: The $sort element value must be either 1 or -1',
      ],
      [{ $sortArray: { input: [], sortBy: 2 } }, 2942506, 'The $sort element value must be either 1 or -1'],
      [
        { $sortArray: { input: [], sortBy: 'a' } },
        2942507,
        'The $sort is invalid: use 1/-1 to sort the whole element, or {field:1/-1} to sort embedded fields',
      ],
      [
        { $setField: { field: '$a', input: {}, value: 1 } },
        4161108,
        "'$a' is a field path reference which is not allowed in this context. Did you mean {$literal: '$a'}?",
      ],
      [
        { $setField: { field: { $concat: ['a', 'b'] }, input: {}, value: 1 } },
        4161106,
        "$setField requires 'field' to evaluate to a constant, but got a non-constant argument",
      ],
      [
        { $unsetField: { field: 1, input: {} } },
        4161107,
        "$unsetField requires 'field' to evaluate to type String, but got int",
      ],
      [{ $setField: { field: 'a' } }, 4161103, "$setField requires 'value' to be specified"],
      [
        { $unsetField: { field: 'a', input: 1 } },
        4161105,
        "$setField requires 'input' to evaluate to type Object",
      ],
      [{ $setField: 1 }, 4161100, '$setField only supports an object as its argument'],
      [{ $arrayToObject: [[{ k: 'a\0', v: 1 }]] }, 4940401, 'Key field cannot contain an embedded null byte'],
      [
        { $dateAdd: { startDate: EPOCH, unit: 'day', amount: 1, x: 1 } },
        5166401,
        `Unrecognized argument to $dateAdd: x. ${ADD}`,
      ],
      [
        { $dateTrunc: { date: EPOCH, unit: 'day', x: 1 } },
        5439008,
        `Unrecognized argument to $dateTrunc: x. ${TRUNC}`,
      ],
      [{ $dateTrunc: { date: EPOCH, unit: 'day', timezone: 'X' } }, 40485, `$dateTrunc ${ZONE}`],
      [
        { $dateDiff: { startDate: EPOCH, endDate: EPOCH, unit: 'day', timezone: 'X' } },
        40485,
        `$dateDiff ${ZONE}`,
      ],
      [
        { $dateSubtract: { startDate: EPOCH, unit: 'day', amount: -(2n ** 63n) } },
        6045000,
        "invalid $dateSubtract 'amount' parameter value: -9223372036854775808",
      ],
      [{ $firstN: 5 }, 5787801, 'specification must be an object; found $firstN: 5'],
      [{ $maxN: 'x' }, 5787900, 'specification must be an object; found $maxN: "x"'],
      [{ $minN: { n: 1, input: null } }, 5788200, 'Input must be an array'],
      [{ $median: 1 }, 7436201, 'specification must be an object; found $median: 1'],
      [
        { $percentile: { input: [1], p: ['x'], method: 'approximate' } },
        7750302,
        `The $percentile 'p' field must be an array of numbers from [0.0, 1.0], but found: "x"`,
      ],
      [
        { $percentile: { input: [1], p: [2], method: 'approximate' } },
        7750303,
        "The $percentile 'p' field must be an array of numbers from [0.0, 1.0], but found: 2",
      ],
      [
        { $percentile: { input: [1], p: '$p', method: 'approximate' } },
        7750300,
        `The $percentile 'p' field must be an array of constant values, but found value: "$p".`,
      ],
      [
        { $median: { input: [1], method: 1 } },
        14,
        "BSON field '$median.method' is the wrong type 'int', expected type 'string'",
      ],
      [
        { $regexMatch: { input: 'a', regex: '(a' } },
        51111,
        'Invalid Regex in $regexMatch: missing closing parenthesis',
      ],
      [
        { $regexMatch: { input: 'a', regex: 'a', options: 'i\0' } },
        51110,
        '$regexMatch: regular expression options cannot contain an embedded null byte',
      ],
      [
        { $convert: { input: 'a', to: 'binData' } },
        4341115,
        "Format must be speficied when converting from 'string' to 'binData'",
      ],
      [
        { $convert: { input: 'a', to: 'binData', format: 'uuid' } },
        241,
        "Failed to parse BinData 'a' in $convert with no onError value: Only the 'uuid' format is allowed with the UUID subtype",
      ],
    ]),
  )('answer %s', (_title, expression, code, words, doc) => {
    expect(wordsOf(expression, doc)).toEqual([code, words])
  })

  it.each(
    titled<[unknown, unknown, Record<string, unknown>?]>([
      // A constant decides for a document that an operand before it would fail on.
      [{ $and: [{ $divide: [1, '$zero'] }, false] }, false, { zero: 0 }],
      [{ $or: [{ $divide: [1, '$zero'] }, 1] }, true, { zero: 0 }],
      [
        {
          $switch: {
            branches: [
              { case: 0, then: 1 },
              { case: true, then: 2 },
            ],
          },
        },
        2,
      ],
      [
        {
          $switch: {
            branches: [
              { case: '$a', then: 1 },
              { case: 1, then: 2 },
            ],
          },
        },
        2,
        { a: 0 },
      ],
      [{ $switch: { branches: [{ case: false, then: 1 }], default: '$a' } }, 7, { a: 7 }],
      // The first two differ, so the third is not looked at.
      [{ $setEquals: ['$a', '$b', '$c'] }, false, { a: [1], b: [2], c: 3 }],
      [{ $setIntersection: ['$a', '$b'] }, [1], { a: [decimal('1'), 2, 3], b: [1] }],
      // Arrays within are compared as they are, not by an element.
      [
        { $sortArray: { input: '$a', sortBy: { v: 1 } } },
        [{ v: 9 }, { v: [1] }, { v: [3, 0] }],
        { a: [{ v: [3, 0] }, { v: 9 }, { v: [1] }] },
      ],
      [{ $sortArray: { input: [2, { v: 1 }, 1], sortBy: { v: 1 } } }, [2, 1, { v: 1 }]],
      [{ $filter: { input: [], cond: true, limit: 'x' } }, []],
      [{ $log: [decimal('NaN'), 10] }, 'double NaN'],
      [{ $log: [10, decimal('Infinity')] }, 'decimal 0'],
      [{ $regexMatch: { input: 'a', regex: null, options: '?' } }, false],
      [{ $toString: { $convert: { input: 'abcd', to: 'binData', format: 'base64' } } }, 'abcd'],
    ]),
  )('do not come of %s', (_title, expression, expected, doc) => {
    expect(show(evaluate(expression, doc))).toEqual(expected)
  })
})
