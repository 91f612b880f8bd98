import { encode } from '../../bson/codec.ts'
import { makeCollation } from '../../bson/collation.ts'
import { fail } from '../../bson/errors.ts'
import { isDoc, type Doc, type Value } from '../../bson/value.ts'
import type { View } from '../../catalog/view.ts'
import type { StoreState } from '../command.ts'
import { isView } from '../targets.ts'
import { involved } from './involved.ts'

const MAX_DEPTH = 20

const SIMPLE: Doc = new Map([['locale', 'simple']])

/** What a view comes down to: a collection's name and the stages over it. */
interface Resolved {
  readonly collection: string
  readonly pipeline: Doc[]
  readonly collation: Doc
}

/** @throws MongoError 165, 5 */
export function resolveView(store: StoreState, view: View): Resolved {
  let pipeline: Doc[] = [...view.pipeline]
  let current = view
  const seen = new Set([view.name])
  for (;;) {
    if (seen.has(current.viewOn)) fail(5, `View cycle detected: ${[...seen, current.viewOn].join(' => ')}`)
    const next = store.catalog.find(view.db, current.viewOn)
    if (!isView(next)) {
      return { collection: current.viewOn, pipeline, collation: viewCollation(view) }
    }
    if (seen.size >= MAX_DEPTH) fail(165, `View depth limit exceeded; maximum depth is ${MAX_DEPTH}`)
    seen.add(next.name)
    pipeline = [...next.pipeline, ...pipeline]
    current = next
  }
}

/** A view's own collation, none too, whatever its collection has. */
export function viewCollation({ options }: View): Doc {
  const own = options.get('collation')
  return isDoc(own) ? own : SIMPLE
}

/** @throws MongoError 167 for another collation than the view's */
export function checkViewCollation(own: Doc, wanted: Value | undefined): void {
  if (!isDoc(wanted) || wanted.size === 0) return
  if (!same(own, wanted)) fail(167, OVERRIDE)
}

const OVERRIDE = "Cannot override a view's default collation"

/** @throws MongoError 167 for stages that read views of another collation */
export function checkInvolved(
  store: StoreState,
  db: string,
  stages: readonly Doc[],
  collation: Doc | undefined,
): void {
  for (const name of involved(stages)) {
    const view = store.catalog.find(db, name)
    // No blank before the name: so a server says it.
    if (isView(view) && !same(viewCollation(view), collation ?? SIMPLE)) fail(167, `${OVERRIDE}${db}.${name}`)
  }
}

function same(...specs: [Doc, Doc]): boolean {
  const [one, other] = specs.map((spec) => encode(makeCollation(spec)?.spec ?? SIMPLE)) as [Buffer, Buffer]
  return one.equals(other)
}
