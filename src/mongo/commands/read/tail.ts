import type { Collection } from '../../collection/collection.ts'
import { scanRecords } from '../../plan/run.ts'
import { PAUSE, type Pause } from '../../turn/pause.ts'
import type { PreparedFind } from './prepared-find.ts'

/** Documents between two looks at the clock. */
const LOOK = 16

/** The documents of a capped collection, and those that come later: a pause in between, never an end. */
export function tail(
  collection: Collection,
  { filter, show, context }: PreparedFind,
): Iterator<Uint8Array | Pause> {
  let last = 0
  let looked = 0
  let source = scanRecords(collection, false)
  return {
    next() {
      for (;;) {
        const step = source.next()
        if (step.done) {
          source = scanRecords(collection, false, last)
          return { done: true, value: undefined }
        }
        last = step.value.record
        if (filter.matches(step.value.doc)) return { done: false, value: show(step.value) }
        if (++looked % LOOK === 0 && context.isOver?.()) return { done: false, value: PAUSE }
      }
    },
  }
}
