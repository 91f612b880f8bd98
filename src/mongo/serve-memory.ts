import { FailPoints } from './commands/fail-points.ts'
import { serve, type Served } from './serve.ts'
import { openMemoryEngine } from './storage/memory-engine.ts'

/** Serves data that end with this process. @param failPoints whether tests of drivers may order failures */
export function serveMemory(path: string, failPoints: boolean): Promise<Served> {
  return serve(openMemoryEngine(), path, undefined, failPoints ? new FailPoints() : undefined)
}
