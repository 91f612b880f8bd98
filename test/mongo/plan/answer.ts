import { expect } from 'vitest'
import { makeCollation } from '../../../src/mongo/bson/collation.ts'
import { compareValues } from '../../../src/mongo/bson/compare.ts'
import { encode } from '../../../src/mongo/bson/codec.ts'
import { toDoc } from '../../../src/mongo/bson/plain.ts'
import type { Doc, Value } from '../../../src/mongo/bson/value.ts'
import { compileSort } from '../../../src/mongo/sort/compile-sort.ts'
import { one } from './filters.ts'
import type { RunCommand } from './in-process.ts'
import type { Question } from './questions.ts'

export function batch(reply: Doc): Doc[] {
  const cursor = reply.get('cursor') as Doc | undefined
  return (cursor?.get('firstBatch') as Doc[] | undefined) ?? []
}

export function hexes(docs: readonly Doc[]): string[] {
  return docs.map((doc) => encode(doc).toString('hex'))
}

const failed = (reply: Doc): Value => reply.get('code') ?? null

/** What a collection answers, as far as it is decided; `_id` stands for all of a document where order does. */
export async function answer(run: RunCommand, name: string, asked: Question): Promise<unknown> {
  const rules: Record<string, Value> = asked.collation ? { collation: asked.collation } : {}
  switch (asked.kind) {
    case 'find': {
      const { sort, skip, limit, projection } = asked
      const fixed: Record<string, Value> = sort ? { sort, skip, limit } : {}
      const reply = await run({
        find: name,
        filter: asked.filter,
        batchSize: 1000,
        ...fixed,
        ...(projection ? { projection } : {}),
        ...rules,
      })
      const found = hexes(batch(reply))
      const counted = sort ? await run({ count: name, query: asked.filter, ...rules }) : reply
      return [failed(reply), failed(counted), counted.get('n'), sort ? found : found.sort()]
    }
    case 'order': {
      const reply = await run({
        find: name,
        filter: asked.filter,
        sort: asked.sort,
        batchSize: 1000,
        ...rules,
      })
      const found = batch(reply)
      const compare = compileSort(asked.sort, {
        now: new Date(0),
        collation: asked.collation && makeCollation(asked.collation),
      })
      for (const [at, doc] of found.entries()) {
        if (at > 0) expect(compare(found[at - 1] as Doc, doc)).toBeLessThanOrEqual(0)
      }
      return [failed(reply), hexes(found).sort()]
    }
    case 'distinct': {
      const reply = await run({ distinct: name, key: asked.key, query: asked.filter, ...rules })
      const values = (reply.get('values') as Value[] | undefined) ?? []
      const order = asked.collation && makeCollation(asked.collation)
      return { failed: failed(reply), order, distinct: values.sort((a, b) => compareValues(a, b, order)) }
    }
    case 'pipeline': {
      const reply = await run({
        aggregate: name,
        pipeline: [
          one('$match', asked.filter),
          one('$sort', asked.sort),
          one('$limit', asked.limit),
          one(
            '$lookup',
            new Map<string, Value>([
              ['from', name],
              ['localField', asked.local],
              ['foreignField', asked.foreign],
              ['pipeline', [toDoc({ $sort: { _id: 1 } }), toDoc({ $project: { _id: 1 } })]],
              ['as', 'found'],
            ]),
          ),
        ],
        cursor: toDoc({ batchSize: 1000 }),
        ...rules,
      })
      return [failed(reply), hexes(batch(reply))]
    }
    case 'update': {
      const { filter: q, change: u, multi } = asked
      // One of many would be any of them.
      const narrowed = multi ? q : new Map<string, Value>([['$and', [q, toDoc({ _id: { $lt: 6 } })]]])
      const reply = await run({
        update: name,
        updates: [
          new Map<string, Value>([['q', narrowed], ['u', u], ['multi', true], ...Object.entries(rules)]),
        ],
      })
      return [failed(reply) ?? errorsOf(reply)[0] ?? null, reply.get('n'), reply.get('nModified')]
    }
    case 'delete': {
      const { filter: q } = asked
      const narrowed = new Map<string, Value>([['$and', [q, toDoc({ _id: { $mod: [3, 0] } })]]])
      const reply = await run({
        delete: name,
        deletes: [new Map<string, Value>([['q', narrowed], ['limit', 0], ...Object.entries(rules)])],
      })
      return [failed(reply), reply.get('n')]
    }
    default: {
      const { filter: query, sort, to } = asked
      const reply = await run({
        findAndModify: name,
        query,
        sort,
        update: one('$set', one('b', to)),
        new: true,
        ...rules,
      })
      const changed = reply.get('value')
      return [failed(reply), changed instanceof Map ? hexes([changed]) : changed]
    }
  }
}

export function errorsOf(reply: Doc): Value[] {
  const errors = (reply.get('writeErrors') as Doc[] | undefined) ?? []
  return errors.map((error) => error.get('code') ?? null)
}
