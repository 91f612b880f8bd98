import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareValues } from '../../../src/mongo/bson/compare.ts'
import { toDoc } from '../../../src/mongo/bson/plain.ts'
import type { Doc, Value } from '../../../src/mongo/bson/value.ts'
import { answer, batch, errorsOf, hexes } from './answer.ts'
import { fields } from './filters.ts'
import { storeInProcess, type RunCommand } from './in-process.ts'
import { index, question } from './questions.ts'

/* Two collections of the same documents, one of them without indexes: whatever is asked, both answer the same. */

/** Of equal values which one stands for them is not decided. */
function assertSame(planned: unknown, scanned: unknown): void {
  const [a, b] = [planned, scanned] as { distinct?: Value[]; order?: never; failed?: unknown }[]
  if (a?.distinct === undefined || b?.distinct === undefined) return expect(planned).toEqual(scanned)
  expect([a.failed, a.distinct.length]).toEqual([b.failed, b.distinct.length])
  for (const [at, each] of a.distinct.entries())
    expect(compareValues(each, b.distinct[at], a.order) === 0).toBe(true)
}

function isRefused(outcome: unknown): boolean {
  return (outcome as unknown[])[0] !== null
}

/** Copies what is in one collection into the other, after a write that an index refused in its middle. */
async function level(run: RunCommand): Promise<void> {
  await run({ delete: 'plain', deletes: [toDoc({ q: {}, limit: 0 })] })
  for (const doc of await everything(run, 'indexed')) await run({ insert: 'plain', documents: [doc] })
}

async function everything(run: RunCommand, name: string): Promise<Doc[]> {
  return batch(await run({ find: name, sort: toDoc({ _id: 1 }), batchSize: 1000 }))
}

test('Whatever indexes there are, every question and every write gives what it gives without.', async () => {
  const found = { answers: 0, documents: 0 }
  await fc.assert(
    fc.asyncProperty(
      fc.array(fields, { minLength: 6, maxLength: 20 }),
      fc.array(index, { minLength: 2, maxLength: 4 }),
      fc.array(question, { minLength: 1, maxLength: 8 }),
      async (rows, indexes, questions) => {
        const run = storeInProcess()
        await run({ create: 'plain' })
        await run({ create: 'indexed' })
        const insert = async (at: number): Promise<void> => {
          const documents = [new Map<string, Value>([['_id', at], ...(rows[at] as Doc)])]
          // What an index refuses is in neither.
          const { size } =
            errorsOf(await run({ insert: 'indexed', documents })).length > 0 ? { size: 0 } : { size: 1 }
          if (size > 0) await run({ insert: 'plain', documents })
        }
        // Half before the indexes, half after: built and kept up must agree.
        const half = rows.length >> 1
        for (let at = 0; at < half; at++) await insert(at)
        for (const [at, spec] of indexes.entries()) {
          await run({ createIndexes: 'indexed', indexes: [new Map([...spec, ['name', `i${at}`]])] })
        }
        for (let at = half; at < rows.length; at++) await insert(at)
        for (const asked of questions) {
          const planned = await answer(run, 'indexed', asked)
          const scanned = await answer(run, 'plain', asked)
          found.answers++
          const isWrite = ['update', 'delete', 'modify'].includes(asked.kind)
          if (isWrite) {
            // What was changed before a document that cannot be is another in another order.
            if (isRefused(planned) || isRefused(scanned)) await level(run)
            else assertSame(planned, scanned)
            const left = hexes(await everything(run, 'indexed'))
            expect(left).toEqual(hexes(await everything(run, 'plain')))
            found.documents += left.length
          } else assertSame(planned, scanned)
        }
        expect((await run({ validate: 'indexed' })).get('errors')).toEqual([])
      },
    ),
    {
      numRuns: Number(process.env['TAO_RUNS'] ?? 60),
      ...(process.env['TAO_RUNS'] ? {} : { seed: 20_261_127 }),
    },
  )
  expect(found.documents).toBeGreaterThan(100)
}, 3_600_000)
