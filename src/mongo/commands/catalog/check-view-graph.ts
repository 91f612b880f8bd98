import { encode } from '../../bson/codec.ts'
import { fail } from '../../bson/errors.ts'
import type { View } from '../../catalog/view.ts'
import type { StoreState } from '../command.ts'
import { involved } from '../read/involved.ts'
import { viewCollation } from '../read/view.ts'
import { isView } from '../targets.ts'

/** How many views may stand on each other. */
const MOST = 20

/**
 * Looks at what a view is made of, through the views it reads and those that read it.
 *
 * @throws MongoError 5 for a view that reads itself, 165 for more than 20 on each other, 167 for one that reads another of
 *   another collation
 */
export function checkViewGraph(store: StoreState, view: View): void {
  const views = new Map<string, View>()
  for (const each of store.catalog.list(view.db)) if (isView(each)) views.set(each.name, each)
  views.set(view.name, view)
  const heights = new Map<string, number>()
  const heightOf = (name: string, above: readonly string[]): number => {
    const current = views.get(name)
    if (!current) return 0
    if (above.includes(name)) {
      const cycle = [...above.slice(above.indexOf(name)), name]
      fail(5, `View cycle detected: ${cycle.map((each) => `${view.db}.${each}`).join(' => ')}`)
    }
    const known = heights.get(name)
    if (known !== undefined) return known
    let height = 0
    for (const below of sourcesOf(current)) {
      height = Math.max(height, heightOf(below, [...above, name]))
      checkCollations(view, current, views.get(below))
    }
    heights.set(name, height + 1)
    return height + 1
  }
  // From the view itself first, so that a cycle is told as it sees it.
  for (const name of [view.name, ...views.keys()]) {
    if (heightOf(name, []) > MOST) fail(165, `View depth limit exceeded; maximum depth is ${MOST}`)
  }
}

function checkCollations(changed: View, above: View, below: View | undefined): void {
  if (!below || (above !== changed && below !== changed)) return
  if (encode(viewCollation(above)).equals(encode(viewCollation(below)))) return
  const other = above === changed ? below : above
  fail(
    167,
    `View ${changed.db}.${changed.name} has conflicting collation with view ${other.db}.${other.name}`,
  )
}

/** The collections and views that a view reads. */
function sourcesOf({ viewOn, pipeline }: View): Set<string> {
  return new Set([viewOn, ...involved(pipeline)])
}
