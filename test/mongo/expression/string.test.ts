import { BSONRegExp } from '../../../src/mongo/bson/value.ts'
import { describe, expect, it } from 'vitest'
import { codeOf, evaluate, show, title } from './evaluate.ts'
import type { Row } from './evaluate.ts'

const RESULTS: readonly Row[] = [
  [{ $concat: ['a', 'b'] }, 'ab'],
  [{ $concat: ['a', '$none'] }, null],
  [{ $indexOfBytes: ['cafeteria', 'e'] }, 3],
  [{ $indexOfBytes: ['cafétéria', 'é'] }, 3],
  [{ $indexOfBytes: ['cafétéria', 'e'] }, -1],
  [{ $indexOfBytes: ['foo.bar.fi', '.', 5] }, 7],
  [{ $indexOfBytes: ['vanilla', 'll', 0, 2] }, -1],
  [{ $indexOfBytes: ['empty', '', 5] }, 5],
  [{ $indexOfBytes: [null, 'a'] }, null],
  [{ $indexOfCP: ['cafétéria', 'é', 4] }, 5],
  [{ $indexOfCP: ['😀a', 'a'] }, 1],
  [{ $indexOfCP: ['', ''] }, 0],
  [{ $substr: ['hello', 1, 3] }, 'ell'],
  [{ $substrBytes: ['cafétéria', 8, 3] }, 'ria'],
  [{ $substrBytes: ['hello', 1, -1] }, 'ello'],
  [{ $substrBytes: ['hello', 9, 1] }, ''],
  [{ $substrBytes: [null, 0, 1] }, ''],
  [{ $substrBytes: [12345, 1, 2] }, '23'],
  [{ $substrCP: ['cafétéria', 3, 3] }, 'été'],
  [{ $substrCP: ['a', 5, 2] }, ''],
  [{ $strLenBytes: 'cafétéria' }, 11],
  [{ $strLenCP: '寿司sushi😀' }, 8],
  [{ $strcasecmp: ['A', 'a'] }, 0],
  [{ $strcasecmp: ['13Q1', '14q1'] }, -1],
  [{ $strcasecmp: [null, ''] }, 0],
  [{ $toLower: 'AbÉ' }, 'abÉ'],
  [{ $toUpper: 'abé' }, 'ABé'],
  [{ $toLower: null }, ''],
  [{ $trim: { input: ' \n good  bye \t ' } }, 'good  bye'],
  [{ $trim: { input: ' ggggoodbyeeeee', chars: ' ge' } }, 'oodby'],
  [{ $ltrim: { input: 'ggoodbyee', chars: 'ge' } }, 'oodbyee'],
  [{ $rtrim: { input: ' ab  ' } }, ' ab'],
  [{ $trim: { input: null } }, null],
  [{ $replaceOne: { input: 'a.b.c', find: '.', replacement: { $literal: '$&' } } }, 'a$&b.c'],
  [{ $replaceAll: { input: 'a.b.c', find: '.', replacement: '-' } }, 'a-b-c'],
  [{ $replaceAll: { input: 'a', find: null, replacement: '-' } }, null],
  [{ $split: ['June-15-2013', '-'] }, ['June', '15', '2013']],
  [{ $split: ['banana split', 'a'] }, ['b', 'n', 'n', ' split']],
  [{ $split: [null, 'a'] }, null],
  [{ $regexMatch: { input: 'Simple EXAMPLE', regex: /example/i } }, true],
  [{ $regexMatch: { input: null, regex: 'a' } }, false],
  [{ $regexFind: { input: 'Café 1', regex: '(?<=é) (\\d)' } }, { match: ' 1', idx: 4, captures: ['1'] }],
  [{ $regexFind: { input: 'ab', regex: 'x' } }, null],
  [{ $regexFind: { input: 'ab', regex: '(a)|(x)' } }, { match: 'a', idx: 0, captures: ['a', null] }],
  [
    { $regexFindAll: { input: 'aXbX', regex: 'x', options: 'i' } },
    [
      { match: 'X', idx: 1, captures: [] },
      { match: 'X', idx: 3, captures: [] },
    ],
  ],
  [
    { $regexFindAll: { input: 'aa', regex: '(b*?)' } },
    [
      { match: '', idx: 0, captures: [''] },
      { match: '', idx: 1, captures: [''] },
    ],
  ],
  [{ $regexFindAll: { input: '', regex: 'x*' } }, [{ match: '', idx: 0, captures: [] }]],
  [{ $regexFindAll: { input: '$none', regex: 'x' } }, []],
  [{ $regexMatch: { input: 'ab', regex: 'a b # note', options: 'x' } }, true],
  [{ $regexMatch: { input: 'AB', regex: '(?i)ab' } }, true],
  [{ $regexMatch: { input: 'a-1', regex: '^[[:alpha:]]\\-[[:digit:]]\\z' } }, true],
]
const CODES: readonly (readonly [unknown, number])[] = [
  [{ $concat: [1] }, 16702],
  [{ $indexOfBytes: [1, 'a'] }, 40091],
  [{ $indexOfBytes: ['a', 1] }, 40092],
  [{ $indexOfCP: [1, 'a'] }, 40093],
  [{ $substrBytes: ['é', 1, 1] }, 28656],
  [{ $substrBytes: ['é', 0, 1] }, 28657],
  [{ $substrBytes: ['a', -1, 1] }, 50752],
  [{ $substrBytes: ['a', 'b', 1] }, 16034],
  [{ $substrCP: ['a', 'b', 1] }, 34450],
  [{ $substrCP: ['a', 0, -1] }, 34454],
  [{ $strLenBytes: 1 }, 34473],
  [{ $strLenCP: null }, 34471],
  [{ $toLower: [[1]] }, 16007],
  [{ $trim: 'a' }, 50696],
  [{ $trim: { x: 1 } }, 50694],
  [{ $trim: {} }, 50695],
  [{ $trim: { input: 1 } }, 50699],
  [{ $trim: { input: 'a', chars: 1 } }, 50700],
  [{ $replaceAll: { input: 1, find: 'a', replacement: 'b' } }, 51746],
  [{ $replaceOne: { input: 'a', find: 1, replacement: 'b' } }, 51745],
  [{ $split: [1, 'a'] }, 40085],
  [{ $split: ['headphone jack', 7] }, 40086],
  [{ $split: ['a', ''] }, 40087],
  [{ $regexMatch: 1 }, 51103],
  [{ $regexMatch: { regex: 'a' } }, 31022],
  [{ $regexMatch: { input: 'a' } }, 31023],
  [{ $regexMatch: { input: 1, regex: 'a' } }, 51104],
  [{ $regexMatch: { input: 'a', regex: 1 } }, 51105],
  [{ $regexMatch: { input: 'a', regex: new BSONRegExp('a', 'i'), options: 'i' } }, 51107],
  [{ $regexMatch: { input: 'a', regex: 'a', options: 'q' } }, 51108],
  [{ $regexMatch: { input: 'a', regex: '(' } }, 51111],
]

describe('string expressions', () => {
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
