import { describe, expect, it } from 'vitest'
import { toDoc, toPlain } from '../../../src/mongo/bson/plain.ts'
import { compileProjection } from '../../../src/mongo/projection/compile-projection.ts'
import { compileFilter } from '../../../src/mongo/query/compile-filter.ts'

type Plain = Record<string, unknown>
const context = { now: new Date(0) }

function project(spec: Plain, doc: Plain, filter?: Plain): string {
  const compiled = filter && compileFilter(toDoc(filter), context)
  return JSON.stringify(toPlain(compileProjection(toDoc(spec), context, compiled)(toDoc(doc))))
}

const doc = {
  _id: 1,
  a: 1,
  b: { c: 2, d: 3 },
  e: [{ f: 1, g: 2 }, 5, { f: 3 }, [{ f: 4, g: 5 }]],
  h: [1, 2, 3, 4],
}

describe('compileProjection', () => {
  it.each<[Plain, Plain]>([
    [{}, doc],
    [{ a: 1 }, { _id: 1, a: 1 }],
    [{ a: true, _id: 0 }, { a: 1 }],
    [{ _id: 1 }, { _id: 1 }],
    [{ _id: 0 }, { a: 1, b: doc.b, e: doc.e, h: doc.h }],
    [
      { a: 0, h: 0, e: 0 },
      { _id: 1, b: doc.b },
    ],
    [
      { _id: 1, b: 0, e: 0, h: 0 },
      { _id: 1, a: 1 },
    ],
    [{ 'b.c': 1 }, { _id: 1, b: { c: 2 } }],
    [{ b: { c: 1 } }, { _id: 1, b: { c: 2 } }],
    [
      { 'b.c': 0, e: 0, h: 0 },
      { _id: 1, a: 1, b: { d: 3 } },
    ],
    [{ 'e.f': 1 }, { _id: 1, e: [{ f: 1 }, { f: 3 }, [{ f: 4 }]] }],
    [
      { 'e.f': 0, b: 0, h: 0 },
      { _id: 1, a: 1, e: [{ g: 2 }, 5, {}, [{ g: 5 }]] },
    ],
    [{ 'a.x': 1 }, { _id: 1 }],
    [{ 'h.x': 1 }, { _id: 1, h: [] }],
    [
      { h: 1, a: 1 },
      { _id: 1, a: 1, h: [1, 2, 3, 4] },
    ],
    [{ z: '$a' }, { _id: 1, z: 1 }],
    [
      { z: { $add: ['$a', 1] }, a: 1 },
      { _id: 1, a: 1, z: 2 },
    ],
    [
      { a: '$b.c', b: 1 },
      { _id: 1, b: doc.b, a: 2 },
    ],
    [{ z: 'text' }, { _id: 1, z: 'text' }],
    [{ z: '$missing' }, { _id: 1 }],
    [{ 'b.z': '$a' }, { _id: 1, b: { z: 1 } }],
    [
      { h: { $slice: 2 }, e: 0, b: 0 },
      { _id: 1, a: 1, h: [1, 2] },
    ],
    [
      { h: { $slice: -1 }, e: 0, b: 0 },
      { _id: 1, a: 1, h: [4] },
    ],
    [
      { h: { $slice: [1, 2] }, a: 1 },
      { _id: 1, a: 1, h: [2, 3] },
    ],
    [
      { h: { $slice: [-3, 2] }, a: 1 },
      { _id: 1, a: 1, h: [2, 3] },
    ],
    [
      { h: { $slice: [10, 2] }, a: 1 },
      { _id: 1, a: 1, h: [] },
    ],
    [{ h: { $slice: ['$h', 1] } }, { _id: 1, h: [1] }],
    [
      { a: { $slice: 1 }, e: 0, b: 0, h: 0 },
      { _id: 1, a: 1 },
    ],
    [{ h: { $elemMatch: { $gt: 2 } } }, { _id: 1, h: [3] }],
    [{ h: { $elemMatch: { $gt: 9 } } }, { _id: 1 }],
    [
      { h: { $elemMatch: { $gt: 9 } }, b: 0, e: 0 },
      { _id: 1, a: 1 },
    ],
    [
      { h: { $elemMatch: { $gt: 3 } }, b: 0, e: 0 },
      { _id: 1, a: 1, h: [4] },
    ],
    [
      { e: { $elemMatch: { f: 3 } }, a: 1 },
      { _id: 1, a: 1, e: [{ f: 3 }] },
    ],
    [{ a: { $elemMatch: { $gt: 0 } } }, { _id: 1 }],
  ])('#11 %j', (spec, expected) => {
    expect(project(spec, doc)).toBe(JSON.stringify(expected))
  })

  it.each<[Plain, Plain, Plain, Plain]>([
    [{ 'h.$': 1 }, { h: 3 }, doc, { _id: 1, h: [3] }],
    [{ 'e.$': 1 }, { 'e.f': 3 }, doc, { _id: 1, e: [{ f: 3 }] }],
    [{ 'e.$': 1, a: 1 }, { e: { $elemMatch: { f: 1 } } }, doc, { _id: 1, a: 1, e: [{ f: 1, g: 2 }] }],
    [{ 'x.y.$': 1 }, { 'x.y': 2 }, { x: { y: [1, 2], z: 1 } }, { x: { y: [2] } }],
  ])('#11 positional %j with %j', (spec, filter, input, expected) => {
    expect(project(spec, input, filter)).toBe(JSON.stringify(expected))
  })

  it.each<[Plain, number, string]>([
    [{ a: 1, b: 0 }, 31254, 'Cannot do exclusion on field b in inclusion projection'],
    [{ a: 0, b: 1 }, 31253, 'Cannot do inclusion on field b in exclusion projection'],
    [{ a: 1, 'a.b': 1 }, 31249, 'Path collision at a.b remaining portion b'],
    [{ 'a.b': 1, a: 1 }, 31250, 'Path collision at a'],
    [{ a: { $foo: 1 } }, 31325, 'Unknown expression $foo'],
    [{ a: 0, b: { $add: [1, 2] } }, 31252, 'Cannot use expression other than $meta in exclusion projection'],
    [{ a: 0, b: 'x' }, 31310, 'Cannot use an expression b: "x" in an exclusion projection'],
    [{ 'a.$': 1 }, 51050, 'Projections with a positional operator require a matcher'],
    [{ 'h.$': 0 }, 31395, 'positional projection cannot be used with exclusion'],
    [{ 'a.b': { $elemMatch: { c: 1 } } }, 31275, 'Cannot use $elemMatch projection on a nested field.'],
    [{ a: { $elemMatch: 1 } }, 31274, 'elemMatch: Invalid argument, object required, but got int'],
    [{ '': 1 }, 40352, 'FieldPath cannot be constructed with empty string'],
    [{ 'a.': 1 }, 40353, "FieldPath must not end with a '.'."],
    [{ 'a..b': 1 }, 15998, 'FieldPath field names may not be empty strings.'],
    [
      { $a: 1 },
      16410,
      "FieldPath field names may not start with '$'. Consider using $getField or $setField.",
    ],
    [{ a: {} }, 51270, 'An empty sub-projection is not a valid value. Found empty object at path'],
  ])('#11 %j is refused', (spec, code, message) => {
    expect(() => project(spec, doc)).toThrow(expect.objectContaining({ code, message }))
  })

  it('#11 refuses a positional that the query does not speak of, or found nowhere', () => {
    expect(() => project({ 'h.$': 1 }, doc, { a: 1 })).toThrow(
      expect.objectContaining({
        code: 31277,
        message: "Positional projection 'h.$' does not match the query document.",
      }),
    )
    expect(() => project({ 'h.$': 1 }, doc, { h: { $size: 4 } })).toThrow(
      expect.objectContaining({ code: 51246 }),
    )
  })

  it('#11 keeps integer-like names in their order and leaves the document as it was', () => {
    const input = new Map([
      ['b', 1],
      ['10', 2],
      ['2', 3],
    ])
    const compiled = compileProjection(toDoc({ b: 1, 2: 1, 10: 1 }), context)
    expect([...compiled(input).keys()]).toEqual(['b', '10', '2'])
    expect(input.size).toBe(3)
  })
})
