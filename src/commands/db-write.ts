import { createRequire } from 'node:module'
import type { Db, Document } from 'mongodb'
import { decode, encode, type Doc } from '../mongo/index.ts'
import { documentRefused } from './errors.ts'

/** What the driver puts behind a command as bytes. */
interface Sequence {
  push(document: Document, bytes: Uint8Array): number
}

/** So many documents, or so many bytes, go in one message; a server takes 48 MB. */
const batchCount = 1000
const batchBytes = 8 * 1024 * 1024

/** Collects documents of one collection and writes them in batches: new ones are inserted, those that are there replaced. */
export interface Writer {
  write(bytes: Uint8Array): Promise<void>
  flush(): Promise<void>
}

/**
 * Writes documents as the bytes they are: through JavaScript objects the order of numeric names, and types the driver
 * knows no more, would be lost.
 */
export function createWriter(db: Db, collection: string): Writer {
  let batch: Uint8Array[] = []
  let size = 0
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return
    const documents = batch
    batch = []
    size = 0
    await writeBatch(db, collection, documents)
  }
  return {
    flush,
    async write(bytes) {
      if (batch.length >= batchCount || size + bytes.length > batchBytes) await flush()
      batch.push(bytes)
      size += bytes.length
    },
  }
}

async function writeBatch(db: Db, collection: string, documents: readonly Uint8Array[]): Promise<void> {
  const failed = await send(db, 'insert', collection, 'documents', documents)
  // A document that is there, or one whose unique value another has: the replacement tells.
  const there = failed.filter(({ code }) => code === 11000).map(({ index }) => documents[index]!)
  let refused = failed.find(({ code }) => code !== 11000)
  if (refused === undefined && there.length > 0) {
    const updates = there.map((bytes) => {
      const u = decode(bytes)
      const q: Doc = new Map([['_id', u.get('_id')!]])
      return encode(
        new Map<string, Doc | boolean>([
          ['q', q],
          ['u', u],
          ['upsert', true],
        ]),
      )
    })
    refused = (await send(db, 'update', collection, 'updates', updates))[0]
  }
  if (refused !== undefined) throw documentRefused(collection, refused.errmsg)
}

interface Refused {
  index: number
  code: number
  errmsg: string
}

async function send(
  db: Db,
  name: 'insert' | 'update',
  collection: string,
  field: string,
  documents: readonly Uint8Array[],
): Promise<Refused[]> {
  // The driver's own way of sending bytes, without a public name. Its version is pinned, and tests hold it to this.
  const { DocumentSequence } = createRequire(import.meta.url)('mongodb/lib/cmap/commands.js') as {
    DocumentSequence: new (field: string) => Sequence
  }
  const sequence = new DocumentSequence(field)
  for (const bytes of documents) sequence.push({}, bytes)
  const reply = await db.command({
    [name]: collection,
    [field]: sequence,
    ordered: false,
    // What an older validator let in must come over too.
    bypassDocumentValidation: true,
  })
  return (reply['writeErrors'] as Refused[] | undefined) ?? []
}
