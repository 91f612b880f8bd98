import { Binary, Decimal128, Double, Long, MinKey, ObjectId, Timestamp } from 'bson'
import { describe, expect, it } from 'vitest'
import { toDoc } from '../../../src/mongo/bson/plain.ts'
import { UNDEFINED } from '../../../src/mongo/bson/value.ts'
import { type Case, filterOf, matching } from './from-shell.ts'

const groups: Record<string, Case[]> = {
  logical: [
    [{ $and: [{ a: 1 }, { b: 2 }] }, [{ a: 1, b: 2 }, { a: 1 }, { b: 2 }], [0]],
    [{ $or: [{ a: 1 }, { b: 2 }] }, [{ a: 1 }, { b: 2 }, { a: 2 }], [0, 1]],
    [{ $nor: [{ a: 1 }, { b: 2 }] }, [{ a: 1 }, { b: 2 }, { a: 2 }, {}], [2, 3]],
    [{ a: { $not: { $gt: 5 } } }, [{ a: 6 }, { a: 5 }, {}, { a: 'x' }, { a: [1, 6] }], [1, 2, 3]],
    [{ a: { $not: /^x/ } }, [{ a: 'xy' }, { a: 'y' }, {}], [1, 2]],
    [{ a: { $not: { $gt: 1, $lt: 5 } } }, [{ a: 3 }, { a: 1 }, { a: 9 }], [1, 2]],
    [{ a: { $not: { $not: { $eq: 1 } } } }, [{ a: 1 }, { a: 2 }], [0]],
    [{ a: 1, $comment: 'why' }, [{ a: 1 }, {}], [0]],
    [{ $alwaysTrue: 1 }, [{}], [0]],
    [{ $alwaysFalse: 1 }, [{}], []],
  ],
  element: [
    [{ a: { $exists: true } }, [{ a: 1 }, { a: null }, {}, { a: [] }], [0, 1, 3]],
    [{ a: { $exists: false } }, [{ a: 1 }, { a: null }, {}], [2]],
    [{ a: { $exists: 0 } }, [{ a: 1 }, {}], [1]],
    [{ a: { $exists: 'yes' } }, [{ a: 1 }, {}], [0]],
    [{ 'a.b': { $exists: true } }, [{ a: { b: 1 } }, { a: [{}, { b: 1 }] }, { a: [] }, { a: 1 }], [0, 1]],
    [{ 'a.1': { $exists: true } }, [{ a: [1] }, { a: [1, 2] }], [1]],
    // Below an array, the empty name at the end of a path is the array itself.
    [
      { 'a.': { $exists: true } },
      [{ a: { b: 1 } }, { a: ['x', 'y', 'z'] }, { a: [[1, 2], [3]] }, { a: [] }, { a: null }, {}],
      [1, 2, 3],
    ],
    [{ 'a.1.': { $exists: true } }, [{ a: { b: 1 } }, { a: ['x', 'y'] }, { a: [[1], [3]] }, { a: [] }], [2]],
    [{ 'a.': { $exists: false } }, [{ a: { b: 1 } }, { a: ['x'] }, { a: null }, {}], [0, 2, 3]],
    [{ 'a..': { $exists: true } }, [{ a: { b: 1 } }, { a: ['x'] }, { a: [[1]] }, { a: [] }, {}], []],
    [{ 'a.b.': { $exists: true } }, [{ a: { b: 1 } }, { a: ['x'] }, { a: { b: [] } }], [2]],
    [
      { a: { $type: 'number' } },
      [{ a: 1 }, { a: 1.5 }, { a: Long.ONE }, { a: new Decimal128('1') }, { a: '1' }],
      [0, 1, 2, 3],
    ],
    [{ a: { $type: 'int' } }, [{ a: 1 }, { a: new Double(1) }, { a: [1] }], [0, 2]],
    [{ a: { $type: 1 } }, [{ a: 1 }, { a: new Double(1) }], [1]],
    [{ a: { $type: ['string', 'null'] } }, [{ a: 'x' }, { a: null }, {}, { a: 1 }], [0, 1]],
    [{ a: { $type: 'array' } }, [{ a: [] }, { a: 1 }, { a: [[]] }], [0, 2]],
    [{ a: { $type: 'object' } }, [{ a: {} }, { a: [{}] }, { a: [] }], [0, 1]],
    [{ a: { $type: -1 } }, [{ a: new MinKey() }, { a: 1 }], [0]],
    [
      { a: { $type: ['objectId', 'date', 'bool', 'binData', 'timestamp', 'regex', 'undefined'] } },
      [
        { a: new ObjectId() },
        { a: new Date() },
        { a: true },
        { a: Buffer.from('x') },
        { a: new Timestamp({ t: 1, i: 1 }) },
        { a: /x/ },
        { a: UNDEFINED },
        { a: 1 },
      ],
      [0, 1, 2, 3, 4, 5, 6],
    ],
  ],
  array: [
    [{ a: { $size: 2 } }, [{ a: [1, 2] }, { a: [1] }, { a: 'xy' }, {}, { a: [[1, 2]] }], [0]],
    [{ a: { $size: new Double(0) } }, [{ a: [] }, { a: [1] }], [0]],
    [{ a: { $all: [1, 2] } }, [{ a: [2, 3, 1] }, { a: [1] }, { a: 1 }, {}], [0]],
    [{ a: { $all: [1] } }, [{ a: 1 }, { a: [1] }, { a: 2 }], [0, 1]],
    [{ a: { $all: [[1, 2]] } }, [{ a: [1, 2] }, { a: [[1, 2]] }, { a: [1] }], [0, 1]],
    [{ a: { $all: [] } }, [{ a: [] }, { a: 1 }, {}], []],
    [{ a: { $all: [/^x/, 'y'] } }, [{ a: ['xx', 'y'] }, { a: ['y'] }], [0]],
    [{ 'a.b': { $all: [1, 2] } }, [{ a: [{ b: 1 }, { b: 2 }] }, { a: [{ b: 1 }] }], [0]],
    [
      { a: { $all: [{ $elemMatch: { b: 1 } }, { $elemMatch: { b: 2 } }] } },
      [{ a: [{ b: 1 }, { b: 2 }] }, { a: [{ b: 1 }] }],
      [0],
    ],
    [{ a: { $elemMatch: { $gt: 1, $lt: 3 } } }, [{ a: [2] }, { a: [0, 5] }, { a: 2 }, { a: [] }], [0]],
    [
      { a: { $elemMatch: { b: 1, c: 2 } } },
      [{ a: [{ b: 1, c: 2 }] }, { a: [{ b: 1 }, { c: 2 }] }, { a: { b: 1, c: 2 } }],
      [0],
    ],
    [
      { 'a.b': { $elemMatch: { $eq: 1 } } },
      [{ a: { b: [1] } }, { a: [{ b: [1] }] }, { a: { b: 1 } }],
      [0, 1],
    ],
    [{ a: { $elemMatch: { $elemMatch: { $gt: 5 } } } }, [{ a: [[6]] }, { a: [6] }], [0]],
    [{ a: { $elemMatch: { 0: 1 } } }, [{ a: [[1]] }, { a: [{ 0: 1 }] }, { a: [1] }], [0, 1]],
    [{ a: { $elemMatch: {} } }, [{ a: [{}] }, { a: [1] }, { a: [[]] }], [0, 2]],
    [{ a: { $elemMatch: { $or: [{ b: 1 }, { b: 2 }] } } }, [{ a: [{ b: 2 }] }, { a: [{ b: 3 }] }], [0]],
    [{ a: { $elemMatch: { $ne: 1 } } }, [{ a: [1] }, { a: [1, 2] }, { a: [] }], [1]],
    [{ a: { $elemMatch: { $in: ['x'] } } }, [{ a: ['x'] }, { a: 'x' }], [0]],
    [{ a: { $elemMatch: { $id: 1 } } }, [{ a: [{ $ref: 'c', $id: 1 }] }, { a: [{ $id: 2 }] }], [0]],
  ],
  mod: [
    [
      { a: { $mod: [4, 0] } },
      [{ a: 0 }, { a: 4 }, { a: 5 }, { a: '4' }, { a: 8.9 }, { a: Long.fromNumber(12) }],
      [0, 1, 4, 5],
    ],
    [{ a: { $mod: [4, -1] } }, [{ a: -5 }, { a: 3 }], [0]],
    [{ a: { $mod: [4.9, 1.9] } }, [{ a: 5 }, { a: 4 }], [0]],
    [
      { a: { $mod: [3, 0] } },
      [{ a: Number.NaN }, { a: Infinity }, { a: 1e300 }, { a: -3 }, { a: -0.5 }],
      [3, 4],
    ],
    [
      { a: { $mod: [Long.fromString('4294967296'), 1] } },
      [{ a: Long.fromString('4294967297') }, { a: 1 }, { a: 2 }],
      [0, 1],
    ],
  ],
  bitwise: [
    [
      { a: { $bitsAllSet: [1, 5] } },
      [{ a: 54 }, { a: 20 }, { a: 20.0 }, { a: new Binary(Buffer.from([102])) }],
      [0, 3],
    ],
    [{ a: { $bitsAllSet: 50 } }, [{ a: 54 }, { a: 20 }], [0]],
    [
      { a: { $bitsAllSet: 5 } },
      [{ a: 5 }, { a: [1, 4] }, { a: new Decimal128('5') }, { a: 5.5 }, { a: 'x' }, { a: [0, 7] }],
      [0, 2, 5],
    ],
    [{ a: { $bitsAllClear: [1, 5] } }, [{ a: 54 }, { a: 20 }, { a: new Binary(Buffer.from([102])) }], [1]],
    [{ a: { $bitsAnySet: [1, 5] } }, [{ a: 54 }, { a: 20 }, { a: 2 }], [0, 2]],
    [{ a: { $bitsAnyClear: [1, 5] } }, [{ a: 54 }, { a: 20 }, { a: 2 }], [1, 2]],
    [{ a: { $bitsAllSet: [200] } }, [{ a: -1 }, { a: 1 }, { a: new Double(-1) }], [0, 2]],
    [{ a: { $bitsAllSet: 0 } }, [{ a: 0 }, { a: 1.5 }, { a: 'x' }, { a: Number.NaN }], [0]],
    [{ a: { $bitsAllClear: new Binary(Buffer.from([0x20])) } }, [{ a: 20 }, { a: 54 }], [0]],
  ],
  evaluation: [
    [{ $expr: { $gt: ['$a', '$b'] } }, [{ a: 2, b: 1 }, { a: 1, b: 2 }, {}], [0]],
    [{ $expr: '$a' }, [{ a: 1 }, { a: 0 }, {}, { a: 'x' }], [0, 3]],
    [{ $jsonSchema: { required: ['a'] } }, [{ a: 1 }, {}], [0]],
    [{ $sampleRate: 1 }, [{}], [0]],
    [{ $sampleRate: 0 }, [{}], []],
  ],
}

describe.each(Object.entries(groups))('%s operators', (_, cases) => {
  it.each(cases)('#11 %j', (filter, docs, expected) => {
    expect(matching(filter, docs)).toEqual(expected)
  })
})

describe('malformed filters', () => {
  it.each<[Record<string, unknown>, number, string | RegExp]>([
    [{ $and: 1 }, 2, '$and argument must be an array'],
    [{ $or: [] }, 2, '$and/$or/$nor must be a nonempty array'],
    [{ $nor: [1] }, 2, '$or/$and/$nor entries need to be full objects'],
    [{ a: { $not: 1 } }, 2, '$not needs a regex or a document'],
    [{ a: { $not: {} } }, 2, '$not cannot be empty'],
    [{ a: { $all: 1 } }, 2, '$all needs an array'],
    [{ a: { $all: [{ $gt: 1 }] } }, 2, 'no $ expressions in $all'],
    [{ a: { $all: [{ $elemMatch: {} }, 1] } }, 2, '$all/$elemMatch has to be consistent'],
    [{ a: { $elemMatch: 1 } }, 2, '$elemMatch needs an Object'],
    [{ a: { $size: -1 } }, 2, 'Failed to parse $size. Expected a non-negative number in: $size: -1'],
    [{ a: { $size: 1.5 } }, 2, 'Failed to parse $size. Expected an integer: $size: 1.5'],
    [{ a: { $size: 'x' } }, 2, 'Failed to parse $size. Expected a number in: $size: "x"'],
    [{ a: { $mod: 1 } }, 2, 'malformed mod, needs to be an array'],
    [{ a: { $mod: [1] } }, 2, 'malformed mod, not enough elements'],
    [{ a: { $mod: [1, 2, 3] } }, 2, 'malformed mod, too many elements'],
    [{ a: { $mod: [0, 1] } }, 2, 'divisor cannot be 0'],
    [{ a: { $mod: ['x', 1] } }, 2, 'malformed mod, divisor not a number'],
    [{ a: { $type: 'foo' } }, 2, 'Unknown type name alias: foo'],
    [{ a: { $type: 40 } }, 2, 'Invalid numerical type code: 40'],
    [{ a: { $type: true } }, 14, 'type must be represented as a number or a string'],
    [
      { a: { $bitsAllSet: 'x' } },
      2,
      '$bitsAllSet takes an Array, a number, or a BinData but received: $bitsAllSet: "x"',
    ],
    [
      { a: { $bitsAllSet: [-1] } },
      2,
      'Failed to parse bit position. Expected a non-negative number in: 0: -1',
    ],
    [{ a: { $bitsAllSet: ['x'] } }, 2, 'Failed to parse bit position. Expected a number in: 0: "x"'],
    [{ a: { $bitsAllSet: [1.5] } }, 2, 'Failed to parse bit position. Expected an integer: 0: 1.5'],
    [{ a: { $not: { a: 1 } } }, 2, 'unknown operator: a'],
    [{ a: { $type: [] } }, 9, 'a must match at least one type'],
    [{ a: { $bitsAllSet: -1 } }, 9, 'Expected a non-negative number in: $bitsAllSet: -1'],
    [{ a: { $regex: 1 } }, 2, '$regex has to be a string'],
    [{ a: { $regex: 'x', $options: 1 } }, 2, '$options has to be a string'],
    [{ a: { $options: 'i' } }, 2, '$options needs a $regex'],
    [{ a: { $regex: 'x', $options: 'q' } }, 51108, 'invalid flag in regex options: q'],
    [{ a: { $regex: /x/i, $options: 's' } }, 51075, 'options set in both $regex and $options'],
    [{ a: { $regex: '(' } }, 51091, /^Regular expression is invalid: /],
    [{ a: { $where: '1' } }, 2, '$where cannot be applied to a field'],
    [{ $where: '1' }, 115, '$where is not supported by the embedded store; use a MongoDB server'],
    [{ $text: { $search: 'x' } }, 27, '$text is not supported by the embedded store; use a MongoDB server'],
    [{ a: { $elemMatch: { $expr: true } } }, 2, '$expr can only be applied to the top-level document'],
    [{ $jsonSchema: 1 }, 14, '$jsonSchema must be an object'],
    [{ $sampleRate: 2 }, 2, 'numeric argument to $sampleRate must be in [0, 1]'],
  ])('#11 %j is refused', (filter, code, message) => {
    expect(() => filterOf(filter)).toThrow(
      expect.objectContaining({
        code,
        message: typeof message === 'string' ? message : expect.stringMatching(message),
      }),
    )
  })
})

describe('$regex', () => {
  it.each<[string, string, string, boolean]>([
    ['^ab', '', 'abc', true],
    ['AB', 'i', 'xab', true],
    ['a.c', '', 'a\nc', false],
    ['a.c', 's', 'a\nc', true],
    ['a.c', '', 'a\rc', true],
    ['^b', '', 'a\nb', false],
    ['^b', 'm', 'a\nb', true],
    ['a$', '', 'a\n', true],
    ['a$', '', 'a\nb', false],
    ['a$', 'm', 'a\nb', true],
    ['a b # note\n c', 'x', 'abc', true],
    ['a\\ b', 'x', 'a b', true],
    ['(?i)abc', '', 'ABC', true],
    ['\\Aab\\z', '', 'ab', true],
    ['[[:digit:]]+', '', 'x7', true],
    ['[[:alpha:]_-]+$', '', 'a-b', true],
    ['\\Qa.b\\E', '', 'a.b', true],
    ['\\Qa.b\\E', '', 'axb', false],
    ['(?P<year>\\d{4})-(?P=year)', '', '2020-2020', true],
    ['\\x{e9}', '', 'é', true],
    ['\\p{L}+', '', 'é', true],
    ['\\p{Greek}', '', 'α', true],
    ['a{,2}', '', 'a{,2}', true],
    ['x{2,3}', '', 'xx', true],
    ['^.$', '', '😀', true],
    ['\\/', '', '/', true],
    ['[\\w.-]+@[\\w-]+', '', 'a.b@c', true],
    ['(?:a|b)(?!c)', '', 'ad', true],
    ['\\h', '', '\t', true],
    ['[]a]', '', ']', true],
    ['\\-\\@\\#', '', '-@#', true],
    ['\\s', '', '\u00a0', false],
    ['^\\w+$', '', '박정수', false],
    ['(*UCP)^\\w+$', '', '박정수', true],
    ['(*UTF8)(*UCP)^\\W$', '', 'é', false],
    ['(*UCP)^[\\w-]+$', '', 'é-_9', true],
    ['(*UCP)^\\d+$', '', '༢༣', true],
    ['(*UCP)\\s', '', '\u00a0', true],
    ['(*UCP)[\\s]\\S', '', '\u00a0a', true],
    ['(*UCP)\\bé\\b', '', 'a é b', true],
    ['(*UCP)\\bé\\b', '', 'aéb', false],
    ['(*UCP)a\\Bé', '', 'aéb', true],
    ['(*UCP)^[[:alpha:][:digit:]]+$', '', 'é༢', true],
    ['^[[:alpha:]]+$', '', 'é', false],
    ['^\\p{Xan}+$', '', '박9', true],
    ['^\\P{Xan}[\\p{Xwd}]$', '', '-_', true],
  ])('#11 /%s/%s on %j is %s', (pattern, options, text, expected) => {
    expect(matching({ a: { $regex: pattern, $options: options } }, [{ a: text }])).toEqual(
      expected ? [0] : [],
    )
  })

  it('#11 matches elements, symbols and equal expressions, not other types', () => {
    expect(matching({ a: /x/ }, [{ a: ['y', 'x'] }, { a: /x/ }, { a: /x/i }, { a: 1 }, {}])).toEqual([0, 1])
    expect(matching({ a: { $regex: /x/, $options: 'i' } }, [{ a: 'X' }])).toEqual([0])
  })
})

describe('$regex of', () => {
  it.each<[string, string]>([
    ['more bytes than a server takes', 'é'.repeat(16_383)],
    ['more than JavaScript takes', String.raw`\R`.repeat(16_000)],
  ])('%s is refused', (_, pattern) => {
    expect(() => filterOf({ a: { $in: [new RegExp(pattern)] } })).toThrow(
      expect.objectContaining({
        code: 51091,
        message: 'Regular expression is invalid: regular expression is too large',
      }),
    )
  })
})

describe('positions for the positional $', () => {
  it.each<[Record<string, unknown>, Record<string, unknown>, number | undefined]>([
    [{ a: 2 }, { a: [1, 2, 3] }, 1],
    [{ 'a.b': 2 }, { a: [{ b: 1 }, { b: 2 }] }, 1],
    [{ a: { $elemMatch: { b: 1, c: 2 } } }, { a: [{ b: 1 }, { b: 1, c: 2 }] }, 1],
    [{ 'a.b': 3 }, { a: [{ b: [1] }, { b: [2, 3] }] }, 1],
    [{ a: 1, b: 3 }, { a: [1], b: [2, 3] }, 1],
    [{ a: 1 }, { a: 1 }, undefined],
    [{ 'a.0.b': 3 }, { a: [{ b: [2, 3] }] }, 1],
    [{ a: { $ne: 5 } }, { a: [1] }, undefined],
    [{ a: { $gte: 2 }, 'b.c': 1 }, { a: [1, 2], b: { c: 1 } }, 1],
  ])('#11 %j finds %j', (filter, doc, index) => {
    expect(filterOf(filter).arrayIndexFor(toDoc(doc))).toBe(index)
  })
})
