import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { encode } from '../../../src/mongo/bson/codec.ts'
import { toDoc } from '../../../src/mongo/bson/plain.ts'
import { Catalog } from '../../../src/mongo/catalog/catalog.ts'
import type { Stored } from '../../../src/mongo/collection/collection.ts'
import { Counters } from '../../../src/mongo/collection/counters.ts'
import { Data } from '../../../src/mongo/collection/data.ts'
import { openMemoryEngine } from '../../../src/mongo/storage/memory-engine.ts'

interface Kept extends Stored {
  readonly id: number
}

const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant('insert' as const), size: fc.constantFrom(1, 9, 300_000) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('remove' as const, 'replace' as const), at: fc.nat() }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('commit' as const, 'rollback' as const) }) },
)

test('#11 Figures read anew after any commit or rollback are those of the documents, noted or not', () => {
  fc.assert(
    fc.property(fc.nat(150), fc.array(step, { maxLength: 40 }), (many, steps) => {
      const engine = openMemoryEngine()
      const data = new Data(engine)
      const collection = new Catalog(data).create('db', 'c', new Map())
      let stored: Kept[] = []
      let committed: Kept[] = []
      let id = 0
      let highest = 0
      const insert = (size: number): void => {
        const doc = toDoc({ _id: ++id, text: 'x'.repeat(size) })
        const bytes = encode(doc)
        stored.push({ id, record: collection.insert(doc, bytes), bytes })
      }
      const commit = (): void => {
        data.commit()
        committed = [...stored]
        highest = Math.max(highest, ...committed.map(({ record }) => record))
      }
      for (let at = 0; at < many; at++) {
        insert(1)
        commit()
      }
      for (const one of [...steps, { kind: 'commit' as const }]) {
        if (one.kind === 'insert') insert(one.size)
        else if (one.kind === 'commit') commit()
        else if (one.kind === 'rollback') {
          data.rollback()
          stored = [...committed]
        } else if ('at' in one && stored.length > 0) {
          const at = one.at % stored.length
          const old = stored[at] as Kept
          const of = (size: number): ReturnType<typeof toDoc> =>
            toDoc({ _id: old.id, text: 'y'.repeat(size) })
          if (one.kind === 'remove') {
            collection.remove(old, of(1))
            stored.splice(at, 1)
          } else stored[at] = { ...old, bytes: collection.replace(old, of(1), of(7)) }
        }
        if (one.kind !== 'commit' && one.kind !== 'rollback') continue
        const bytes = committed.reduce((sum, row) => sum + row.bytes.length, 0)
        const expected = { count: committed.length, bytes }
        expect(collection.counters).toMatchObject(expected)
        const anew = new Counters(collection.ident, engine)
        expect(anew).toMatchObject({ ...expected, next: collection.counters.next })
        expect(anew.next).toBeGreaterThan(highest)
      }
    }),
    { numRuns: 150 },
  )
})
