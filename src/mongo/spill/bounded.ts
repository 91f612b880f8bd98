import { fail } from '../bson/errors.ts'
import { sizeOf } from '../bson/size.ts'
import type { Value } from '../bson/value.ts'
import { MEMORY_LIMIT } from './spill-file.ts'

/** Counts what a stage keeps that cannot go to the disk. @throws MongoError 146 above 100 MB */
export function bounded(stage: string): (kept: Value) => void {
  let bytes = 0
  return (kept) => {
    bytes += sizeOf(kept)
    if (bytes > MEMORY_LIMIT)
      fail(146, `${stage} exceeded the memory limit of ${MEMORY_LIMIT} bytes and cannot go to the disk`)
  }
}
