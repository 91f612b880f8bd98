import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MongoClient, type Db } from 'mongodb'
import { openStore, type Store } from '../../src/mongo/index.ts'

export interface Opened {
  readonly store: Store
  readonly client: MongoClient
  readonly db: Db
  close(): Promise<void>
}

/** A memory store and the official driver on it. */
export async function openMemory(): Promise<Opened> {
  const store = await openStore({ memory: true, name: 'test' })
  return connected(store, () => Promise.resolve())
}

/** A store in a folder of its own, which goes with it. */
export async function openFolder(): Promise<Opened & { folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'tao-store-'))
  const store = await openStore({ folder })
  return { ...(await connected(store, () => rm(folder, { recursive: true }))), folder }
}

async function connected(store: Store, after: () => Promise<void>): Promise<Opened> {
  const client = await MongoClient.connect(store.uri)
  return {
    store,
    client,
    db: client.db('test'),
    async close() {
      await client.close()
      await store.close()
      await after()
    },
  }
}
