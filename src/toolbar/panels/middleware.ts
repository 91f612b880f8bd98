import { functionPlaces } from '../../project/index.ts'
import type { ToolbarPanel } from '../panel.ts'
import { ownTime, spanTime } from '../split-time.ts'

/** What stood around the view, outermost first. */
export const middlewarePanel: ToolbarPanel = {
  id: 'middleware',
  title: 'Middleware',
  template: 'tao-toolbar:panels/middleware.html',
  badge: ({ middleware }) => middleware.length || undefined,
  show(record, { place }) {
    const places = functionPlaces(record.middleware.map(({ fn }) => fn))
    const view = record.spans.find(({ kind }) => kind === 'view')
    return {
      runs: record.middleware.map(({ name, owner, span, wentOn }, index) => ({
        name,
        owner: owners[owner],
        wentOn,
        failed: span.failed,
        ms: spanTime(span, record),
        own: ownTime(record, index),
        place: places[index] && place(places[index]),
      })),
      view: view && { name: view.name, ms: spanTime(view, record), failed: view.failed },
    }
  },
}

const owners = { site: 'settings.middleware', app: 'the app', route: 'the route' } as const
