import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeCollation } from '../../../src/mongo/bson/collation.ts'
import { compareValues } from '../../../src/mongo/bson/compare.ts'
import type { EvalContext } from '../../../src/mongo/bson/context.ts'
import { toDoc } from '../../../src/mongo/bson/plain.ts'
import { compileSort, compileSortKeys } from '../../../src/mongo/sort/compile-sort.ts'
import { value } from '../bson/arbitrary.ts'

type Plain = Record<string, unknown>
const context: EvalContext = { now: new Date(0) }

function order(spec: Record<string, unknown>, docs: Plain[], given = context): number[] {
  const compare = compileSort(new Map(Object.entries(spec)) as never, given)
  return docs
    .map((doc, i) => ({ doc: toDoc(doc), i }))
    .sort((a, b) => compare(a.doc, b.doc))
    .map(({ i }) => i)
}

describe('compileSort', () => {
  it.each<[Plain, Plain[], number[]]>([
    [{ a: 1 }, [{ a: 3 }, { a: 1 }, { a: 2 }], [1, 2, 0]],
    [{ a: -1 }, [{ a: 3 }, { a: 1 }, { a: 2 }], [0, 2, 1]],
    [{ a: 1 }, [{ a: 'x' }, { a: 1 }, {}, { a: null }, { a: [] }], [4, 2, 3, 1, 0]],
    [{ a: 1 }, [{ a: [5, 1] }, { a: 2 }], [0, 1]],
    [{ a: -1 }, [{ a: [5, 1] }, { a: 2 }], [0, 1]],
    [
      { a: 1, b: -1 },
      [
        { a: 1, b: 1 },
        { a: 1, b: 2 },
        { a: 0, b: 0 },
      ],
      [2, 1, 0],
    ],
    [{ 'a.b': 1 }, [{ a: { b: 2 } }, { a: [{ b: 3 }, { b: 1 }] }, { a: 1 }], [2, 1, 0]],
    [{ 'a.b': 1 }, [{ a: [{ b: 2 }, 7] }, { a: { b: 1 } }], [0, 1]],
    [{ 'a.0': 1 }, [{ a: [2, 9] }, { a: [1, 99] }], [1, 0]],
    [
      { 'a.x': 1, 'a.y': 1 },
      [
        {
          a: [
            { x: 1, y: 9 },
            { x: 2, y: 0 },
          ],
        },
        { a: { x: 1, y: 5 } },
      ],
      [1, 0],
    ],
    [{ $natural: -1 }, [{ a: 2 }, { a: 1 }], [0, 1]],
  ])('#11 %j of %j', (spec, docs, expected) => {
    expect(order(spec, docs)).toEqual(expected)
  })

  it('#11 refuses parallel arrays and malformed sorts', () => {
    expect(() => order({ a: 1, b: 1 }, [{ a: [1], b: [2] }, {}])).toThrow(
      expect.objectContaining({ code: 2, message: 'cannot sort with keys that are parallel arrays' }),
    )
    expect(() => order({ a: 'x' }, [])).toThrow(
      expect.objectContaining({ code: 15974, message: 'Illegal key in $sort specification: a: "x"' }),
    )
    expect(() => order({ a: 2 }, [])).toThrow(
      expect.objectContaining({
        code: 15975,
        message: '$sort key ordering must be 1 (for ascending) or -1 (for descending)',
      }),
    )
  })

  it('#11 takes what a position names as it is, and refuses a position that is a field too', () => {
    expect(order({ 'x.0': 1 }, [{ x: [[1]] }, { x: [5] }, { x: [{ y: 1 }] }])).toEqual([1, 2, 0])
    expect(order({ 'x.0.y': 1 }, [{ x: [{ y: [3, 1] }] }, { x: [{ y: 2 }] }])).toEqual([0, 1])
    expect(() => order({ 'x.0': 1 }, [{ x: [{ 0: 5 }] }, {}])).toThrow(
      expect.objectContaining({ code: 16746 }),
    )
    expect(order({ 'x.1': 1 }, [{ x: [{ 1: 5 }] }, { x: [{ 1: 4 }] }])).toEqual([1, 0])
  })

  it('#11 sorts by the collation', () => {
    const collation = makeCollation(toDoc({ locale: 'sv' }))
    expect(
      order({ a: 1 }, [{ a: 'ö' }, { a: 'z' }, { a: 'Å' }, { a: 'a' }], { ...context, collation }),
    ).toEqual([3, 1, 2, 0])
  })

  it('#11 an array sorts by its least element upwards and by its greatest downwards', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 5 }), (items) => {
        const sorted = items.toSorted((a, b) => compareValues(a, b))
        const keyOf = (direction: number): unknown =>
          compileSortKeys(new Map([['a', direction]]), context).keyOf(new Map([['a', items]]))[0]
        expect(compareValues(keyOf(1) as never, sorted[0])).toBe(0)
        expect(compareValues(keyOf(-1) as never, sorted.at(-1))).toBe(0)
      }),
    )
  })
})
