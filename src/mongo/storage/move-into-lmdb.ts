import { statfsSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { RootDatabase } from 'lmdb'
import { diskFull } from './errors.ts'
import type { Chunk } from './overlay.ts'

const CHUNKS = 20
/** How many keys go at once when there is hardly any room. */
const FEW = 32
const PAGE = 4096
const MARGIN = 256 * 1024
const REASON_MS = 200

/**
 * Puts what was written into the file: in few transactions while there is room for them, in small ones when it gets
 * tight. Repeating it after a failure does no harm.
 *
 * @throws StoreError STORE_FULL before LMDB runs out of space: there it has been seen to end the process
 */
export async function moveIntoLmdb(
  database: RootDatabase<Buffer, string>,
  folder: string,
  all: Iterable<Chunk>,
): Promise<void> {
  let group: Chunk[] = []
  let need = 0
  const flush = async (): Promise<void> => {
    if (group.length === 0) return
    const chunks = group
    if (need > freeBytes(folder)) throw diskFull(folder)
    group = []
    need = 0
    await commit(database, chunks)
  }
  for (const chunk of all) {
    const isTight = spaceFor(chunk) > freeBytes(folder)
    for (const part of isTight ? slices(chunk) : [chunk]) {
      const more = spaceFor(part)
      if (group.length >= CHUNKS || (group.length > 0 && need + more > freeBytes(folder))) await flush()
      group.push(part)
      need += more
    }
  }
  await flush()
}

/** What LMDB's binding rejects a write with when its transaction has failed: the reason comes later. */
interface CommitFailed extends Error {
  readonly commitError?: Promise<never>
}

/** One commit, awaited before the next begins: LMDB's binding must not be given more once a commit has failed. */
async function commit(database: RootDatabase<Buffer, string>, group: readonly Chunk[]): Promise<void> {
  const written = new Set<Promise<boolean>>()
  let failure: CommitFailed | undefined
  // At once and on each promise: a rejection nobody waits for yet, or its reason, would end the process.
  const note = (failed: CommitFailed): void => {
    failure ??= failed
    void failed.commitError?.then(undefined, () => undefined)
  }
  for (const { keys, values } of group) {
    for (const [at, key] of keys.entries()) {
      const value = values[at]
      const promise = value ? database.put(key, value) : database.remove(key)
      if (written.has(promise)) continue
      written.add(promise)
      promise.then(undefined, note)
    }
    await new Promise((resolve) => setImmediate(resolve))
    if (failure) break
  }
  await Promise.allSettled(written)
  if (failure) throw await reasonOf(failure)
}

function reasonOf(failure: CommitFailed): Promise<Error> {
  const reason = failure.commitError?.then(
    () => failure,
    (error: Error) => error,
  )
  return Promise.race([reason ?? failure, delay(REASON_MS, failure)])
}

function* slices({ keys, values }: Chunk): Generator<Chunk> {
  for (let at = 0; at < keys.length; at += FEW)
    yield { keys: keys.slice(at, at + FEW), values: values.slice(at, at + FEW) }
}

/** Bytes a disk has left for this user. */
export function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}

/** What storing a block may take at most: its bytes, and a copy of a page or two for each of its keys. */
function spaceFor({ keys, values }: Chunk): number {
  const bytes = values.reduce((sum, value) => sum + (value?.length ?? 0), 0)
  return MARGIN + 2 * bytes + 2 * PAGE * keys.length
}
