import { describe, expect, it } from 'vitest'
import { isIndex, valueAt, valuesAt } from '../../../src/mongo/bson/path.ts'
import { toDoc, toPlain } from '../../../src/mongo/bson/plain.ts'

type Plain = Record<string, unknown>
const missing = 'missing'

function reached(doc: Plain, path: string, leafArrays = true): unknown[] {
  return valuesAt(toDoc(doc), path, leafArrays).map((value) =>
    value === undefined ? missing : toPlain(value),
  )
}

describe('paths', () => {
  it.each<[Plain, string, unknown[]]>([
    [{ a: 5 }, 'a', [5]],
    [{}, 'a', [missing]],
    [{ a: [5, 6] }, 'a', [5, 6, [5, 6]]],
    [{ a: [] }, 'a', [[]]],
    [{ a: [{ b: 5 }, 3, {}, { b: [9, 11] }, { b: 7 }] }, 'a.b', [5, missing, 9, 11, [9, 11], 7]],
    [{ a: 4 }, 'a.b', [missing]],
    [{ a: [4] }, 'a.b', []],
    [{ a: { b: [] } }, 'a.b', [[]]],
    [{ a: [5, 7, 3] }, 'a.1', [7]],
    [{ a: [5, [2, 4], 3] }, 'a.1', [[2, 4]]],
    [{ a: [5, { 1: 4 }, 3] }, 'a.1', [4, { 1: 4 }]],
    [{ a: [5, { b: 4 }, 3] }, 'a.1.b', [missing, 4]],
    [{ a: [5, [{ b: 4 }], 3] }, 'a.1.b', [4]],
    [{ a: [[{ b: 1 }]] }, 'a.b', []],
  ])('#11 a query reaches in %j by %s', (doc, path, expected) => {
    expect(reached(doc, path)).toEqual(expected)
  })

  it('#11 leaves an array at the end whole when asked to', () => {
    expect(reached({ a: [{ b: [1, 2] }, { b: 3 }] }, 'a.b', false)).toEqual([[1, 2], 3])
  })

  it('#11 valueAt goes through documents and positions only', () => {
    const doc = toDoc({ a: [{ b: 1 }] })
    expect(valueAt(doc, 'a.0.b')).toBe(1)
    expect(valueAt(doc, 'a.b')).toBeUndefined()
  })

  it('#11 knows array positions', () => {
    expect(['0', '9', '10', '123'].every(isIndex)).toBe(true)
    expect(['', '01', '-1', '1a', 'a', '1.5', ' 1'].some(isIndex)).toBe(false)
  })
})
