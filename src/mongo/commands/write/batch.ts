import { fail } from '../../bson/errors.ts'
import type { Data } from '../../collection/data.ts'
import { MAX_WRITE_BATCH } from '../../bson/limits.ts'

const SLICE = 1000

/** @throws MongoError 16 for an empty batch or one too big */
export function checkBatch(count: number): number {
  if (count < 1 || count > MAX_WRITE_BATCH) {
    fail(16, `Write batch sizes must be between 1 and ${MAX_WRITE_BATCH}. Got ${count} operations.`)
  }
  return count
}

/**
 * Does `count` steps, committing as they go: a few at once, many in slices between which others get their turn and
 * storage its breath.
 *
 * @param step answers whether to go on
 * @returns undefined when everything is done and committed, or a promise of that
 */
export function pace(data: Data, count: number, step: (at: number) => boolean): Promise<void> | undefined {
  const end = Math.min(count, SLICE)
  for (let at = 0; at < end; at++) {
    if (step(at)) continue
    data.commit()
    return undefined
  }
  data.commit()
  return count > SLICE ? paceOn(data, count, step) : undefined
}

async function paceOn(data: Data, count: number, step: (at: number) => boolean): Promise<void> {
  let at = SLICE
  while (at < count) {
    await data.engine.ready()
    await new Promise((resolve) => setImmediate(resolve))
    const end = Math.min(count, at + SLICE)
    for (; at < end; at++) {
      if (step(at)) continue
      data.commit()
      return
    }
    data.commit()
  }
}
