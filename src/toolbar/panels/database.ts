import type { App } from '../../http/index.ts'
import type { PanelPlace, PanelSite, ToolbarPanel } from '../panel.ts'
import { queryPlace } from '../query-place.ts'
import type { QueryRun } from '../record.ts'

/** Every command the database got. */
export const databasePanel: ToolbarPanel = {
  id: 'database',
  title: 'Database',
  template: 'tao-toolbar:panels/database.html',
  badge: ({ queries }) => queries.length || undefined,
  show({ queries, dropped }, site) {
    const times = countBy(queries, ({ shape }) => shape)
    return {
      queries: queries.map((query, index) => ({
        ...query,
        index,
        ms: query.span.end - query.span.start,
        alike: times.get(query.shape)!,
        explainable: query.bson !== undefined,
        place: originOf(query, site.app, site),
      })),
      total: queries.reduce((sum, { span }) => sum + span.end - span.start, 0),
      repeated: [...times.values()].filter((count) => count > 1).reduce((sum, count) => sum + count, 0),
      dropped,
    }
  },
}

function countBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, number> {
  const counts = new Map<string, number>()
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1)
  return counts
}

function originOf(query: QueryRun, app: App, { place }: PanelSite): PanelPlace | undefined {
  const own = queryPlace(query, app.project.root)
  return own && place(own)
}
