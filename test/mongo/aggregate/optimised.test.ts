import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { compilePipeline } from '../../../src/mongo/aggregate/pipeline.ts'
import { encode } from '../../../src/mongo/bson/codec.ts'
import { MongoError } from '../../../src/mongo/bson/errors.ts'
import { toDoc } from '../../../src/mongo/bson/plain.ts'
import type { Doc } from '../../../src/mongo/bson/value.ts'
import { batch } from '../plan/answer.ts'
import { storeInProcess } from '../plan/in-process.ts'
import { withoutPauses } from '../without-pauses.ts'
import { makeContext, toStages, type Plain } from './run.ts'

/* A pipeline gives what its stages give one after another, and over an index what it gives without one. */

const path = fc.constantFrom('a', 'b', 'c', 'a.b', 'a.c', 'b.0', 'x.y', '_id')
const top = fc.constantFrom('a', 'b', 'c', 'x')
const scalar = fc.constantFrom<unknown>(null, 0, 1, 2, 1.5, 'p', 'q', true)
const value = fc.oneof(
  { weight: 3, arbitrary: scalar },
  fc.array(scalar, { maxLength: 3 }),
  fc.record({ b: scalar, c: fc.array(scalar, { maxLength: 2 }) }, { requiredKeys: [] }),
  fc.array(fc.record({ b: scalar, c: scalar }, { requiredKeys: [] }), { maxLength: 3 }),
)
const row = fc.record({ a: value, b: value, c: value }, { requiredKeys: [] })

const condition = fc.oneof(
  scalar,
  fc.tuple(fc.constantFrom('$gt', '$lte', '$ne', '$eq'), scalar).map(([name, each]) => ({ [name]: each })),
  fc.array(scalar, { maxLength: 3 }).map((list) => ({ $in: list })),
  fc.boolean().map((there) => ({ $exists: there })),
  scalar.map((each) => ({ $elemMatch: { b: each } })),
  fc.constantFrom({ $size: 1 }, { $type: 'array' }, { $not: { $gt: 1 } }),
)
const simple = fc.dictionary(path, condition, { minKeys: 1, maxKeys: 2 })
const filter: fc.Arbitrary<Plain> = fc.oneof(
  { weight: 4, arbitrary: simple },
  fc
    .tuple(fc.constantFrom('$or', '$and', '$nor'), fc.array(simple, { minLength: 1, maxLength: 2 }))
    .map(([name, list]) => ({ [name]: list })),
  fc.tuple(path, scalar).map(([name, each]) => ({ $expr: { $eq: [`$${name}`, { $literal: each }] } })),
)

const expression = fc.oneof(
  path.map((name) => `$${name}`),
  fc.tuple(path, path).map(([one, other]) => ({ $ifNull: [`$${one}`, `$${other}`] })),
  path.map((name) => ({ $eq: [`$${name}`, 1] })),
  path.map((name) => [`$${name}`, 'k']),
  path.map((name) => ({ b: `$${name}` })),
  fc.constant('$$REMOVE'),
  fc.constant('$$ROOT.a'),
)
const unwind = fc.tuple(
  fc.constantFrom('$a', '$b', '$a.b', '$a.c'),
  fc.option(fc.constantFrom('i', 'a', 'x.y', 'b')),
  fc.boolean(),
)
const stage: fc.Arbitrary<Plain> = fc.oneof(
  { weight: 4, arbitrary: filter.map((each) => ({ $match: each })) },
  fc
    .dictionary(path, fc.constantFrom(1, true), { minKeys: 1, maxKeys: 3 })
    .map((each) => ({ $project: each })),
  fc.dictionary(path, fc.constant(0), { minKeys: 1, maxKeys: 2 }).map((each) => ({ $project: each })),
  fc
    .tuple(
      fc.dictionary(top, expression, { minKeys: 1, maxKeys: 2 }),
      fc.constantFrom({}, { _id: 0 }, { 'a.b': 1 }),
    )
    .map(([computed, more]) => ({ $project: { ...more, ...computed } })),
  fc.dictionary(path, expression, { minKeys: 1, maxKeys: 2 }).map((each) => ({ $addFields: each })),
  fc.uniqueArray(path, { minLength: 1, maxLength: 2 }).map((each) => ({ $unset: each })),
  fc.tuple(path, fc.constantFrom(1, -1)).map(([name, way]) => ({ $sort: { [name]: way, _id: 1 } })),
  fc.integer({ min: 1, max: 6 }).map((each) => ({ $limit: each })),
  fc.integer({ min: 0, max: 4 }).map((each) => ({ $skip: each })),
  unwind.map(([name, index, keep]) => ({
    $unwind: { path: name, preserveNullAndEmptyArrays: keep, ...(index && { includeArrayIndex: index }) },
  })),
  path.map((name) => ({
    $group: { _id: `$${name}`, n: { $sum: 1 }, b: { $first: '$b' }, a: { $push: '$_id' } },
  })),
  path.map((name) => ({ $replaceWith: { _id: '$_id', a: `$${name}` } })),
  path.map((name) => ({ $sortByCount: `$${name}` })),
)

interface Outcome {
  readonly failed?: number
  readonly docs?: readonly string[]
}

function outcome(make: () => readonly Doc[]): Outcome {
  try {
    return { docs: make().map((doc) => Buffer.from(encode(doc)).toString('hex')) }
  } catch (error) {
    if (error instanceof MongoError) return { failed: error.code }
    throw error
  }
}

const runs = {
  numRuns: Number(process.env['TAO_RUNS'] ?? 1500),
  ...(process.env['TAO_RUNS'] ? {} : { seed: 20_261_127 }),
}
const rowsOf = (rows: readonly Plain[]): Doc[] => rows.map((each, at) => toDoc({ _id: at, ...each }))

test('A pipeline gives what its stages give one after another.', () => {
  const found = { documents: 0 }
  fc.assert(
    fc.property(
      fc.array(row, { minLength: 3, maxLength: 10 }),
      fc.array(stage, { minLength: 2, maxLength: 6 }),
      (rows, stages) => {
        const through = (source: readonly Doc[], some: readonly Plain[]): Doc[] =>
          withoutPauses(compilePipeline(toStages(some), makeContext()).run(source))
        const apart = outcome(() => {
          let docs = rowsOf(rows)
          for (const each of stages) docs = through(docs, [each])
          return docs
        })
        const whole = outcome(() => through(rowsOf(rows), stages))
        // What a filter that has moved to the front keeps away from a stage cannot fail there.
        if (apart.failed === undefined) expect(whole).toEqual(apart)
        found.documents += apart.docs?.length ?? 0
      },
    ),
    runs,
  )
  expect(found.documents).toBeGreaterThan(1000)
}, 3_600_000)

test('A filter stays behind what makes documents of values that it looks into.', () => {
  const through = (source: readonly Doc[], some: readonly Plain[]): Doc[] =>
    withoutPauses(compilePipeline(toStages(some), makeContext()).run(source))
  for (const made of [{ $addFields: { 'a.b': '$_id' } }, { $project: { 'a.c': 1, 'a.b': '$_id' } }]) {
    const rows = rowsOf([{ a: [null] }, { a: [1] }])
    const match = { $match: { 'a.c': { $in: [null] } } }
    expect(through(rows, [made, match])).toEqual(through(through(rows, [made]), [match]))
    expect(through(rows, [made, match])).toHaveLength(2)
  }
})

test('A pipeline over an index gives what it gives without one.', async () => {
  const found = { documents: 0 }
  const key = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'a.b', '_id'), fc.constantFrom(1, -1), {
    minKeys: 1,
    maxKeys: 2,
  })
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 3, maxLength: 12 }),
      fc.array(key, { minLength: 1, maxLength: 2 }),
      filter,
      fc.tuple(fc.constantFrom('a', 'b', 'a.b', '_id'), fc.constantFrom(1, -1)),
      fc.array(stage, { maxLength: 4 }),
      async (rows, keys, first, [name, way], stages) => {
        const run = storeInProcess()
        for (const collection of ['plain', 'indexed']) {
          await run({ insert: collection, documents: rowsOf(rows) })
        }
        for (const [at, each] of keys.entries()) {
          await run({ createIndexes: 'indexed', indexes: [toDoc({ key: each, name: `i${at}` })] })
        }
        // The order decides what later stages see first, so it is a whole one.
        const pipeline = toStages([{ $match: first }, { $sort: { [name]: way, _id: 1 } }, ...stages])
        const answers = await Promise.all(
          ['plain', 'indexed'].map(async (collection) => {
            const reply = await run({ aggregate: collection, pipeline, cursor: toDoc({ batchSize: 1000 }) })
            const failed = reply.get('code')
            return failed === undefined ? outcome(() => batch(reply)) : { failed }
          }),
        )
        expect(answers[1]).toEqual(answers[0])
        found.documents += (answers[0] as Outcome).docs?.length ?? 0
      },
    ),
    { ...runs, numRuns: Math.ceil(runs.numRuns / 5) },
  )
  expect(found.documents).toBeGreaterThan(100)
}, 3_600_000)
