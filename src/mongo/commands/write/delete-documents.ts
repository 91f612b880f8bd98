import type { EvalContext } from '../../bson/context.ts'
import { decode } from '../../bson/codec.ts'
import type { Doc } from '../../bson/value.ts'
import type { Collection } from '../../collection/collection.ts'
import { compileFilter } from '../../query/compile-filter.ts'
import { whenDone } from '../../turn/drain.ts'
import type { Turn } from '../../turn/turn.ts'
import { pace } from './batch.ts'
import { allMatches, firstMatch, type Selection } from './matching.ts'

export interface DeleteSpec {
  readonly filter: Doc
  readonly multi: boolean
  readonly hint?: string | Doc | undefined
}

/** Removes what a filter finds; the caller commits, unless a promise comes back. @returns how many went */
export function deleteDocuments(
  collection: Collection,
  spec: DeleteSpec,
  context: EvalContext,
  turn: Turn,
): number | Promise<number> {
  const filter = compileFilter(spec.filter, context)
  const selection = { filter, context, hint: spec.hint, turn }
  if (!spec.multi) {
    return whenDone(firstMatch(collection, selection), (found) => {
      if (found) collection.remove(found, found.doc)
      return found ? 1 : 0
    })
  }
  return whenDone(allMatches(collection, selection), (records) => removeAll(collection, selection, records))
}

function removeAll(
  collection: Collection,
  { filter, context }: Selection,
  records: readonly number[],
): number | Promise<number> {
  let removed = 0
  const done = pace(collection.data, records.length, (at) => {
    const record = records[at] as number
    const bytes = collection.read(record)
    if (!bytes || collection.dropped) return true
    const doc = decode(bytes)
    // Since it was found others may have had their way with it.
    if (!filter.matches(doc)) return true
    context.deadline?.()
    collection.remove({ record, bytes }, doc)
    removed++
    return true
  })
  return done ? done.then(() => removed) : removed
}
