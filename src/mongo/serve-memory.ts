import { serve, type Served } from './serve.ts'
import { openMemoryEngine } from './storage/memory-engine.ts'

/** Serves data that end with this process. */
export function serveMemory(path: string): Promise<Served> {
  return serve(openMemoryEngine(), path, undefined)
}
