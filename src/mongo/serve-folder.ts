import { DamagedEntry } from './catalog/entry.ts'
import type { Claim } from './owner/claim.ts'
import { serve, type Served } from './serve.ts'
import { StoreError } from './storage/errors.ts'
import { openLmdbEngine } from './storage/lmdb-engine.ts'

/** Opens the engine of a folder and serves it; `warnings` gets what that found. */
export async function serveFolder(claim: Claim, warnings: string[]): Promise<Served> {
  const engine = openLmdbEngine(claim.folder)
  for (const copy of engine.damaged) {
    warnings.push(`A log was damaged and is read as far as it is whole; a copy is kept as ${copy}.`)
  }
  if (engine.cut) warnings.push(`${engine.cut} Restore a backup if they matter.`)
  if (engine.failure) warnings.push(`${engine.failure.message} The store is read-only.`)
  try {
    return await serve(engine, claim.socket, claim)
  } catch (error) {
    engine.abandon()
    if (!(error instanceof DamagedEntry)) throw error
    throw new StoreError(
      'STORE_CORRUPT',
      `The data in ${claim.folder} are damaged: what they say of a collection is not what was written.`,
      'Keep a copy of the folder as it is, and restore it from a backup.',
    )
  }
}
