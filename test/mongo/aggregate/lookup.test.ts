import { describe, expect, it } from 'vitest'
import { toPlain } from '../../../src/mongo/bson/plain.ts'
import { caseless, codeOf, run } from './run.ts'
import type { Collections, Reads } from './run.ts'

const ORDERS = [{ _id: 1, item: 'almonds', qty: 2 }, { _id: 2, item: 'pecans', qty: 1 }, { _id: 3 }]
const OTHERS: Collections = {
  stock: [
    { _id: 1, sku: 'almonds', n: 120 },
    { _id: 2, sku: 'bread', n: 80 },
    { _id: 3, sku: 'pecans', n: 70 },
    { _id: 4, sku: null },
    { _id: 5 },
  ],
}

describe.each([
  ['asking for each document', undefined],
  ['with a hashed copy', (): boolean => false],
])('$lookup by equality, %s', (_how, indexed) => {
  const more = { indexed }
  const stage = { $lookup: { from: 'stock', localField: 'item', foreignField: 'sku', as: 's' } }

  it('joins; missing meets missing and null', () => {
    expect(run([stage, { $project: { ids: '$s._id' } }], ORDERS, OTHERS, more)).toEqual([
      { _id: 1, ids: [1] },
      { _id: 2, ids: [3] },
      { _id: 3, ids: [4, 5] },
    ])
  })
  it('joins each element of an array, on either side', () => {
    const collections = {
      m: [
        { _id: 1, n: 'a' },
        { _id: 2, n: ['b', 'c'] },
        { _id: 3, n: 'd' },
      ],
    }
    const members = { $lookup: { from: 'm', localField: 'who', foreignField: 'n', as: 's' } }
    expect(
      run([members, { $project: { ids: '$s._id' } }], [{ who: ['c', 'a'] }, { who: [] }], collections, more),
    ).toEqual([{ ids: [1, 2] }, { ids: [] }])
  })
  it('joins through dotted paths', () => {
    const collections = {
      m: [
        { _id: 1, x: { y: 5 } },
        { _id: 2, x: [{ y: 6 }, { y: 7 }] },
      ],
    }
    const join = { $lookup: { from: 'm', localField: 'a.b', foreignField: 'x.y', as: 'c.d' } }
    expect(run([join], [{ a: [{ b: 5 }, { b: 7 }] }], collections, more)).toEqual([
      {
        a: [{ b: 5 }, { b: 7 }],
        c: {
          d: [
            { _id: 1, x: { y: 5 } },
            { _id: 2, x: [{ y: 6 }, { y: 7 }] },
          ],
        },
      },
    ])
  })
  it('keeps to the collation', () => {
    const collections = { m: [{ _id: 1, n: 'A' }] }
    const join = { $lookup: { from: 'm', localField: 'n', foreignField: 'n', as: 's' } }
    expect(run([join], [{ n: 'a' }], collections, { ...more, collation: caseless() })).toEqual([
      { n: 'a', s: [{ _id: 1, n: 'A' }] },
    ])
  })
})

describe('$lookup by a pipeline', () => {
  it('binds variables for each document and hands the store what an index can answer', () => {
    const reads: Reads[] = []
    const stage = {
      $lookup: {
        from: 'stock',
        let: { i: '$item', q: '$qty' },
        pipeline: [
          { $match: { n: { $gt: 0 }, $expr: { $and: [{ $eq: ['$sku', '$$i'] }, { $gte: ['$n', '$$q'] }] } } },
          { $project: { _id: 0, n: 1 } },
        ],
        as: 's',
      },
    }
    expect(run([stage], ORDERS, OTHERS, { reads })).toEqual([
      { ...ORDERS[0], s: [{ n: 120 }] },
      { ...ORDERS[1], s: [{ n: 70 }] },
      { ...ORDERS[2], s: [] },
    ])
    expect(toPlain(reads[0]?.filter)).toEqual({ $and: [{ n: { $gt: 0 } }, { sku: { $eq: 'almonds' } }] })
    expect(toPlain(reads[2]?.filter)).toEqual({ n: { $gt: 0 } })
  })

  it('runs once when nothing of the outer document is used', () => {
    const reads: Reads[] = []
    const stage = {
      $lookup: { from: 'stock', pipeline: [{ $match: { sku: 'bread' } }, { $project: { n: 1 } }], as: 's' },
    }
    expect(run([stage, { $project: { s: 1 } }], ORDERS, OTHERS, { reads })).toEqual(
      [1, 2, 3].map((_id) => ({ _id, s: [{ _id: 2, n: 80 }] })),
    )
    expect(reads).toHaveLength(1)
  })

  it('joins by fields and a pipeline together', () => {
    const stage = {
      $lookup: {
        from: 'stock',
        localField: 'item',
        foreignField: 'sku',
        pipeline: [{ $project: { _id: 1 } }],
        as: 's',
      },
    }
    expect(run([stage, { $project: { s: 1 } }], ORDERS.slice(0, 1), OTHERS)).toEqual([
      { _id: 1, s: [{ _id: 1 }] },
    ])
  })

  it('reads outer variables within a lookup of its own', () => {
    const inner = {
      $lookup: {
        from: 'stock',
        let: { sku: '$sku' },
        pipeline: [
          { $match: { $expr: { $and: [{ $eq: ['$sku', '$$sku'] }, { $gt: ['$n', '$$q'] }] } } },
          { $project: { _id: 1 } },
        ],
        as: 't',
      },
    }
    const stage = {
      $lookup: {
        from: 'stock',
        let: { q: '$min' },
        pipeline: [{ $match: { sku: { $ne: null } } }, inner, { $project: { t: 1 } }],
        as: 's',
      },
    }
    expect(run([stage, { $project: { t: '$s.t._id' } }], [{ min: 75 }, { min: 100 }], OTHERS)).toEqual([
      { t: [[1], [2], []] },
      { t: [[1], [], []] },
    ])
  })

  it('makes documents by $documents', () => {
    const stage = { $lookup: { pipeline: [{ $documents: [{ a: 1 }] }], as: 's' } }
    expect(run([stage], [{ _id: 1 }])).toEqual([{ _id: 1, s: [{ a: 1 }] }])
  })

  it.each([
    [1, 9],
    [{ from: 'a' }, 9],
    [{ from: 'a', as: 's' }, 9],
    [{ from: 'a', as: 's', localField: 'x' }, 9],
    [{ from: 'a', as: 's', localField: 'x', foreignField: 'y', z: 1 }, 9],
    [{ from: 'a', as: 's', pipeline: [{ $out: 'x' }] }, 51047],
    [{ from: 'a', as: 's', pipeline: [{ $nope: 1 }] }, 40324],
    [{ from: 'a', as: 's', let: { A: 1 }, pipeline: [] }, 9],
    [{ from: 'a', as: 's', pipeline: [{ $match: { $expr: '$$who' } }] }, 17276],
  ])('refuses %j', (spec, code) => {
    expect(codeOf([{ $lookup: spec }])).toBe(code)
  })
})

describe('$graphLookup', () => {
  const people = {
    people: [
      { _id: 1, name: 'Dev' },
      { _id: 2, name: 'Eliot', to: 'Dev' },
      { _id: 3, name: 'Ron', to: 'Eliot' },
      { _id: 4, name: 'Andrew', to: 'Eliot' },
      { _id: 5, name: 'Asya', to: 'Ron' },
    ],
  }
  const base = {
    from: 'people',
    startWith: '$to',
    connectFromField: 'to',
    connectToField: 'name',
    as: 'chain',
  }
  const chain = (more: Record<string, unknown>): unknown[] =>
    run(
      [{ $graphLookup: { ...base, ...more } }, { $project: { _id: 0, c: '$chain.name', d: '$chain.depth' } }],
      [{ name: 'Asya', to: 'Ron' }],
      people,
    )

  it('follows a link, nearest first, and tells how far', () => {
    expect(chain({ depthField: 'depth' })).toEqual([
      { c: ['Ron', 'Eliot', 'Dev'], d: ['long 0', 'long 1', 'long 2'] },
    ])
    expect(chain({ maxDepth: 1 })).toEqual([{ c: ['Ron', 'Eliot'], d: [] }])
    expect(chain({ restrictSearchWithMatch: { name: { $ne: 'Eliot' } } })).toEqual([{ c: ['Ron'], d: [] }])
  })
  it('ends in a circle and follows arrays', () => {
    const ring = {
      people: [
        { _id: 1, name: 'a', to: ['b', 'c'] },
        { _id: 2, name: 'b', to: ['a'] },
        { _id: 3, name: 'c', to: [] },
      ],
    }
    expect(
      run(
        [{ $graphLookup: { ...base, startWith: '$name' } }, { $project: { c: '$chain._id' } }],
        [{ name: 'a' }],
        ring,
      ),
    ).toEqual([{ c: [1, 2, 3] }])
  })
  it.each([
    [1, 9],
    [{ ...base, maxDepth: 'a' }, 40100],
    [{ ...base, maxDepth: -1 }, 40101],
    [{ ...base, maxDepth: 1.5 }, 40102],
    [{ ...base, as: 1 }, 40103],
    [{ ...base, x: 1 }, 40104],
    [{ from: 'people' }, 40105],
    [{ ...base, restrictSearchWithMatch: 1 }, 40185],
  ])('refuses %j', (spec, code) => {
    expect(codeOf([{ $graphLookup: spec }])).toBe(code)
  })
})

describe('$unionWith', () => {
  it('appends another collection, through a pipeline if there is one', () => {
    expect(run([{ $unionWith: 'b' }], [{ _id: 1 }], { b: [{ _id: 2 }] })).toEqual([{ _id: 1 }, { _id: 2 }])
    const pipeline = [{ $match: { x: 2 } }, { $project: { _id: 0 } }]
    expect(
      run([{ $unionWith: { coll: 'b', pipeline } }], [{ _id: 1 }], { b: [{ _id: 2, x: 2 }, { _id: 3 }] }),
    ).toEqual([{ _id: 1 }, { x: 2 }])
    expect(run([{ $unionWith: { pipeline: [{ $documents: [{ a: 1 }] }] } }], [{ _id: 1 }])).toEqual([
      { _id: 1 },
      { a: 1 },
    ])
  })
  it('refuses what names no source', () => {
    expect(codeOf([{ $unionWith: 1 }])).toBe(9)
    expect(codeOf([{ $unionWith: { pipeline: [] } }])).toBe(9)
    expect(codeOf([{ $unionWith: { coll: 'b', x: 1 } }])).toBe(40415)
  })
})

describe('$facet', () => {
  it('runs several pipelines over the same documents', () => {
    const facet = { n: [{ $count: 'n' }], big: [{ $match: { v: { $gt: 1 } } }, { $project: { _id: 0 } }] }
    expect(
      run(
        [{ $facet: facet }],
        [
          { _id: 1, v: 1 },
          { _id: 2, v: 2 },
        ],
      ),
    ).toEqual([{ n: [{ n: 2 }], big: [{ v: 2 }] }])
    expect(run([{ $facet: { none: [{ $match: { v: 9 } }] } }])).toEqual([{ none: [] }])
  })
  it('refuses stages of their own', () => {
    expect(codeOf([{ $facet: {} }])).toBe(40169)
    expect(codeOf([{ $facet: { a: 1 } }])).toBe(40170)
    expect(codeOf([{ $facet: { a: [1] } }])).toBe(40171)
    expect(codeOf([{ $facet: { a: [{ $facet: { b: [] } }] } }])).toBe(40600)
    expect(codeOf([{ $facet: { a: [{ $out: 'x' }] } }])).toBe(40600)
  })
})
