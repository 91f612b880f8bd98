import { fail } from '../../bson/errors.ts'
import type { Doc } from '../../bson/value.ts'
import type { View } from '../../catalog/view.ts'
import type { StoreState } from '../command.ts'
import { isView } from '../targets.ts'

const MAX_DEPTH = 20

/** What a view comes down to: a collection's name and the stages over it. @throws MongoError 165, 5 */
export function resolveView(
  store: StoreState,
  view: View,
): { readonly collection: string; readonly pipeline: Doc[]; readonly collation: Doc | undefined } {
  let pipeline: Doc[] = [...view.pipeline]
  let current = view
  const seen = new Set([view.name])
  for (;;) {
    if (seen.has(current.viewOn)) fail(5, `View cycle detected: ${[...seen, current.viewOn].join(' => ')}`)
    const next = store.catalog.find(view.db, current.viewOn)
    if (!isView(next)) {
      return {
        collection: current.viewOn,
        pipeline,
        collation: view.options.get('collation') as Doc | undefined,
      }
    }
    if (seen.size >= MAX_DEPTH) fail(165, `View depth limit exceeded; maximum depth is ${MAX_DEPTH}`)
    seen.add(next.name)
    pipeline = [...next.pipeline, ...pipeline]
    current = next
  }
}
