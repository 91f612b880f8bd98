import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { makeCollation } from '../../../src/mongo/bson/collation.ts'
import { encode } from '../../../src/mongo/bson/codec.ts'
import { toDoc } from '../../../src/mongo/bson/plain.ts'
import {
  BSONRegExp,
  BSONSymbol,
  toDouble,
  UNDEFINED,
  type Doc,
  type Value,
} from '../../../src/mongo/bson/value.ts'
import { buildIndex } from '../../../src/mongo/catalog/build-index.ts'
import { Catalog } from '../../../src/mongo/catalog/catalog.ts'
import type { Collection } from '../../../src/mongo/collection/collection.ts'
import { Data } from '../../../src/mongo/collection/data.ts'
import { readIndexSpec } from '../../../src/mongo/index/spec.ts'
import { choosePlan } from '../../../src/mongo/plan/choose.ts'
import { runPlan } from '../../../src/mongo/plan/run.ts'
import { compileFilter } from '../../../src/mongo/query/compile-filter.ts'
import { compileSort } from '../../../src/mongo/sort/compile-sort.ts'
import { openMemoryEngine } from '../../../src/mongo/storage/memory-engine.ts'
import { withoutPauses } from '../without-pauses.ts'

const now = new Date(0)

async function makeCollection(docs: Doc[], indexes: Doc[]): Promise<Collection> {
  const data = new Data(openMemoryEngine())
  const catalog = new Catalog(data)
  const collection = catalog.create('db', 'c', new Map())
  // Half before the indexes, half after: built and kept up must agree.
  const half = docs.length >> 1
  for (const doc of docs.slice(0, half)) collection.insert(doc, encode(doc))
  data.commit()
  for (const [at, index] of indexes.entries()) {
    await buildIndex(catalog, collection, readIndexSpec(new Map([...index, ['name', `i${at}`]]), undefined))
  }
  for (const doc of docs.slice(half)) collection.insert(doc, encode(doc))
  data.commit()
  return collection
}

function answer(
  collection: Collection,
  filter: Doc,
  hint?: string | Doc,
  collation?: Doc,
): { ids: number[]; kind: string } {
  const context = { now, collation: collation && makeCollation(collation) }
  const compiled = compileFilter(filter, context)
  const plan = choosePlan(collection, { filter: compiled, hint, collation: context.collation })
  const ids = withoutPauses(runPlan(collection, plan, compiled)).map(({ doc }) => doc.get('_id') as number)
  return { ids: ids.sort((a, b) => a - b), kind: plan.kind }
}

const scalar: fc.Arbitrary<Value> = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -3, max: 5 }) },
  { weight: 2, arbitrary: fc.constantFrom<Value>(toDouble(2), 2.5, 3n, Number.NaN, Infinity, -Infinity) },
  { weight: 3, arbitrary: fc.constantFrom('', 'a', 'ab', 'abc', 'B', 'é', 'a\0b') },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Value>(null, true, false, UNDEFINED, new Date(5), new BSONRegExp('^a', '')),
  },
)
const value: fc.Arbitrary<Value> = fc.oneof(
  { weight: 6, arbitrary: scalar },
  { weight: 2, arbitrary: fc.array(scalar, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.array(fc.array(scalar, { maxLength: 2 }), { maxLength: 2 }) },
  { weight: 2, arbitrary: fc.record({ x: scalar, y: scalar }, { requiredKeys: [] }).map(toDoc) },
  {
    weight: 2,
    arbitrary: fc.array(
      fc.oneof(
        fc.record({ x: scalar, y: scalar }, { requiredKeys: [] }).map((o): Value => toDoc(o)),
        scalar,
      ),
      { maxLength: 3 },
    ),
  },
)
// At most one of the fields may hold an array: a compound index refuses two.
const fields = fc
  .record({ a: value, b: scalar, c: scalar }, { requiredKeys: [] })
  .chain((one) => fc.constantFrom(one, { ...one, a: one.b, b: one.a }))
const docs = fc
  .array(fields, { maxLength: 25 })
  .map((rows) =>
    rows.map((row, at): Doc =>
      toDoc({ _id: at, ...Object.fromEntries(Object.entries(row).filter(([, each]) => each !== undefined)) }),
    ),
  )

const path = fc.constantFrom('a', 'b', 'c', 'a.x', 'a.y', 'b.x', '_id')
const operand: fc.Arbitrary<Value> = fc.oneof(
  { weight: 8, arbitrary: scalar },
  { weight: 1, arbitrary: value },
)
const noRegex = operand.filter((one) => !(one instanceof BSONRegExp) && one !== UNDEFINED)
const condition: fc.Arbitrary<Value> = fc.oneof(
  { weight: 3, arbitrary: noRegex },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Value>(
      new BSONRegExp('^a', ''),
      new BSONRegExp('^ab?', ''),
      new BSONRegExp('b', 'i'),
    ),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom('$eq', '$gt', '$gte', '$lt', '$lte', '$ne'), noRegex)
      .map((pair): Value => new Map([pair])),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constantFrom('$gt', '$gte'), noRegex, fc.constantFrom('$lt', '$lte'), noRegex).map(
      ([low, from, high, to]): Value =>
        new Map([
          [low, from],
          [high, to],
        ]),
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('$in', '$nin'), fc.array(noRegex, { maxLength: 4 }))
      .map((pair): Value => new Map<string, Value>([pair])),
  },
  { weight: 1, arbitrary: fc.boolean().map((there): Value => new Map([['$exists', there]])) },
  { weight: 1, arbitrary: fc.nat(2).map((size): Value => new Map([['$size', size]])) },
  {
    weight: 1,
    arbitrary: fc
      .array(noRegex, { minLength: 1, maxLength: 2 })
      .map((all): Value => new Map([['$all', all]])),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('$gt', '$gte', '$eq'), scalar, fc.constantFrom('$lt', '$lte'), scalar)
      .filter(
        ([, a, , b]) =>
          !(a instanceof BSONRegExp) && !(b instanceof BSONRegExp) && a !== UNDEFINED && b !== UNDEFINED,
      )
      .map(
        ([low, from, high, to]): Value =>
          new Map([
            [
              '$elemMatch',
              new Map([
                [low, from],
                [high, to],
              ]),
            ],
          ]),
      ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(noRegex, noRegex).map(
      ([x, y]): Value =>
        new Map([
          [
            '$elemMatch',
            new Map([
              ['x', x],
              ['y', y],
            ]),
          ],
        ]),
    ),
  },
  { weight: 1, arbitrary: noRegex.map((one): Value => new Map([['$not', new Map([['$gt', one]])]])) },
)
const conjunction: fc.Arbitrary<Doc> = fc
  .array(fc.tuple(path, condition), { maxLength: 3 })
  .map((pairs) => new Map(pairs))
const filter: fc.Arbitrary<Doc> = fc.oneof(
  { weight: 5, arbitrary: conjunction },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.array(conjunction, { minLength: 1, maxLength: 3 }), conjunction)
      .map(([branches, rest]): Doc => new Map<string, Value>([['$or', branches], ...rest])),
  },
  {
    weight: 1,
    arbitrary: fc
      .array(conjunction, { minLength: 1, maxLength: 2 })
      .map((all): Doc => new Map([['$and', all]])),
  },
)
const key = fc
  .uniqueArray(fc.constantFrom('a', 'b', 'c', 'a.x', 'a.y', 'b.x'), { minLength: 1, maxLength: 3 })
  .filter((paths) => !(paths.includes('a') && paths.some((one) => one.startsWith('a.'))))
  .filter((paths) => !(paths.includes('b') && paths.some((one) => one.startsWith('b.'))))
  .chain((paths) =>
    fc.tuple(...paths.map((one) => fc.tuple(fc.constant(one), fc.constantFrom<1 | -1>(1, -1)))),
  )
  .map((pairs): Doc => new Map(pairs))
const partial = fc.constantFrom<Doc | undefined>(
  undefined,
  undefined,
  toDoc({ b: { $gt: 0 } }),
  toDoc({ c: { $exists: true } }),
  toDoc({ a: { $gte: 1 } }),
)
const index = fc
  .record({ key, partial, sparse: fc.boolean(), french: fc.constant(false) })
  .map(({ key: pattern, partial: rule, sparse }): Doc => {
    const doc: Doc = new Map<string, Value>([['key', pattern]])
    if (rule) doc.set('partialFilterExpression', rule)
    else if (sparse) doc.set('sparse', true)
    return doc
  })

describe('A plan', () => {
  test('finds exactly what a look at every document finds.', async () => {
    const kinds = new Set<string>()
    await fc.assert(
      fc.asyncProperty(
        docs,
        fc.uniqueArray(index, { minLength: 1, maxLength: 3, selector: (doc) => encode(doc).toString('hex') }),
        fc.array(filter, { minLength: 1, maxLength: 6 }),
        async (rows, indexes, filters) => {
          const collection = await makeCollection(rows, indexes)
          for (const one of filters) {
            const planned = answer(collection, one)
            kinds.add(planned.kind)
            expect(planned.ids).toEqual(answer(collection, one, toDoc({ $natural: 1 })).ids)
          }
        },
      ),
      { numRuns: 800 },
    )
    expect([...kinds].sort()).toEqual(['id', 'index', 'or', 'scan'])
  })

  test('gives the order of a sort, from an index or without.', async () => {
    const plain = fc.array(
      fc.record({ a: scalar, b: scalar, c: scalar }, { requiredKeys: [] }).map((row) => row),
      { maxLength: 25 },
    )
    let fromIndex = 0
    await fc.assert(
      fc.asyncProperty(plain, key, conjunction, key, async (rows, pattern, where, order) => {
        const given = rows.map((row, at) =>
          toDoc({
            _id: at,
            ...Object.fromEntries(Object.entries(row).filter(([, each]) => each !== undefined)),
          }),
        )
        const collection = await makeCollection(given, [new Map([['key', pattern]])])
        const compiled = compileFilter(where, { now })
        const plan = choosePlan(collection, { filter: compiled, sort: order })
        if (plan.kind !== 'index' || !plan.sorted) return
        fromIndex++
        const found = withoutPauses(runPlan(collection, plan, compiled)).map(({ doc }) => doc)
        const compare = compileSort(order, { now })
        for (const [at, doc] of found.entries()) {
          if (at > 0) expect(compare(found[at - 1] as Doc, doc)).toBeLessThanOrEqual(0)
        }
        expect(found.length).toBe(given.filter((doc) => compiled.matches(doc)).length)
      }),
      { numRuns: 800 },
    )
    expect(fromIndex).toBeGreaterThan(20)
  })

  test('uses an index of another collation only where no text is compared.', async () => {
    const french = toDoc({ locale: 'fr', strength: 1 })
    const collection = await makeCollection(
      [toDoc({ _id: 1, a: 'a' }), toDoc({ _id: 2, a: 'A' }), toDoc({ _id: 3, a: 3 })],
      [
        new Map<string, Value>([
          ['key', toDoc({ a: 1 })],
          ['collation', french],
        ]),
      ],
    )
    expect(answer(collection, toDoc({ a: 'a' }))).toEqual({ ids: [1], kind: 'scan' })
    expect(answer(collection, toDoc({ a: 'a' }), undefined, french)).toEqual({ ids: [1, 2], kind: 'index' })
    expect(answer(collection, toDoc({ a: new BSONSymbol('a') }))).toEqual({ ids: [1], kind: 'scan' })
    expect(answer(collection, toDoc({ a: 3 }))).toEqual({ ids: [3], kind: 'index' })
    expect(answer(collection, toDoc({ a: { $gte: 'A' } }), undefined, french)).toEqual({
      ids: [1, 2],
      kind: 'index',
    })
  })

  test('keeps keys of any length.', async () => {
    const long = 'x'.repeat(5000)
    const rows = ['a', 'b', 'c'].map((end, at) => toDoc({ _id: at, a: long + end }))
    const collection = await makeCollection(rows, [toDoc({ key: { a: 1 }, unique: true })])
    expect(answer(collection, toDoc({ a: `${long}b` }))).toEqual({ ids: [1], kind: 'index' })
    expect(answer(collection, toDoc({ a: { $gt: `${long}a` } })).ids).toEqual([1, 2])
    expect(answer(collection, toDoc({ a: { $lt: `${long}c`, $gte: long } })).ids).toEqual([0, 1])
    const again = toDoc({ _id: 9, a: `${long}b` })
    expect(() => collection.insert(again, encode(again))).toThrow(/E11000/)
  })
})
