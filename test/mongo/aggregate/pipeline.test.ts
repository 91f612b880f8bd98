import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compilePipeline } from '../../../src/mongo/aggregate/pipeline.ts'
import { STAGES } from '../../../src/mongo/aggregate/stages.ts'
import { compileUpdatePipeline } from '../../../src/mongo/aggregate/update-pipeline.ts'
import { MongoError } from '../../../src/mongo/bson/errors.ts'
import { toDoc, toPlain } from '../../../src/mongo/bson/plain.ts'
import type { Doc } from '../../../src/mongo/bson/value.ts'
import type { MergeSpec } from '../../../src/mongo/aggregate/types.ts'
import { codeOf, makeContext, run, toStages } from './run.ts'
import type { Plain } from './run.ts'
import { withoutPauses } from '../without-pauses.ts'

describe('compilePipeline', () => {
  it.each([
    [{ $nope: 1 }, 40324],
    [{ $constructor: 1 }, 40324],
    [{ $_top: { sort: { a: 1 }, limit: 1 } }, 40324],
    [{}, 40323],
    [{ $match: {}, $sort: {} }, 40323],
    [{ $match: 1 }, 15959],
    [{ $limit: 0 }, 15958],
    [{ $limit: -1 }, 5107201],
    [{ $limit: 'a' }, 5107201],
    [{ $skip: -1 }, 5107200],
    [{ $skip: 1.5 }, 5107200],
    [{ $sort: 1 }, 15973],
    [{ $sort: {} }, 15976],
    [{ $sort: { a: 2 } }, 15975],
    [{ $sort: { a: 'up' } }, 15974],
    [{ $sample: 1 }, 28745],
    [{ $sample: { size: 'a' } }, 28746],
    [{ $sample: { size: 0 } }, 28747],
    [{ $sample: { n: 1 } }, 28748],
    [{ $sample: {} }, 28749],
    [{ $unwind: 1 }, 15981],
    [{ $unwind: 'a' }, 28818],
    [{ $unwind: {} }, 28812],
    [{ $unwind: { path: 1 } }, 28808],
    [{ $unwind: { path: '$a', preserveNullAndEmptyArrays: 1 } }, 28809],
    [{ $unwind: { path: '$a', includeArrayIndex: '' } }, 28810],
    [{ $unwind: { path: '$a', includeArrayIndex: '$b' } }, 28822],
    [{ $unwind: { path: '$a', x: 1 } }, 28811],
    [{ $changeStream: {} }, 40573],
    [{ $geoNear: {} }, 115],
    [{ $search: {} }, 115],
    [{ $collStats: {} }, 115],
    [{ $documents: 5 }, 5858203],
    [{ $out: 'x' }, 115],
  ])('refuses %j', (stage, code) => {
    expect(codeOf([stage])).toBe(code)
  })

  it('keeps sources first and writers last', () => {
    expect(codeOf([{ $match: {} }, { $documents: [] }])).toBe(40602)
    expect(codeOf([{ $out: 'x' }, { $match: {} }])).toBe(40601)
  })

  it('has every stage of a standalone server', () => {
    const names =
      'match project addFields set unset replaceRoot replaceWith group sort limit skip unwind lookup unionWith graphLookup facet bucket bucketAuto sortByCount count sample redact setWindowFields densify fill documents collStats indexStats currentOp listSessions listLocalSessions'
    for (const name of names.split(' ')) expect(STAGES).toHaveProperty(`$${name}`)
  })

  it('is lazy: a limit stops its source', () => {
    let taken = 0
    function* source(): Generator<Doc> {
      for (;;) {
        taken++
        yield toDoc({ n: taken })
      }
    }
    const pipeline = compilePipeline(toStages([{ $match: { n: { $gt: 2 } } }, { $limit: 3 }]), makeContext())
    expect(withoutPauses(pipeline.run(source())).map((doc) => doc.get('n'))).toEqual([3, 4, 5])
    expect(taken).toBe(5)
  })

  it('looks at the clock', () => {
    const deadline = (): never => {
      throw new MongoError(50, 'operation exceeded time limit')
    }
    expect(() => run([{ $sort: { a: 1 } }], [{ a: 1 }], {}, { deadline })).toThrow(
      'operation exceeded time limit',
    )
  })

  it('answers stages about the store by the store', () => {
    const info = (stage: string): Doc[] => [toDoc({ stage })]
    expect(run([{ $indexStats: {} }, { $project: { stage: 1 } }], [], {}, { info })).toEqual([
      { stage: '$indexStats' },
    ])
  })
})

describe('the hints for the store', () => {
  const hints = (stages: readonly Plain[]): unknown => {
    const { leadingMatch, leadingSort, leadingLimit } = compilePipeline(toStages(stages), makeContext())
    return [toPlain(leadingMatch), toPlain(leadingSort), leadingLimit]
  }
  it.each([
    [
      [{ $match: { a: 1 } }, { $sort: { b: 1 } }, { $skip: 2 }, { $limit: 3 }],
      [{ a: 1 }, { b: 1 }, 5],
    ],
    [
      [{ $sort: { b: 1 } }, { $match: { a: 1 } }],
      [{ a: 1 }, { b: 1 }, undefined],
    ],
    [
      [{ $match: { a: 1 } }, { $match: { b: 2 } }],
      [{ a: 1, b: 2 }, undefined, undefined],
    ],
    [
      [{ $match: { a: 1 } }, { $match: { a: 2 } }],
      [{ $and: [{ a: 1 }, { a: 2 }] }, undefined, undefined],
    ],
    [
      [{ $limit: 5 }, { $match: { a: 1 } }],
      [undefined, undefined, 5],
    ],
    [
      [{ $project: { a: 1 } }, { $match: { a: 1 } }],
      [{ a: 1 }, undefined, undefined],
    ],
    [
      [{ $project: { a: '$b' } }, { $match: { a: 1 } }],
      [undefined, undefined, undefined],
    ],
    [
      [{ $project: { b: 0 } }, { $match: { a: 1, 'b.c': 1 } }],
      [{ a: 1 }, undefined, undefined],
    ],
    [
      [{ $addFields: { n: 1 } }, { $match: { a: 1, n: 1 } }],
      [{ a: 1 }, undefined, undefined],
    ],
    [
      [{ $addFields: { 'a.b': 1 } }, { $match: { 'a.0.b': 1 } }],
      [undefined, undefined, undefined],
    ],
    [
      [{ $unwind: '$l' }, { $match: { a: 1, 'l.x': 1 } }],
      [{ a: 1 }, undefined, undefined],
    ],
    [
      [{ $group: { _id: '$a' } }, { $match: { _id: 1 } }],
      [undefined, undefined, undefined],
    ],
    [
      [{ $sort: { a: 1 } }, { $project: { a: 1 } }, { $limit: 2 }],
      [undefined, { a: 1 }, 2],
    ],
    [
      [{ $unset: 'n' }, { $match: { $or: [{ a: 1 }, { b: 1 }] } }],
      [{ $or: [{ a: 1 }, { b: 1 }] }, undefined, undefined],
    ],
    [
      [{ $unset: 'n' }, { $match: { $expr: { $eq: ['$n', 1] } } }],
      [undefined, undefined, undefined],
    ],
    [
      [{ $match: { b: 2, $expr: { $and: [{ $eq: ['$a', 5] }, { $gt: ['$c', 1] }] } } }],
      [
        {
          $and: [{ b: 2, $expr: { $and: [{ $eq: ['$a', 5] }, { $gt: ['$c', 1] }] } }, { a: { $eq: 5 } }],
        },
        undefined,
        undefined,
      ],
    ],
    [
      [{ $match: { $expr: { $eq: ['$a', null] } } }],
      [{ $expr: { $eq: ['$a', null] } }, undefined, undefined],
    ],
  ])('of %j', (stages, expected) => {
    expect(hints(stages)).toEqual(expected)
  })

  it('are not done twice when the store has done them', () => {
    const stages = toStages([{ $match: { a: 1 } }, { $sort: { b: 1 } }, { $limit: 2 }])
    const pipeline = compilePipeline(stages, makeContext())
    const docs = [{ b: 3 }, { b: 1 }, { b: 2 }].map((doc) => toDoc(doc))
    const applied = { match: true, sort: true }
    expect(withoutPauses(pipeline.run(docs, applied)).map((doc) => doc.get('b'))).toEqual([3, 1])
  })
})

/** Stages by chance, over fields that meet one another. */
const path = fc.constantFrom('a', 'b', 'b.c', 'l', 'l.x', '_id')
const condition = fc.oneof(
  fc.record({ p: path, v: fc.integer({ min: 0, max: 3 }) }).map(({ p, v }) => ({ [p]: v })),
  fc.record({ p: path, v: fc.integer({ min: 0, max: 3 }) }).map(({ p, v }) => ({ [p]: { $gte: v } })),
  fc.tuple(path, path).map(([p, q]) => ({ $or: [{ [p]: { $gt: 1 } }, { [q]: null }] })),
  fc.tuple(path, path).map(([p, q]) => ({ [p]: { $ne: 2 }, $expr: { $lt: [`$${q}`, 3] } })),
)
const stage: fc.Arbitrary<Plain> = fc.oneof(
  condition.map(($match) => ({ $match })),
  path.map((p) => ({ $sort: { [p]: 1, _id: 1 } })),
  fc.integer({ min: 1, max: 5 }).map(($limit) => ({ $limit })),
  fc.integer({ min: 0, max: 2 }).map(($skip) => ({ $skip })),
  fc.tuple(fc.constantFrom('a', 'b', 'l', 'b.c'), path).map(([p, q]) => ({ $addFields: { [p]: `$${q}` } })),
  fc.constantFrom('a', 'b', 'b.c', 'l').map((p) => ({ $project: { [p]: 1 } })),
  fc.constantFrom('a', 'b', 'b.c', 'l.x').map((p) => ({ $project: { [p]: 0 } })),
  fc.constantFrom('a', 'b.c').map(($unset) => ({ $unset })),
  fc.constantFrom('$l', '$b').map(($unwind) => ({ $unwind })),
  fc
    .constantFrom('$a', '$b.c')
    .map((_id) => ({ $group: { _id, n: { $sum: 1 }, a: { $first: '$a' }, l: { $push: '$l' } } })),
)
const small = fc.integer({ min: 0, max: 3 })
const document = fc.record(
  {
    a: fc.oneof(small, fc.constant(null)),
    b: fc.oneof(small, fc.record({ c: small }), fc.array(fc.record({ c: small }), { maxLength: 2 })),
    l: fc.array(fc.oneof(small, fc.record({ x: small })), { maxLength: 3 }),
  },
  { requiredKeys: [] },
)

describe('the optimiser', () => {
  it('never changes what a pipeline gives', () => {
    fc.assert(
      fc.property(fc.array(stage, { maxLength: 5 }), fc.array(document, { maxLength: 8 }), (stages, docs) => {
        const numbered = docs.map((doc, _id) => ({ _id, ...doc }))
        let expected: readonly Doc[] = numbered.map((doc) => toDoc(doc))
        // One stage at a time there is nothing to reorder.
        for (const each of stages)
          expected = withoutPauses(compilePipeline(toStages([each]), makeContext()).run(expected))
        const together = compilePipeline(toStages(stages), makeContext()).run(
          numbered.map((doc) => toDoc(doc)),
        )
        expect(withoutPauses(together).map((doc) => [...doc])).toEqual(expected.map((doc) => [...doc]))
      }),
      { numRuns: 500 },
    )
  })
})

describe('$unwind', () => {
  const docs = [
    { _id: 1, s: ['S', 'M'] },
    { _id: 2, s: [] },
    { _id: 3, s: 'L' },
    { _id: 4 },
    { _id: 5, s: null },
  ]
  it('makes a document of each element', () => {
    expect(run([{ $unwind: '$s' }], docs)).toEqual([
      { _id: 1, s: 'S' },
      { _id: 1, s: 'M' },
      { _id: 3, s: 'L' },
    ])
  })
  it('keeps the others if told, and numbers', () => {
    const spec = { path: '$s', preserveNullAndEmptyArrays: true, includeArrayIndex: 'at.i' }
    expect(run([{ $unwind: spec }], docs)).toEqual([
      { _id: 1, s: 'S', at: { i: 'long 0' } },
      { _id: 1, s: 'M', at: { i: 'long 1' } },
      { _id: 2, at: { i: null } },
      { _id: 3, s: 'L', at: { i: null } },
      { _id: 4, at: { i: null } },
      { _id: 5, s: null, at: { i: null } },
    ])
  })
  it('goes into embedded documents, not through arrays', () => {
    expect(run([{ $unwind: '$a.b' }], [{ a: { b: [1, 2], c: 1 } }, { a: [{ b: [1] }] }])).toEqual([
      { a: { b: 1, c: 1 } },
      { a: { b: 2, c: 1 } },
    ])
  })
})

describe('$sort', () => {
  it('orders all types, arrays by their least or greatest element', () => {
    const docs = [{ v: 'a' }, { v: 5 }, { v: null }, {}, { v: [9, 1] }, { v: true }, { v: [] }].map(
      (doc, _id) => ({ _id, ...doc }),
    )
    const ids = (direction: number): unknown[] =>
      run([{ $sort: { v: direction } }, { $project: { _id: 1 } }], docs).map(
        (doc) => (doc as { _id: unknown })._id,
      )
    expect(ids(1)).toEqual([6, 2, 3, 4, 1, 0, 5])
    expect(ids(-1)).toEqual([5, 0, 4, 1, 2, 3, 6])
  })
  it('is stable and goes by several keys', () => {
    const docs = [
      { a: 1, b: 2 },
      { a: 1, b: 1 },
      { a: 0, b: 3 },
    ]
    expect(run([{ $sort: { a: 1 } }], docs)).toEqual([docs[2], docs[0], docs[1]])
    expect(run([{ $sort: { a: -1, b: 1 } }], docs)).toEqual([docs[1], docs[0], docs[2]])
  })
  it('gives the first of the order, the same with a limit as without', () => {
    const docs = Array.from({ length: 1000 }, (_, n) => ({ _id: n, v: (n * 7919) % 100 }))
    const all = run([{ $sort: { v: 1 } }], docs)
    expect(run([{ $sort: { v: 1 } }, { $limit: 7 }], docs)).toEqual(all.slice(0, 7))
    expect(run([{ $sort: { v: 1 } }, { $skip: 3 }, { $limit: 7 }], docs)).toEqual(all.slice(3, 10))
  })
})

describe('$sample', () => {
  it('takes as many documents, none of them twice', () => {
    const docs = Array.from({ length: 50 }, (_, _id) => ({ _id }))
    const ids = run([{ $sample: { size: 10 } }], docs).map((doc) => (doc as { _id: number })._id)
    expect(new Set(ids).size).toBe(10)
    expect(run([{ $sample: { size: 100 } }], docs)).toHaveLength(50)
  })
})

describe('$out and $merge', () => {
  async function written(stages: readonly Plain[], docs: readonly Plain[]): Promise<unknown[]> {
    const calls: unknown[] = []
    const write = {
      out: (db: string, collection: string, results: Iterable<Doc>): Promise<void> => {
        calls.push(['out', db, collection, toPlain([...results])])
        return Promise.resolve()
      },
      checkTarget: (): void => undefined,
      merge: ({ update, ...spec }: MergeSpec, results: Iterable<Doc>): Promise<void> => {
        const made = [...results]
        calls.push(['merge', spec, toPlain(made)])
        if (update) calls.push(toPlain(update(toDoc({ _id: 1, n: 5 }), made[0] as Doc)))
        return Promise.resolve()
      },
    }
    const pipeline = compilePipeline(toStages(stages), makeContext({}, { write }))
    if (!pipeline.writes) throw new Error('a pipeline that ends in a writer writes')
    await pipeline.writes(docs.map((doc) => toDoc(doc)))
    return calls
  }

  it('hand their documents to the store', async () => {
    expect(await written([{ $match: { a: 1 } }, { $out: 'x' }], [{ a: 1 }, { a: 2 }])).toEqual([
      ['out', 'test', 'x', [{ a: 1 }]],
    ])
    expect(await written([{ $out: { db: 'd', coll: 'c' } }], [])).toEqual([['out', 'd', 'c', []]])
    expect(await written([{ $merge: 'x' }], [{ a: 1 }])).toEqual([
      [
        'merge',
        { db: 'test', collection: 'x', on: ['_id'], whenMatched: 'merge', whenNotMatched: 'insert' },
        [{ a: 1 }],
      ],
    ])
  })

  it('compile the pipeline of whenMatched with $$new', async () => {
    const merge = {
      into: { db: 'd', coll: 'c' },
      on: ['k'],
      whenMatched: [{ $set: { n: { $add: ['$n', '$$new.n'] } } }],
      whenNotMatched: 'discard',
    }
    expect(await written([{ $merge: merge }], [{ k: 1, n: 2 }])).toEqual([
      [
        'merge',
        { db: 'd', collection: 'c', on: ['k'], whenMatched: 'pipeline', whenNotMatched: 'discard' },
        [{ k: 1, n: 2 }],
      ],
      { _id: 1, n: 7 },
    ])
  })

  it.each([
    [{ $out: 5 }, 16990],
    [{ $out: { db: 'x' } }, 16994],
    [{ $merge: 5 }, 14],
    [{ $merge: {} }, 40414],
    [{ $merge: { into: 'x', whenMatched: [{ $group: { _id: 1 } }] } }, 72],
    [{ $merge: { into: 'x', whenMatched: ['a'] } }, 14],
    [{ $merge: { into: 'x', whenMatched: 'pipeline' } }, 2],
  ])('refuse %j', async (stage, code) => {
    await expect(written([stage], [])).rejects.toMatchObject({ code })
  })

  it.each([
    [{ y: 1 }, 40415, "BSON field '$merge.y' is an unknown field."],
    [{ into: 1 }, 51178, "$merge 'into' field  must be either a string or an object, but found int"],
    [{ into: '' }, 5786800, "$merge 'into' field cannot be an empty string"],
    [{ into: {} }, 5786801, "$merge 'into' field must specify a 'coll' that is not empty, null or undefined"],
    [{ into: { coll: 'x', other: 1 } }, 40415, "BSON field 'into.other' is an unknown field."],
    [{ into: { coll: 1 } }, 14, "BSON field 'into.coll' is the wrong type 'int', expected type 'string'"],
    [{ on: 5 }, 51186, "$merge 'on' field  must be either a string or an array of strings, but found int"],
    [{ on: [] }, 51187, "If explicitly specifying $merge 'on', must include at least one field"],
    [{ on: [5] }, 51134, "$merge 'on' array elements must be strings, but found int"],
    [{ on: ['a', 'b', 'a'] }, 31465, "Found a duplicate field 'a'"],
    [{ let: 1 }, 14, "BSON field '$merge.let' is the wrong type 'int', expected type 'object'"],
    [{ let: {} }, 51199, "Cannot use 'let' variables with 'whenMatched: merge' mode"],
    [
      { let: { new: 1 }, whenMatched: [] },
      51273,
      "'let' may not define a value for the reserved 'new' variable other than '$$ROOT'",
    ],
    [
      { whenMatched: 1 },
      51191,
      "$merge 'whenMatched' field  must be either a string or an array, but found int",
    ],
    [{ whenMatched: 'nope' }, 2, "Enumeration value 'nope' for field 'whenMatched' is not a valid value."],
    [
      { whenNotMatched: 1 },
      14,
      "BSON field '$merge.whenNotMatched' is the wrong type 'int', expected type 'string'",
    ],
    [
      { whenNotMatched: 'nope' },
      2,
      "Enumeration value 'nope' for field '$merge.whenNotMatched' is not a valid value.",
    ],
    ...['keepExisting discard', 'keepExisting fail', 'fail discard', 'fail fail'].map(
      (modes): [object, number, string] => {
        const [whenMatched, whenNotMatched] = modes.split(' ')
        const words = `'whenMatched: ${whenMatched}' and 'whenNotMatched: ${whenNotMatched}'`
        return [
          { whenMatched, whenNotMatched },
          51181,
          `Combination of $merge modes ${words} is not supported`,
        ]
      },
    ),
  ])('say of $merge: %j', async (more, code, message) => {
    await expect(written([{ $merge: { into: 'x', ...more } }], [])).rejects.toMatchObject({ code, message })
  })

  it('let `new` be named in `let` as what it is', async () => {
    const merge = { into: 'x', let: { new: '$$ROOT', n: '$n' }, whenMatched: [{ $set: { n: '$$n' } }] }
    expect(await written([{ $merge: merge }], [{ n: 3 }])).toContainEqual({ _id: 1, n: 3 })
  })
})

describe('compileUpdatePipeline', () => {
  it('changes one document', () => {
    const update = compileUpdatePipeline(toStages([{ $set: { n: { $add: ['$n', 1] } } }, { $unset: 'x' }]), {
      now: new Date(),
    })
    expect(toPlain(update(toDoc({ _id: 1, n: 1, x: 1 })))).toEqual({ _id: 1, n: 2 })
  })
  it('refuses stages that are no updates', () => {
    expect(() => compileUpdatePipeline(toStages([{ $match: {} }]), { now: new Date() })).toThrow(
      'not allowed',
    )
  })
})
