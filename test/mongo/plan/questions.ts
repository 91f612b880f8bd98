import * as fc from 'fast-check'
import { toDoc } from '../../../src/mongo/bson/plain.ts'
import type { Doc, Value } from '../../../src/mongo/bson/value.ts'
import { filter, one, operand, path, paths, scalar } from './filters.ts'

const collations: readonly (Doc | undefined)[] = [
  ...Array.from({ length: 8 }, () => undefined),
  toDoc({ locale: 'fr', strength: 1 }),
  toDoc({ locale: 'en', strength: 2, numericOrdering: true }),
]
const collation = fc.constantFrom(...collations)
const pattern: fc.Arbitrary<Doc> = fc
  .uniqueArray(path, { minLength: 1, maxLength: 3 })
  .chain((all) => fc.tuple(...all.map((each) => fc.tuple(fc.constant(each), fc.constantFrom<1 | -1>(1, -1)))))
  .map((pairs): Doc => new Map<string, Value>(pairs))
  .filter((key) => key.size > 1 || !key.has('_id'))
export const index: fc.Arbitrary<Doc> = fc
  .record({
    key: pattern,
    partial: fc.constantFrom<(Doc | undefined)[]>(
      ...Array.from({ length: 12 }, () => undefined),
      toDoc({ b: { $gt: 0 } }),
      toDoc({ c: { $exists: true } }),
      toDoc({ a: { $gte: 1 } }),
      toDoc({ $or: [{ a: 1 }, { b: { $lte: 2 } }] }),
      toDoc({ a: { $type: 'number' }, b: { $in: [1, 2, 'a'] } }),
    ),
    sparse: fc.nat(4).map((n) => n === 0),
    unique: fc.nat(14).map((n) => n === 0),
    hidden: fc.nat(14).map((n) => n === 0),
    collation,
  })
  .map(({ key, partial, sparse, unique, hidden, collation: rules }) => {
    const spec: Doc = new Map<string, Value>([['key', key]])
    if (partial) spec.set('partialFilterExpression', partial)
    else if (sparse) spec.set('sparse', true)
    if (unique) spec.set('unique', true)
    if (hidden) spec.set('hidden', true)
    if (rules) spec.set('collation', rules)
    return spec
  })

interface Asked {
  filter: Doc
  collation: Doc | undefined
}

/** A read or a write of a collection. */
export type Question =
  | (Asked & { kind: 'find'; sort: Doc | null; skip: number; limit: number; projection: Doc | null })
  | (Asked & { kind: 'order'; sort: Doc })
  | (Asked & { kind: 'distinct'; key: string })
  | (Asked & { kind: 'pipeline'; sort: Doc; local: string; foreign: string; limit: number })
  | (Asked & { kind: 'update'; change: Doc; multi: boolean })
  | (Asked & { kind: 'delete' })
  | (Asked & { kind: 'modify'; sort: Doc; to: Value })

/** A sort without equals: what comes first is decided. */
const total = pattern.map((key): Doc => (key.has('_id') ? key : new Map([...key, ['_id', 1]])))
export const question: fc.Arbitrary<Question> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('find' as const),
      filter,
      sort: fc.option(total),
      skip: fc.constantFrom(0, 0, 1, 3),
      limit: fc.constantFrom(0, 0, 1, 4),
      projection: fc.option(
        fc.constantFrom(toDoc({ a: 1 }), toDoc({ _id: 0, b: 1, c: 1 }), toDoc({ 'a.x': 0 })),
      ),
      collation,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('order' as const), filter, sort: pattern, collation }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('distinct' as const), filter, key: path, collation }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('pipeline' as const),
      filter,
      sort: total,
      local: fc.constantFrom(...paths),
      foreign: path,
      limit: fc.constantFrom(1, 3, 50),
      collation,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('update' as const),
      filter,
      change: fc.oneof(
        fc.tuple(fc.constantFrom('a', 'b', 'c', 'a.x'), operand).map(([at, to]) => one('$set', one(at, to))),
        fc.constantFrom('a', 'b', 'a.x').map((at) => one('$unset', one(at, ''))),
        scalar.map((to) => one('$push', one('a', to))),
        fc.constantFrom('b', 'c').map((at) => one('$inc', one(at, 1))),
      ),
      multi: fc.boolean(),
      collation,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('delete' as const), filter, collation }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('modify' as const),
      filter,
      sort: total,
      to: operand,
      collation,
    }),
  },
)
