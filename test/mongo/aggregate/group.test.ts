import { describe, expect, it } from 'vitest'
import { decimal } from '../expression/evaluate.ts'
import { caseless, codeOf, run } from './run.ts'

const SALES = [
  { _id: 1, item: 'abc', price: 10, quantity: 2 },
  { _id: 2, item: 'jkl', price: 20, quantity: 1 },
  { _id: 3, item: 'xyz', price: 5, quantity: 10 },
  { _id: 4, item: 'abc', price: 10, quantity: 10 },
]

describe('$group', () => {
  it('gathers by a key in the order of first coming', () => {
    const total = { $sum: { $multiply: ['$price', '$quantity'] } }
    expect(run([{ $group: { _id: '$item', total, n: { $count: {} } } }], SALES)).toEqual([
      { _id: 'abc', total: 120, n: 2 },
      { _id: 'jkl', total: 20, n: 1 },
      { _id: 'xyz', total: 50, n: 1 },
    ])
  })

  it('takes equal numbers of all types for one key, missing and null for another', () => {
    const docs = [{ k: 1 }, { k: 1n }, { k: decimal('1.0') }, {}, { k: null }]
    expect(run([{ $group: { _id: '$k', n: { $sum: 1 } } }], docs)).toEqual([
      { _id: 1, n: 3 },
      { _id: null, n: 2 },
    ])
  })

  it('takes documents as keys, without their missing fields', () => {
    expect(run([{ $group: { _id: { a: '$a', b: '$b' } } }], [{ a: 1 }, { a: 1, b: 2 }])).toEqual([
      { _id: { a: 1 } },
      { _id: { a: 1, b: 2 } },
    ])
  })

  it('keeps to the collation', () => {
    const stages = [{ $group: { _id: '$k', n: { $sum: 1 } } }]
    expect(run(stages, [{ k: 'a' }, { k: 'A' }], {}, { collation: caseless() })).toEqual([{ _id: 'a', n: 2 }])
  })

  it('gives nothing of nothing', () => {
    expect(run([{ $group: { _id: null, n: { $sum: 1 } } }])).toEqual([])
  })

  const DOCS = [
    { v: 3, k: 'c' },
    { v: 1, k: 'a' },
    { k: 'm' },
    { v: null, k: 'n' },
    { v: 2, k: 'b' },
    { v: 1, k: 'z' },
  ]
  it.each([
    [{ $sum: '$v' }, 7],
    [{ $sum: '$nothing' }, 0],
    [{ $avg: '$v' }, 'double 1.75'],
    [{ $avg: '$k' }, null],
    [{ $min: '$v' }, 1],
    [{ $max: '$v' }, 3],
    [{ $first: '$v' }, 3],
    [{ $last: '$v' }, 1],
    [{ $first: '$nothing' }, null],
    [{ $push: '$v' }, [3, 1, null, 2, 1]],
    [{ $addToSet: '$v' }, [3, 1, null, 2]],
    [{ $firstN: { input: '$v', n: 3 } }, [3, 1, null]],
    [{ $lastN: { input: '$v', n: 2 } }, [2, 1]],
    [{ $minN: { input: '$v', n: 2 } }, [1, 1]],
    [{ $maxN: { input: '$v', n: 2 } }, [3, 2]],
    [{ $top: { sortBy: { k: 1 }, output: '$v' } }, 1],
    [
      { $topN: { sortBy: { k: 1 }, output: ['$k', '$v'], n: 2 } },
      [
        ['a', 1],
        ['b', 2],
      ],
    ],
    [{ $bottom: { sortBy: { k: 1 }, output: '$k' } }, 'z'],
    [{ $bottomN: { sortBy: { k: 1 }, output: '$k', n: 2 } }, ['n', 'z']],
    [{ $topN: { sortBy: { v: 1, k: -1 }, output: '$k', n: 3 } }, ['n', 'm', 'z']],
    [{ $stdDevPop: '$v' }, 'double 0.82915619758885'],
    [{ $stdDevSamp: '$v' }, 'double 0.9574271077563381'],
    [{ $mergeObjects: { $cond: [{ $eq: ['$v', 1] }, { k: '$k' }, null] } }, { k: 'z' }],
    [{ $median: { input: '$v', method: 'approximate' } }, 'double 1'],
    [{ $percentile: { input: '$v', p: [0.9], method: 'approximate' } }, ['double 3']],
    [{ $count: {} }, 6],
  ])('accumulates %j', (accumulator, expected) => {
    expect(run([{ $group: { _id: null, r: accumulator } }], DOCS)).toEqual([{ _id: null, r: expected }])
  })

  it('lets n depend on the key of the group', () => {
    const docs = [
      { g: { id: 'one' }, v: 1 },
      { g: { id: 'one' }, v: 2 },
      { g: { id: 'two' }, v: 3 },
      { g: { id: 'two' }, v: 4 },
    ]
    const n = { $cond: [{ $eq: ['$id', 'one'] }, 1, 2] }
    expect(run([{ $group: { _id: '$g', v: { $firstN: { input: '$v', n } } } }], docs)).toEqual([
      { _id: { id: 'one' }, v: [1] },
      { _id: { id: 'two' }, v: [3, 4] },
    ])
  })

  it('adds doubles without losing digits and keeps the widest type', () => {
    const sum = (values: unknown[]): unknown[] =>
      run(
        [{ $group: { _id: null, s: { $sum: '$v' } } }],
        values.map((v) => ({ v })),
      )
    expect(sum(Array.from({ length: 10 }, () => 0.1))).toEqual([{ _id: null, s: 'double 1' }])
    expect(sum([1, 2n])).toEqual([{ _id: null, s: 'long 3' }])
    expect(sum([1, decimal('0.1'), 0.1])).toEqual([{ _id: null, s: 'decimal 1.200000000000000' }])
    expect(sum([1e308, 1e308, -1e308])).toEqual([{ _id: null, s: 'double Infinity' }])
  })

  it.each([
    [5, 15947],
    [{}, 15955],
    [{ _id: 1, a: 5 }, 40234],
    [{ _id: 1, a: { $nope: 1 } }, 15952],
    [{ _id: 1, a: { $sum: 1, $avg: 1 } }, 40238],
    [{ _id: 1, 'a.b': { $sum: 1 } }, 40235],
    [{ _id: 1, $a: { $sum: 1 } }, 40236],
    [{ _id: 1, a: { $sum: [1, 2] } }, 40237],
    [{ _id: 1, a: { $mergeObjects: 1 } }, 40400],
    [{ _id: 1, a: { $firstN: { input: 1, n: 0 } } }, 5787908],
    [{ _id: 1, a: { $accumulator: {} } }, 115],
  ])('refuses %j', (spec, code) => {
    expect(codeOf([{ $group: spec }])).toBe(code)
  })
})

describe('$sortByCount and $count', () => {
  it('count', () => {
    expect(run([{ $sortByCount: '$item' }], SALES.slice(1))).toEqual([
      { _id: 'jkl', count: 1 },
      { _id: 'xyz', count: 1 },
      { _id: 'abc', count: 1 },
    ])
    expect(run([{ $sortByCount: { $toUpper: '$item' } }], SALES)[0]).toEqual({ _id: 'ABC', count: 2 })
    expect(run([{ $count: 'n' }], SALES)).toEqual([{ n: 4 }])
    expect(run([{ $count: 'n' }])).toEqual([])
  })
  it('refuse bad names', () => {
    expect(codeOf([{ $count: 1 }])).toBe(40156)
    expect(codeOf([{ $count: '' }])).toBe(40157)
    expect(codeOf([{ $count: '$a' }])).toBe(40158)
    expect(codeOf([{ $count: 'a.b' }])).toBe(40160)
    expect(codeOf([{ $sortByCount: 'a' }])).toBe(40148)
    expect(codeOf([{ $sortByCount: { a: 1 } }])).toBe(40147)
  })
})

describe('$bucket', () => {
  const docs = [1, 5, 9, 10, 15, 20, 'x'].map((v) => ({ v }))
  it('puts values between boundaries, the rest into the default', () => {
    expect(run([{ $bucket: { groupBy: '$v', boundaries: [0, 10, 20], default: 'other' } }], docs)).toEqual([
      { _id: 0, count: 3 },
      { _id: 10, count: 2 },
      { _id: 'other', count: 2 },
    ])
    const output = { sum: { $sum: '$v' } }
    expect(run([{ $bucket: { groupBy: '$v', boundaries: [0, 10], output } }], docs.slice(0, 2))).toEqual([
      { _id: 0, sum: 6 },
    ])
  })
  it.each([
    [1, 40201],
    [{ groupBy: '$v' }, 40198],
    [{ groupBy: 1, boundaries: [0, 1] }, 40202],
    [{ groupBy: '$v', boundaries: 1 }, 40200],
    [{ groupBy: '$v', boundaries: [1] }, 40192],
    [{ groupBy: '$v', boundaries: [1, 'a'] }, 40193],
    [{ groupBy: '$v', boundaries: [2, 1] }, 40194],
    [{ groupBy: '$v', boundaries: ['$a', 1] }, 40191],
    [{ groupBy: '$v', boundaries: [0, 10], default: 5 }, 40199],
    [{ groupBy: '$v', boundaries: [0, 10], output: 5 }, 40196],
    [{ groupBy: '$v', boundaries: [0, 10], x: 5 }, 40197],
    [{ groupBy: '$v', boundaries: [0, 10] }, 40066],
  ])('refuses %j', (spec, code) => {
    expect(codeOf([{ $bucket: spec }], [{ v: 100 }])).toBe(code)
  })
})

describe('$bucketAuto', () => {
  const docs = Array.from({ length: 100 }, (_, n) => ({ _id: n }))
  it('divides evenly, equal values together', () => {
    expect(run([{ $bucketAuto: { groupBy: '$_id', buckets: 5 } }], docs)).toEqual([
      { _id: { min: 0, max: 20 }, count: 20 },
      { _id: { min: 20, max: 40 }, count: 20 },
      { _id: { min: 40, max: 60 }, count: 20 },
      { _id: { min: 60, max: 80 }, count: 20 },
      { _id: { min: 80, max: 99 }, count: 20 },
    ])
    const same = [1, 1, 1, 1, 2, 3].map((v) => ({ v }))
    expect(run([{ $bucketAuto: { groupBy: '$v', buckets: 3 } }], same)).toEqual([
      { _id: { min: 1, max: 2 }, count: 4 },
      { _id: { min: 2, max: 3 }, count: 2 },
    ])
  })
  it('rounds boundaries to preferred numbers', () => {
    const ids = (granularity: string): unknown[] =>
      run([{ $bucketAuto: { groupBy: '$_id', buckets: 5, granularity } }], docs)
    expect(ids('R5')).toEqual([
      { _id: { min: 'double 0', max: 'double 25' }, count: 25 },
      { _id: { min: 'double 25', max: 'double 63' }, count: 38 },
      { _id: { min: 'double 63', max: 'double 100' }, count: 37 },
    ])
    expect(ids('POWERSOF2')).toEqual([
      { _id: { min: 'double 0', max: 'double 32' }, count: 32 },
      { _id: { min: 'double 32', max: 'double 64' }, count: 32 },
      { _id: { min: 'double 64', max: 'double 128' }, count: 36 },
    ])
    expect(ids('1-2-5')).toEqual([
      { _id: { min: 'double 0', max: 'double 20' }, count: 20 },
      { _id: { min: 'double 20', max: 'double 50' }, count: 30 },
      { _id: { min: 'double 50', max: 'double 100' }, count: 50 },
    ])
  })
  it.each([
    [1, 40240],
    [{ groupBy: '$v' }, 40246],
    [{ groupBy: '$v', buckets: 'a' }, 40241],
    [{ groupBy: '$v', buckets: 1.5 }, 40242],
    [{ groupBy: '$v', buckets: 0 }, 40243],
    [{ groupBy: '$v', buckets: 1, granularity: 'R7' }, 40257],
  ])('refuses %j', (spec, code) => {
    expect(codeOf([{ $bucketAuto: spec }])).toBe(code)
  })
})
