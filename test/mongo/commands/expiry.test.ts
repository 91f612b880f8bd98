import { expect, test } from 'vitest'
import { encode } from '../../../src/mongo/bson/codec.ts'
import { toDoc } from '../../../src/mongo/bson/plain.ts'
import { buildIndex } from '../../../src/mongo/catalog/build-index.ts'
import { Catalog } from '../../../src/mongo/catalog/catalog.ts'
import { Data } from '../../../src/mongo/collection/data.ts'
import type { StoreState } from '../../../src/mongo/commands/command.ts'
import { expireAll } from '../../../src/mongo/commands/expiry.ts'
import { Cursors } from '../../../src/mongo/cursor/cursors.ts'
import { readIndexSpec } from '../../../src/mongo/index/spec.ts'
import { scanRecords } from '../../../src/mongo/plan/run.ts'
import { openMemoryEngine } from '../../../src/mongo/storage/memory-engine.ts'
import { Operations } from '../../../src/mongo/commands/operations.ts'
import { Spills } from '../../../src/mongo/spill/spills.ts'

test('A TTL index lets go of documents whose date is over, of nothing without a date, and of an array by its earliest.', async () => {
  const data = new Data(openMemoryEngine())
  const cursors = new Cursors()
  const store: StoreState = {
    catalog: new Catalog(data),
    data,
    cursors,
    operations: new Operations(),
    spills: new Spills(undefined),
    started: new Date(),
    folder: undefined,
    connections: { open: 0, made: 0 },
    served: new Map(),
  }
  const collection = store.catalog.create('db', 'c', new Map())
  const second = (at: number): Date => new Date(at * 1000)
  const dates = [
    second(0),
    second(39),
    second(40),
    second(41),
    5,
    null,
    undefined,
    [second(90), second(1)],
    [second(90)],
    'x',
  ]
  for (const [_id, at] of dates.entries()) {
    const doc = toDoc(at === undefined ? { _id } : { _id, at })
    collection.insert(doc, encode(doc))
  }
  data.commit()
  await buildIndex(
    store.catalog,
    collection,
    readIndexSpec(toDoc({ key: { at: 1 }, name: 'ttl', expireAfterSeconds: 60 }), undefined),
  )
  expect(await expireAll(store, second(100))).toBe(4)
  expect([...scanRecords(collection, false)].map(({ doc }) => doc.get('_id'))).toEqual([3, 4, 5, 6, 8, 9])
  expect(await expireAll(store, second(100))).toBe(0)
  cursors.close()
})
