import { describe, expect, it } from 'vitest'
import { codeOf, fieldOrder, run } from './run.ts'

const DOC = { _id: 1, a: 1, b: { c: 2, d: 3 }, l: [{ x: 1, y: 2 }, 5, { y: 3 }], z: 'z' }

describe('$project', () => {
  it('keeps named fields in the order of the document, _id unless told otherwise', () => {
    expect(run([{ $project: { z: 1, a: true } }], [DOC])).toEqual([{ _id: 1, a: 1, z: 'z' }])
    expect(fieldOrder([{ $project: { z: 1, a: 1 } }], [DOC])).toEqual(['_id', 'a', 'z'])
    expect(run([{ $project: { _id: 0, a: 1 } }], [DOC])).toEqual([{ a: 1 }])
  })

  it('keeps nested fields, through arrays too, where scalars fall out', () => {
    expect(run([{ $project: { 'b.c': 1 } }], [DOC])).toEqual([{ _id: 1, b: { c: 2 } }])
    expect(run([{ $project: { b: { d: 1 } } }], [DOC])).toEqual([{ _id: 1, b: { d: 3 } }])
    expect(run([{ $project: { 'l.x': 1 } }], [DOC])).toEqual([{ _id: 1, l: [{ x: 1 }, {}] }])
    expect(run([{ $project: { 'a.q': 1 } }], [DOC])).toEqual([{ _id: 1 }])
  })

  it('drops fields, leaving scalars of arrays alone', () => {
    expect(run([{ $project: { b: 0, l: 0 } }], [DOC])).toEqual([{ _id: 1, a: 1, z: 'z' }])
    expect(run([{ $project: { 'l.y': 0, _id: 0, b: 0, a: 0, z: 0 } }], [DOC])).toEqual([
      { l: [{ x: 1 }, 5, {}] },
    ])
    expect(run([{ $project: { _id: 0 } }], [{ _id: 1, a: 2 }])).toEqual([{ a: 2 }])
  })

  it('computes fields, which come after the kept ones', () => {
    expect(fieldOrder([{ $project: { n: { $add: ['$a', 1] }, a: 1 } }], [DOC])).toEqual(['_id', 'a', 'n'])
    expect(run([{ $project: { _id: '$z', s: 'text', 'n.m': '$a', gone: '$none' } }], [DOC])).toEqual([
      { _id: 'z', s: 'text', n: { m: 1 } },
    ])
    expect(run([{ $project: { _id: 0, b: { c: 1, e: '$a' } } }], [DOC])).toEqual([{ b: { c: 2, e: 1 } }])
  })

  it('computes within every element of an array', () => {
    expect(run([{ $project: { _id: 0, 'l.n': '$a' } }], [DOC])).toEqual([
      { l: [{ n: 1 }, { n: 1 }, { n: 1 }] },
    ])
  })

  it('leaves out what $$REMOVE stands for', () => {
    expect(run([{ $project: { a: { $cond: [true, '$$REMOVE', 1] } } }], [DOC])).toEqual([{ _id: 1 }])
  })

  it.each([
    [{}, 51272],
    [5, 15969],
    [{ a: 1, b: 0 }, 31254],
    [{ a: 0, b: 1 }, 31253],
    [{ a: 0, b: { $add: [1] } }, 31252],
    [{ a: {} }, 51270],
    [{ a: 1, 'a.b': 1 }, 31249],
    [{ 'a.b': 1, a: 1 }, 31250],
    [{ 'a.': 1 }, 40353],
    [{ a: { $nope: 1 } }, 31325],
  ])('refuses %j', (spec, code) => {
    expect(codeOf([{ $project: spec }])).toBe(code)
  })
})

describe('$unset', () => {
  it('drops one field or several', () => {
    expect(run([{ $unset: 'b.c' }], [{ _id: 1, b: { c: 1, d: 2 } }])).toEqual([{ _id: 1, b: { d: 2 } }])
    expect(run([{ $unset: ['_id', 'a'] }], [{ _id: 1, a: 1, b: 2 }])).toEqual([{ b: 2 }])
  })
  it.each([
    [5, 31002],
    [[], 31119],
    [[1], 31120],
  ])('refuses %j', (spec, code) => {
    expect(codeOf([{ $unset: spec }])).toBe(code)
  })
})

describe.each(['$addFields', '$set'])('%s', (stage) => {
  it('replaces in place and appends what is new', () => {
    const stages = [{ [stage]: { n: 1, a: { $add: ['$a', 10] } } }]
    expect(run(stages, [{ _id: 1, a: 1, z: 2 }])).toEqual([{ _id: 1, a: 11, z: 2, n: 1 }])
    expect(fieldOrder(stages, [{ _id: 1, a: 1, z: 2 }])).toEqual(['_id', 'a', 'z', 'n'])
  })
  it('adds to embedded documents and to every element of an array', () => {
    expect(
      run([{ [stage]: { 'b.n': 1, l: { n: '$a' } } }], [{ a: 7, b: { c: 1 }, l: [{ x: 1 }, 2] }]),
    ).toEqual([{ a: 7, b: { c: 1, n: 1 }, l: [{ x: 1, n: 7 }, { n: 7 }] }])
  })
  it('sees the document as it came in', () => {
    expect(run([{ [stage]: { a: '$b', b: '$a' } }], [{ a: 1, b: 2 }])).toEqual([{ a: 2, b: 1 }])
  })
  it('removes by $$REMOVE', () => {
    expect(run([{ [stage]: { a: '$$REMOVE' } }], [{ a: 1, b: 2 }])).toEqual([{ b: 2 }])
  })
  it('refuses what is no document and paths that meet', () => {
    expect(codeOf([{ [stage]: 1 }])).toBe(40272)
    expect(codeOf([{ [stage]: { a: 1, 'a.b': 1 } }])).toBe(40176)
  })
})

describe('$replaceRoot and $replaceWith', () => {
  it('put another document in place', () => {
    expect(run([{ $replaceRoot: { newRoot: '$b' } }], [{ b: { c: 1 } }])).toEqual([{ c: 1 }])
    expect(run([{ $replaceWith: { $mergeObjects: [{ x: 0 }, '$b'] } }], [{ b: { c: 1 } }])).toEqual([
      { x: 0, c: 1 },
    ])
  })
  it('refuse what is no document', () => {
    expect(codeOf([{ $replaceRoot: { newRoot: '$a' } }])).toBe(40228)
    expect(codeOf([{ $replaceWith: '$a' }])).toBe(40228)
    expect(codeOf([{ $replaceRoot: 1 }])).toBe(40229)
    expect(codeOf([{ $replaceRoot: {} }])).toBe(40414)
  })
})

describe('$redact', () => {
  const doc = { level: 1, acct: { level: 5, no: 1 }, list: [{ level: 0, v: 1 }, { level: 9, v: 2 }, 3] }
  it('prunes, keeps and descends', () => {
    const decide = { $cond: [{ $gt: ['$level', 4] }, '$$PRUNE', '$$DESCEND'] }
    expect(run([{ $redact: decide }], [doc])).toEqual([{ level: 1, list: [{ level: 0, v: 1 }, 3] }])
    expect(run([{ $redact: '$$KEEP' }], [doc])).toEqual([doc])
    expect(run([{ $redact: '$$PRUNE' }], [doc])).toEqual([])
  })
  it('reads the whole document by $$ROOT', () => {
    const decide = { $cond: [{ $gt: ['$level', '$$ROOT.level'] }, '$$PRUNE', '$$DESCEND'] }
    expect(run([{ $redact: decide }], [doc])).toEqual([{ level: 1, list: [{ level: 0, v: 1 }, 3] }])
  })
  it('refuses any other answer', () => {
    expect(codeOf([{ $redact: 'x' }])).toBe(17053)
    expect(codeOf([{ $project: { a: '$$KEEP' } }])).toBe(17276)
  })
})
