import { describe, expect, it } from 'vitest'
import { MongoError } from '../../../src/mongo/bson/errors.ts'
import { run, type Plain } from './run.ts'

/* What a mistake in a stage is answered with, word for word. */

function wordsOf(stage: Plain, docs: readonly Plain[] = [{}]): readonly [number, string] | string {
  try {
    return `no error but ${JSON.stringify(run([stage], docs))}`
  } catch (error) {
    if (error instanceof MongoError) return [error.code, error.message]
    throw error
  }
}

const windowed = (spec: unknown, more: Plain = { sortBy: { x: 1 } }): Plain => ({
  $setWindowFields: { ...more, output: { r: spec } },
})
const sum = (window: unknown): Plain => windowed({ $sum: 1, window })
const average = (spec: unknown): Plain => windowed({ $expMovingAvg: spec })
const SINGLE = 'must be specified with a top level sortBy expression with exactly one element'

describe('the words of errors', () => {
  it.each<[Plain, number, string]>([
    [{ $project: { a: 0, b: '$c' } }, 31310, 'Cannot use an expression b: "$c" in an exclusion projection'],
    [{ $project: { _id: '$a', b: 0 } }, 31254, 'Cannot do exclusion on field b in inclusion projection'],
    [{ $project: { a: { b: 1, c: 0 } } }, 31254, 'Cannot do exclusion on field c in inclusion projection'],
    [
      { $project: { a: 0, b: { $add: [1] } } },
      31252,
      'Cannot use expression other than $meta in exclusion projection',
    ],
    [{ $project: { a: { $nope: 1 } } }, 31325, 'Unknown expression $nope'],
    [{ $project: { a: { $elemMatch: {} } } }, 168, 'Cannot use $elemMatch in this context'],
    [
      { $project: { a: { $add: [1], b: 1 } } },
      16410,
      "FieldPath field names may not start with '$'. Consider using $getField or $setField.",
    ],
    [
      { $addFields: { a: 1, 'a.b': 1 } },
      40176,
      "specification contains two conflicting paths. Cannot specify both 'a.b' and 'a': { a: 1, a.b: 1 }",
    ],
    [
      { $set: { a: { b: 1, $add: [1] } } },
      40181,
      'an expression specification must contain exactly one field, the name of the expression. Found 2 fields in { b: 1, $add: [ 1 ] }, while parsing object { a: { b: 1, $add: [ 1 ] } }',
    ],
    [
      { $addFields: { a: { 'b.c': 1 } } },
      40183,
      "cannot use dotted field name 'b.c' in a sub object: { a: { b.c: 1 } }",
    ],
    [{ $addFields: 'x' }, 40272, '$addFields specification stage must be an object, got string'],
    [
      { $project: { a: [{ $add: [1], b: 1 }] } },
      15983,
      'An object representing an expression must have exactly one field: { $add: [ 1 ], b: 1 }',
    ],
    [
      { $facet: { 'a.b': [] } },
      16412,
      "FieldPath field names may not contain '.'. Consider using $getField or $setField.",
    ],
    [{ $unwind: '' }, 28812, 'no path specified to $unwind stage'],
    [
      { $project: { a: { $meta: 'textScore' } } },
      40218,
      'query requires text score metadata, but it is not available',
    ],
    [{ $lookup: { from: 1 } }, 9, "$lookup 'from' field must be a string, but found int"],
    [{ $lookup: { from: 'x', as: 1 } }, 9, "$lookup argument 'as: 1' must be a string, found as: 1: int"],
    [{ $lookup: { as: 'a' } }, 9, "must specify 'pipeline' when 'from' is empty"],
    [
      { $lookup: { as: 'a', pipeline: [{ $match: {} }] } },
      9,
      '$lookup stage without explicit collection must have a pipeline with $documents as first stage',
    ],
    [{ $group: { _id: { a: 1 } } }, 17390, '$group does not support inclusion-style expressions'],
    [{ $group: { _id: { a: true, b: '$b' } } }, 17390, '$group does not support inclusion-style expressions'],
    [{ $group: { _id: 1, a: { $firstN: 1 } } }, 5787801, 'specification must be an object; found $firstN: 1'],
    [{ $group: { _id: 1, a: { $minN: 1 } } }, 5787900, 'specification must be an object; found $minN: 1'],
    [{ $group: { _id: 1, a: { $top: 1 } } }, 5788001, 'specification must be an object; found $top: 1'],
    [
      { $group: { _id: 1, a: { $percentile: 1 } } },
      7429703,
      'specification must be an object; found $percentile: 1',
    ],
    [{ $group: { _id: 1, a: { $median: 1 } } }, 7436100, 'specification must be an object; found $median: 1'],
    [
      { $graphLookup: { as: 'a' } },
      9,
      'missing \'from\' option to $graphLookup stage specification: { as: "a" }',
    ],
    [{ $graphLookup: { from: 1 } }, 9, "$graphLookup 'from' field must be a string, but found int"],
    [{ $fill: 'x' }, 9, 'The $fill stage specification must be an object, found string'],
    [
      { $fill: { output: { a: { method: 1 } } } },
      14,
      "BSON field '$fill.method' is the wrong type 'int', expected type 'string'",
    ],
    [{ $fill: { output: { a: { method: 'cubic' } } } }, 6050202, 'Method must be either locf or linear'],
    [{ $fill: { output: { a: { method: 'linear' } } } }, 605001, `$linearFill ${SINGLE}`],
    [
      { $densify: { field: 'a', range: { step: 1, bounds: 'partition' } } },
      5733408,
      "One cannot specify the bounds as 'partition' without specifying a non-empty array of partitionByFields. You may have meant to specify 'full' bounds.",
    ],
    [
      { $densify: { field: 'a', range: { step: 1, bounds: 'full', unit: 'era' } } },
      9,
      'unknown time unit value: era',
    ],
    [windowed({ $summ: 1 }), 9, 'Unrecognized window function, $summ'],
    [windowed({ $mergeObjects: '$a' }), 9, 'Unrecognized window function, $mergeObjects'],
    [windowed({ sum: 1 }), 9, 'Expected a $-prefixed window function, sum'],
    [windowed({}), 9, 'Expected a $-prefixed window function'],
    [windowed({ $sum: 1, $avg: 1 }), 9, 'Cannot specify two functions in window function spec'],
    [windowed({ $sum: 1, windoww: 1 }), 9, 'Window function found an unknown argument: windoww'],
    [windowed({ $first: 1, windoww: 1 }), 9, '$first got unexpected argument: windoww'],
    [sum(1), 9, "'window' field must be an object"],
    [sum({ documents: [1, 0] }), 5339900, 'Lower bound must not exceed upper bound: [1, 0]'],
    [sum({ range: ['current', -1] }), 5339900, 'Lower bound must not exceed upper bound: [0, -1]'],
    [sum({ documents: [0] }), 9, 'Window bounds must be a 2-element array: documents: [ 0 ]'],
    [sum({ documents: ['all', 0] }), 9, "Window bounds must be 'unbounded', 'current', or a number."],
    [sum({ documents: ['$a', 0] }), 9, "Window bounds must be 'unbounded', 'current', or a number."],
    [sum({ documents: [{ $add: ['$a', 1] }, 0] }), 9, 'Window bounds expression must be a constant.'],
    [sum({ documents: [0.5, 1] }), 9, 'Numeric document-based bounds must be an integer'],
    [sum({ range: [null, 1] }), 9, 'Range-based bounds expression must be a number'],
    [sum({ range: [0.5, 1], unit: 'day' }), 9, "With 'unit', range-based bounds must be an integer"],
    [sum({ range: [0, 1], unit: 1 }), 9, "'unit' must be a string"],
    [sum({ range: [0, 1], unit: 'era' }), 9, 'unknown time unit value: era'],
    [
      sum({ documents: [0, 1], unit: 'day' }),
      9,
      "Window bounds can only specify 'unit' with range-based bounds.",
    ],
    [
      sum({ documents: [0, 1], range: [0, 1] }),
      9,
      "Window bounds can specify either 'documents' or 'unit', not both.",
    ],
    [
      windowed({ $sum: 1, window: { range: [0, 1] } }, { sortBy: { x: -1 } }),
      8947401,
      'Range-based bounds require an ascending sortBy',
    ],
    [windowed({ $rank: 1, window: {} }), 5371601, 'Rank style window functions take no other arguments'],
    [windowed({ $documentNumber: {} }, { sortBy: { x: 1, y: 1 } }), 5371602, `$documentNumber ${SINGLE}`],
    [windowed({ $derivative: { input: 1 } }, {}), 9, '$derivative requires a sortBy'],
    [
      windowed({ $integral: { input: 1 } }, { sortBy: { x: 1, y: 1 } }),
      9,
      '$integral requires a non-compound sortBy',
    ],
    [windowed({ $integral: 1 }), 9, '$integral expects an object, but got a int: $integral: 1'],
    [windowed({ $integral: { input: 1, unit: 1 } }), 9, "unit' must be a string, but got int"],
    [windowed({ $integral: { input: 1, unit: 'month' } }), 5490710, "unit must be 'week' or smaller"],
    [average(1), 9, '$expMovingAvg must have exactly one argument that is an object'],
    [average({ input: 1, N: 'x' }), 9, "'N' field must be an integer, but found type string"],
    [
      average({ input: 1, N: 1.5 }),
      9,
      "'N' field must be an integer, but found  N: 1.5. To use a non-integer, use the 'alpha' argument instead",
    ],
    [average({ input: 1, N: 0 }), 9, "'N' must be greater than zero. Got 0"],
    [average({ input: 1, alpha: 2 }), 9, "'alpha' must be between 0 and 1 (exclusive), found alpha: 2"],
    [
      { $setWindowFields: { output: { a: { $sum: 1 }, 'a.b': { $sum: 1 } } } },
      6307900,
      "$setWindowFields 'output' specification contains two conflicting paths",
    ],
    [
      { $setWindowFields: { partitionBy: [1], output: {} } },
      14,
      'An expression used to partition cannot evaluate to value of type array',
    ],
  ])('answer %j with %i', (stage, code, words) => {
    const told = wordsOf(stage)
    expect(typeof told === 'string' ? told : [told[0], told[1].replace(/^.* :: caused by :: /, '')]).toEqual([
      code,
      words,
    ])
  })

  it('let pipelines stand in each other, 20 deep at most', () => {
    const nest = (depth: number): Plain => ({
      $lookup: { from: 'other', as: 'a', pipeline: depth === 1 ? [] : [nest(depth - 1)] },
    })
    expect(run([nest(20)], [])).toEqual([])
    expect(wordsOf(nest(21))).toEqual([232, 'Maximum number of nested sub-pipelines exceeded. Limit is 20'])
  })
})

describe('paths', () => {
  it('go through references to other documents', () => {
    const doc = { r: { $ref: 'people', $id: 7, $db: 'x' } }
    expect(run([{ $project: { id: '$r.$id', 'r.$ref': 1 } }], [doc])).toEqual([
      { r: { $ref: 'people' }, id: 7 },
    ])
    expect(run([{ $addFields: { 'r.$id': 8 } }], [doc])).toEqual([
      { r: { $ref: 'people', $id: 8, $db: 'x' } },
    ])
    expect(run([{ $project: { 'r.$id': 0 } }], [doc])).toEqual([{ r: { $ref: 'people', $db: 'x' } }])
  })
  it('may be none in $addFields', () => {
    expect(run([{ $addFields: {} }, { $set: { a: {} } }], [{ b: 1 }])).toEqual([{ b: 1, a: {} }])
  })
})

describe('a group', () => {
  it('takes missing for null in a document of one field, and not in one of more', () => {
    const docs = [{ a: null }, {}]
    expect(run([{ $group: { _id: { a: '$a' } } }], docs)).toEqual([{ _id: { a: null } }])
    expect(run([{ $group: { _id: { a: '$a', b: 'x' } } }], docs)).toEqual([
      { _id: { a: null, b: 'x' } },
      { _id: { b: 'x' } },
    ])
    expect(run([{ $group: { _id: {} } }], docs)).toEqual([{ _id: {} }])
  })
})

describe('$derivative and $fill', () => {
  it('take any order', () => {
    const docs = [
      { x: 1, v: 1 },
      { x: 3, v: 5 },
    ]
    const stage = { $derivative: { input: '$v' }, window: { documents: [-1, 0] } }
    const descending = windowed(stage, { sortBy: { x: -1 } })
    expect(run([descending, { $project: { r: 1 } }], docs)).toEqual([{ r: null }, { r: 'double 2' }])
    expect(run([{ $fill: { output: { v: { method: 'locf' } } } }], [{ v: 1 }, { v: null }, {}])).toEqual([
      { v: 1 },
      { v: 1 },
      { v: 1 },
    ])
  })
})

describe('$densify', () => {
  const beans = [
    { altitude: 600, variety: 'Typica' },
    { altitude: 750, variety: 'Typica' },
    { altitude: 950, variety: 'Typica' },
    { altitude: 1250, variety: 'Gesha' },
    { altitude: 1700, variety: 'Gesha' },
  ]
  const densify = (range: unknown): unknown[] =>
    run([{ $densify: { field: 'altitude', partitionByFields: ['variety'], range } }], beans).map((bean) => {
      const { altitude, variety } = bean as { altitude: number; variety: string }
      return `${variety} ${altitude}`
    })

  it('goes by the field alone when the bounds are full, and ends with the partitions that stop early', () => {
    expect(densify({ step: 200, bounds: 'full' })).toEqual(
      [
        'Typica 600, Typica 750, Typica 800, Typica 950',
        'Gesha 600, Gesha 800, Gesha 1000, Gesha 1200, Gesha 1250, Gesha 1400, Gesha 1600, Gesha 1700',
        'Typica 1000, Typica 1200, Typica 1400, Typica 1600',
      ]
        .join(', ')
        .split(', '),
    )
  })
  it('goes by partitions otherwise', () => {
    expect(densify({ step: 200, bounds: 'partition' }).join(', ')).toBe(
      'Gesha 1250, Gesha 1450, Gesha 1650, Gesha 1700, Typica 600, Typica 750, Typica 800, Typica 950',
    )
    expect(densify({ step: 200, bounds: [900, 1300] }).join(', ')).toBe(
      'Gesha 900, Gesha 1100, Gesha 1250, Gesha 1700, Typica 600, Typica 750, Typica 900, Typica 950, Typica 1100',
    )
  })
  it('steps from the last month made, whose day may be an earlier one', () => {
    const month = (name: string): Date => new Date(`2023-${name}T00:00:00Z`)
    const range = { step: 1, unit: 'month', bounds: 'full' }
    expect(
      run([{ $densify: { field: 'd', range } }], [{ d: month('01-31') }, { d: month('04-10') }]),
    ).toEqual([{ d: month('01-31') }, { d: month('02-28') }, { d: month('03-28') }, { d: month('04-10') }])
  })
})
