import type { EvalContext } from '../../bson/context.ts'
import type { Doc } from '../../bson/value.ts'
import { Found } from '../../plan/run.ts'
import { compileSortKeys } from '../../sort/compile-sort.ts'
import { sortPaced } from '../../sort/sort-paced.ts'
import type { Pause, Paced } from '../../turn/pause.ts'

const RECORD_BYTES = 6

/** Sorts what was found; with a limit only as many are held as can still be wanted. */
export function sortFound(
  source: Paced<Found>,
  sort: Doc,
  context: EvalContext,
  limit: number = Infinity,
): Generator<Found | Pause, void> {
  const { keyOf, compareKeys } = compileSortKeys(sort, context)
  return sortPaced(source, {
    // The bytes are kept, not what they decode to: that takes several times the room.
    keyOf: (found) => {
      const key = keyOf(found.doc)
      found.forget()
      return key
    },
    compareKeys,
    limit,
    isOver: context.isOver,
    spill: context.spill,
    bytesOf: ({ bytes }) => bytes.length,
    write: ({ record, bytes }) => {
      const written = Buffer.allocUnsafe(RECORD_BYTES + bytes.length)
      written.writeUIntBE(record, 0, RECORD_BYTES)
      bytes.copy(written, RECORD_BYTES)
      return written
    },
    read: (bytes) => new Found(bytes.readUIntBE(0, RECORD_BYTES), bytes.subarray(RECORD_BYTES)),
  })
}
