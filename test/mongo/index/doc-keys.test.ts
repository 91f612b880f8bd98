import { describe, expect, test } from 'vitest'
import { toDoc } from '../../../src/mongo/bson/plain.ts'
import { UNDEFINED } from '../../../src/mongo/bson/value.ts'
import { docKeys } from '../../../src/mongo/index/doc-keys.ts'
import { readIndexSpec } from '../../../src/mongo/index/spec.ts'

function keys(doc: Record<string, unknown>, ...paths: string[]): unknown[][] {
  const key = Object.fromEntries(paths.map((path) => [path, 1]))
  const { fields } = readIndexSpec(toDoc({ key, name: 'i' }), undefined)
  return docKeys(toDoc(doc), fields).tuples
}

describe('The keys of a document', () => {
  test.each([
    ['a scalar', { a: 1 }, ['a'], [[1]]],
    ['nothing there', {}, ['a'], [[undefined]]],
    ['an array', { a: [1, 2] }, ['a'], [[1], [2]]],
    ['an empty array', { a: [] }, ['a'], [[UNDEFINED]]],
    ['an empty array on the way', { a: [] }, ['a.b'], [[undefined]]],
    ['an array within an array', { a: [[1, 2], 3] }, ['a'], [[[1, 2]], [3]]],
    ['documents in an array', { a: [{ b: 1 }, { b: 2 }, 3] }, ['a.b'], [[1], [2], [undefined]]],
    [
      'two paths through one array',
      { a: [{ b: 1, c: 2 }, { b: 3 }] },
      ['a.b', 'a.c'],
      [
        [1, 2],
        [3, undefined],
      ],
    ],
    [
      'an array beside a scalar',
      { a: [1, 2], b: 5 },
      ['a', 'b'],
      [
        [1, 5],
        [2, 5],
      ],
    ],
    ['an array in an array of documents', { a: [{ b: [1, 2] }, { b: 3 }] }, ['a.b'], [[1], [2], [3]]],
    ['a position', { a: [7, { b: 8 }] }, ['a.0'], [[7]]],
    ['a path beyond a scalar', { a: 5 }, ['a.b'], [[undefined]]],
  ])('from %s', (_, doc, paths, expected) => {
    expect(keys(doc, ...paths)).toEqual(expected)
  })

  test('are refused where two arrays meet', () => {
    expect(() => keys({ a: [1], b: [2] }, 'a', 'b')).toThrow('cannot index parallel arrays [b] [a]')
  })
})
