import { describe, expect, it } from 'vitest'
import { decimal } from '../expression/evaluate.ts'
import { codeOf, run } from './run.ts'

const CAKES = [
  { _id: 0, state: 'CA', y: 2019, q: 134 },
  { _id: 1, state: 'WA', y: 2019, q: 140 },
  { _id: 2, state: 'CA', y: 2020, q: 120 },
  { _id: 3, state: 'WA', y: 2020, q: 104 },
  { _id: 4, state: 'CA', y: 2021, q: 162 },
  { _id: 5, state: 'WA', y: 2021, q: 145 },
]

function column(
  docs: Record<string, unknown>[],
  spec: Record<string, unknown>,
  sortBy: unknown = { x: 1 },
): unknown[] {
  const results = run([{ $setWindowFields: { sortBy, output: { r: spec } } }], docs) as { r: unknown }[]
  return results.map((each) => each.r)
}
const at = (...values: unknown[]): Record<string, unknown>[] => values.map((v, x) => ({ x, v }))

describe('$setWindowFields', () => {
  it('partitions, sorts and adds fields', () => {
    const stage = {
      partitionBy: '$state',
      sortBy: { y: 1 },
      output: { 'sum.run': { $sum: '$q', window: { documents: ['unbounded', 'current'] } } },
    }
    expect(run([{ $setWindowFields: stage }, { $project: { s: '$sum.run' } }], CAKES)).toEqual([
      { _id: 0, s: 134 },
      { _id: 2, s: 254 },
      { _id: 4, s: 416 },
      { _id: 1, s: 140 },
      { _id: 3, s: 244 },
      { _id: 5, s: 389 },
    ])
  })

  it.each([
    [{ $sum: '$v' }, [10, 10, 10, 10]],
    [{ $sum: '$v', window: { documents: [-1, 0] } }, [1, 3, 5, 7]],
    [{ $avg: '$v', window: { documents: [-1, 1] } }, ['double 1.5', 'double 2', 'double 3', 'double 3.5']],
    [{ $push: '$v', window: { documents: [1, 'unbounded'] } }, [[2, 3, 4], [3, 4], [4], []]],
    [{ $max: '$v', window: { documents: [-3, -1] } }, [null, 1, 2, 3]],
    [{ $count: {}, window: { documents: ['unbounded', 'current'] } }, [1, 2, 3, 4]],
    [{ $first: '$v', window: { documents: [-1, 0] } }, [1, 1, 2, 3]],
    [{ $last: '$v', window: { documents: ['current', 1] } }, [2, 3, 4, 4]],
    [
      { $topN: { n: 1, sortBy: { v: -1 }, output: '$v' }, window: { documents: [-1, 0] } },
      [[1], [2], [3], [4]],
    ],
    [{ $sum: '$v', window: { range: [-1, 'current'] } }, [1, 3, 5, 7]],
    [{ $sum: '$v', window: { range: ['unbounded', 1] } }, [3, 6, 10, 10]],
    [{ $documentNumber: {} }, [1, 2, 3, 4]],
    [{ $shift: { output: '$v', by: 1 } }, [2, 3, 4, null]],
    [{ $shift: { output: '$v', by: -2, default: 'none' } }, ['none', 'none', 1, 2]],
    [
      { $derivative: { input: '$v' }, window: { documents: [-1, 0] } },
      [null, 'double 1', 'double 1', 'double 1'],
    ],
    [
      { $integral: { input: '$v' }, window: { documents: ['unbounded', 'current'] } },
      [0, 'double 1.5', 'double 4', 'double 7.5'],
    ],
    [{ $expMovingAvg: { input: '$v', alpha: 0.5 } }, [1, 'double 1.5', 'double 2.25', 'double 3.125']],
    [
      { $expMovingAvg: { input: { $cond: [{ $eq: ['$v', 2] }, null, '$v'] }, alpha: 0.5 } },
      [1, null, 'double 2', 'double 3'],
    ],
    [{ $expMovingAvg: { input: '$v', N: 3 } }, [1, 'double 1.5', 'double 2.25', 'double 3.125']],
    [
      { $covariancePop: ['$x', '$v'], window: { documents: ['unbounded', 'current'] } },
      ['double 0', 'double 0.25', 'double 0.6666666666666666', 'double 1.25'],
    ],
    [
      { $covarianceSamp: ['$x', '$v'], window: { documents: [-1, 0] } },
      [null, 'double 0.5', 'double 0.5', 'double 0.5'],
    ],
    [
      { $stdDevPop: '$v', window: { documents: [-1, 0] } },
      ['double 0', 'double 0.5', 'double 0.5', 'double 0.5'],
    ],
  ])('computes %j', (spec, expected) => {
    expect(column(at(1, 2, 3, 4), spec)).toEqual(expected)
  })

  it('ranks with ties', () => {
    const docs = [5, 5, 7, 9, 9].map((x) => ({ x }))
    expect(column(docs, { $rank: {} })).toEqual([1, 1, 3, 4, 4])
    expect(column(docs, { $denseRank: {} })).toEqual([1, 1, 2, 3, 3])
    expect(column(docs, { $rank: {} }, { x: -1 })).toEqual([1, 1, 3, 4, 4])
  })

  it('takes ranges of time', () => {
    const docs = ['2024-01-01T00:00:00Z', '2024-01-01T00:30:00Z', '2024-01-01T02:00:00Z'].map((x) => ({
      x: new Date(x),
      v: 1,
    }))
    expect(column(docs, { $sum: '$v', window: { range: [-1, 0], unit: 'hour' } })).toEqual([1, 2, 1])
    expect(column(docs, { $sum: '$v', window: { range: ['unbounded', 2], unit: 'hour' } })).toEqual([3, 3, 3])
    const rising = docs.map((doc, v) => ({ ...doc, v: v * 10 }))
    expect(
      column(rising, { $derivative: { input: '$v', unit: 'hour' }, window: { documents: [-1, 0] } }),
    ).toEqual([null, 'double 20', 'double 6.666666666666667'])
  })

  it('keeps decimals exact', () => {
    expect(
      column(at(decimal('0.1'), decimal('0.2')), {
        $sum: '$v',
        window: { documents: ['unbounded', 'current'] },
      }),
    ).toEqual(['decimal 0.1', 'decimal 0.3'])
  })

  it('fills gaps', () => {
    expect(column(at(null, 1, undefined, null, 7, null), { $linearFill: '$v' })).toEqual([
      null,
      1,
      'double 3',
      'double 5',
      7,
      null,
    ])
    expect(column(at(null, 1, undefined, null, 7, null), { $locf: '$v' })).toEqual([null, 1, 1, 1, 7, 7])
  })

  it.each([
    [1, 9],
    [{}, 40414],
    [{ output: {}, x: 1 }, 40415],
    [{ output: { r: { $nope: 1 } } }, 9],
    [{ output: { r: { $mergeObjects: '$a' } } }, 9],
    [{ output: { r: { $sum: 1, $avg: 1 } } }, 9],
    [{ output: { r: { $sum: 1, window: { documents: [-1, 0] } } } }, 5339901],
    [{ sortBy: { x: 1 }, output: { r: { $sum: 1, window: { documents: [1, 0] } } } }, 5339900],
    [{ sortBy: { x: -1 }, output: { r: { $sum: 1, window: { range: [-1, 0] } } } }, 8947401],
    [{ sortBy: { x: 1 }, output: { r: { $sum: 1, window: { range: [-1, 0] } } } }, 5429414],
    [{ output: { r: { $rank: {} } } }, 5371602],
    [{ sortBy: { x: 1 }, output: { r: { $rank: {}, window: {} } } }, 5371601],
    [{ sortBy: { x: 1 }, output: { r: { $rank: 1 } } }, 5371603],
    [{ sortBy: { x: 1 }, output: { r: { $derivative: { input: '$v' } } } }, 9],
  ])('refuses %j', (spec, code) => {
    expect(codeOf([{ $setWindowFields: spec }], [{ x: 'a' }])).toBe(code)
  })
})

describe('$fill', () => {
  const docs = [
    { t: 1, g: 'a', v: 1 },
    { t: 2, g: 'a' },
    { t: 3, g: 'a', v: 5 },
    { t: 1, g: 'b', v: null },
  ]
  it('fills with a value, the last one or a line', () => {
    expect(
      run([{ $fill: { output: { v: { value: 0 } } } }], docs).map((doc) => (doc as { v: unknown }).v),
    ).toEqual([1, 0, 5, 0])
    const fill = (method: string): unknown[] =>
      run([{ $fill: { partitionByFields: ['g'], sortBy: { t: 1 }, output: { v: { method } } } }], docs).map(
        (doc) => (doc as { v: unknown }).v,
      )
    expect(fill('locf')).toEqual([1, 1, 5, null])
    expect(fill('linear')).toEqual([1, 'double 3', 5, null])
  })
  it('refuses what it cannot do', () => {
    expect(codeOf([{ $fill: {} }])).toBe(40414)
    expect(codeOf([{ $fill: { output: { v: { method: 'cubic' } } } }])).toBe(6050202)
    expect(codeOf([{ $fill: { output: { v: { method: 'linear' } } } }])).toBe(605001)
    expect(codeOf([{ $fill: { output: { v: { method: 'locf', value: 1 } } } }])).toBe(6050201)
    expect(codeOf([{ $fill: { output: { v: 1 } } }])).toBe(6050200)
    expect(codeOf([{ $fill: { output: {} } }])).toBe(6050203)
    expect(codeOf([{ $fill: { output: { v: { method: 'locf', other: 1 } } } }])).toBe(40415)
    expect(codeOf([{ $fill: { output: { v: { value: 1 } }, sortBy: { $v: 1 } } }])).toBe(16410)
    expect(codeOf([{ $fill: { output: { v: { value: 1 } }, partitionBy: { $bogus: 1 } } }])).toBe(168)
    expect(codeOf([{ $fill: 1 }])).toBe(9)
  })
})

describe('$densify', () => {
  it('makes the documents of an even grid', () => {
    const stage = { $densify: { field: 'v', range: { step: 2, bounds: 'full' } } }
    expect(run([stage], [{ v: 0, a: 1 }, { v: 5 }, { v: 6 }])).toEqual([
      { v: 0, a: 1 },
      { v: 2 },
      { v: 4 },
      { v: 5 },
      { v: 6 },
    ])
  })
  it('takes bounds, the upper one left out, and lets null through', () => {
    const stage = { $densify: { field: 'v', range: { step: 1, bounds: [1, 4] } } }
    expect(run([stage], [{ v: 2 }, { n: 1 }, { v: 9 }])).toEqual([
      { n: 1 },
      { v: 1 },
      { v: 2 },
      { v: 3 },
      { v: 9 },
    ])
  })
  it('works by partitions and by units of time', () => {
    const day = (n: number): Date => new Date(Date.UTC(2024, 0, n))
    const docs = [
      { g: 'x', d: day(1) },
      { g: 'x', d: day(3) },
      { g: 'y', d: day(2) },
    ]
    const stage = (bounds: string): Record<string, unknown> => ({
      $densify: { field: 'd', partitionByFields: ['g'], range: { step: 1, unit: 'day', bounds } },
    })
    expect(run([stage('partition')], docs)).toEqual([
      { g: 'x', d: day(1) },
      { g: 'x', d: day(2) },
      { g: 'x', d: day(3) },
      { g: 'y', d: day(2) },
    ])
    expect(run([stage('full')], docs)).toHaveLength(6)
  })
  it.each([
    [1, 9],
    [{ field: 'v', range: { step: 0, bounds: 'full' } }, 5733401],
    [{ field: 'v', range: { step: 'a', bounds: 'full' } }, 5733401],
    [{ field: 'v', range: { step: 1, bounds: 'partition' } }, 5733408],
    [{ field: 'v', range: { step: 1, bounds: [2, 1] } }, 5733402],
    [{ field: 'v', range: { step: 1.5, unit: 'day', bounds: 'full' } }, 6586400],
    [{ field: 'v', range: { step: 1, bounds: 5 } }, 5733404],
    [{ field: 'v', range: { step: 1, bounds: 'all' } }, 5946802],
    [{ field: 'v', range: { step: 1, bounds: [1] } }, 5733403],
    [{ field: 'v', range: { step: 1, bounds: [1, 1.5] } }, 5876900],
    [{ field: 'v', range: { step: 1, unit: 'day', bounds: [1, 2] } }, 5733409],
    [{ field: 'v', range: { step: 1, bounds: 'full' } }, 5733201],
  ])('refuses %j', (spec, code) => {
    expect(codeOf([{ $densify: spec }], [{ v: 'a' }])).toBe(code)
  })
})
