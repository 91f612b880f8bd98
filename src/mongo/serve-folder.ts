import type { Claim } from './owner/claim.ts'
import { serve, type Served } from './serve.ts'
import { openLmdbEngine } from './storage/lmdb-engine.ts'

/** Opens the engine of a folder and serves it; `warnings` gets what that found. */
export function serveFolder(claim: Claim, warnings: string[]): Promise<Served> {
  const engine = openLmdbEngine(claim.folder)
  for (const copy of engine.damaged) {
    warnings.push(`A log was damaged and is read as far as it is whole; a copy is kept as ${copy}.`)
  }
  if (engine.failure) warnings.push(`${engine.failure.message} The store is read-only.`)
  return serve(engine, claim.socket, claim)
}
