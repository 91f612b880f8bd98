import { createHash } from 'node:crypto'
import type { Db } from 'mongodb'
import { decode, toLibrary } from '../mongo/index.ts'
import type { Interruption } from './db-open.ts'
import type { Progress } from './db-progress.ts'
import { copyDiffers } from './errors.ts'

/** What was found equal on both sides. */
export interface Compared {
  readonly collection: string
  readonly documents: number
  /** Of all documents, in whatever order: the hashes of each, joined by exclusive or. */
  readonly hash: string
}

const batchCount = 500
const batchBytes = 8 * 1024 * 1024

/**
 * Reads both sides once more and compares count and content of a collection.
 * @param options.merge the target may hold further documents
 * @throws TAO_COPY_DIFFERS
 */
export async function compareCopies(
  source: Db,
  target: Db,
  name: string,
  { merge, progress, interruption }: { merge: boolean; progress: Progress; interruption: Interruption },
): Promise<Compared> {
  const sums = { source: Buffer.alloc(32), target: Buffer.alloc(32) }
  let documents = 0
  let found = 0
  let ids: unknown[] = []
  let size = 0
  const lookUp = async (): Promise<void> => {
    const filter = { _id: { $in: ids } } as object
    const copies = target.collection(name).find(filter, { raw: true })
    for await (const bytes of copies) {
      add(sums.target, bytes as unknown as Uint8Array)
      found++
    }
    if (interruption.signal.aborted) throw interruption.error()
    progress.add(ids.length)
    ids = []
    size = 0
  }
  const collection = source.collection(name)
  progress.start(`${name}: compare`, await collection.estimatedDocumentCount())
  for await (const document of collection.find({}, { raw: true })) {
    const bytes = document as unknown as Uint8Array
    add(sums.source, bytes)
    documents++
    ids.push(toLibrary(decode(bytes).get('_id')!))
    size += bytes.length
    if (ids.length >= batchCount || size >= batchBytes) await lookUp()
  }
  if (ids.length > 0) await lookUp()
  const hint = 'Something may have written meanwhile: stop the site and repeat the command.'
  if (found !== documents) throw copyDiffers(name, `${found} of ${documents} documents are there`, { hint })
  if (!sums.source.equals(sums.target)) throw copyDiffers(name, 'documents differ', { hint })
  const all = merge ? documents : await target.collection(name).countDocuments({})
  if (all !== documents) {
    throw copyDiffers(name, `it has ${all} documents and not ${documents}`, {
      hint: 'Something may have written meanwhile: stop the site and repeat the command with --force.',
    })
  }
  return { collection: name, documents, hash: sums.source.toString('hex') }
}

function add(sum: Buffer, bytes: Uint8Array): void {
  const hash = createHash('sha256').update(bytes).digest()
  for (let i = 0; i < 32; i++) sum[i]! ^= hash[i]!
}
