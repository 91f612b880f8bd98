import { viewWithin, type View } from '../../http/index.ts'
import { functionPlaces } from '../../project/index.ts'
import { describePlace, explainMatch, type RouteEntry } from '../../routing/index.ts'
import type { PanelSite, ToolbarPanel } from '../panel.ts'
import { APP_NAME } from '../toolbar.ts'

/** Which route answered, which others could have, and why they did not. */
export const routesPanel: ToolbarPanel = {
  id: 'routes',
  title: 'Routes',
  template: 'tao-toolbar:panels/routes.html',
  show({ method, path }, site) {
    const { routes } = site.app
    const candidates = explainMatch(routes, method, path).filter(({ entry }) => entry.app !== APP_NAME)
    const views = functionPlaces(candidates.map(({ entry }) => viewWithin(entry.view as View)))
    return {
      candidates: candidates.map(({ entry, verdict, why }, index) => ({
        ...describe(entry, site),
        verdict,
        why,
        view: views[index] && site.place(views[index]),
        viewName: (entry.view as { name?: string }).name,
      })),
      all: routes.entries.filter(({ app }) => app !== APP_NAME).map((entry) => describe(entry, site)),
    }
  },
}

function describe(entry: RouteEntry, { place }: PanelSite): Record<string, unknown> {
  const { methods, path, name, app } = entry
  return {
    methods: methods.join(', '),
    path,
    name,
    app,
    place: entry.place ? place(entry.place) : { shown: describePlace(entry) },
  }
}
