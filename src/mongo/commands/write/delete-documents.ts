import type { EvalContext } from '../../bson/context.ts'
import { decode } from '../../bson/codec.ts'
import type { Doc } from '../../bson/value.ts'
import type { Collection } from '../../collection/collection.ts'
import { compileFilter } from '../../query/compile-filter.ts'
import { pace } from './batch.ts'
import { allMatches, firstMatch } from './matching.ts'

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
): number | Promise<number> {
  const filter = compileFilter(spec.filter, context)
  const selection = { filter, context, hint: spec.hint }
  if (!spec.multi) {
    const found = firstMatch(collection, selection)
    if (!found) return 0
    collection.remove(found, found.doc)
    return 1
  }
  const records = allMatches(collection, selection)
  let removed = 0
  const done = pace(collection.data, records.length, (at) => {
    const record = records[at] as number
    const bytes = collection.read(record)
    if (!bytes || collection.dropped) return true
    const doc = decode(bytes)
    if (at >= 1000 && !filter.matches(doc)) return true
    context.deadline?.()
    collection.remove({ record, bytes }, doc)
    removed++
    return true
  })
  return done ? done.then(() => removed) : removed
}
