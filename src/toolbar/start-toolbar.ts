import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { taoFolder } from '../debug/index.ts'
import { moduleIn, type App } from '../project/index.ts'
import type { WatchedSite, Watcher } from '../site/index.ts'
import { makeAccess } from './access.ts'
import { makeDecorator } from './decorate.ts'
import { createHistory } from './history.ts'
import { loadPanels } from './load-panels.ts'
import { panels as ownPanels } from './panels/all.ts'
import { makePlace } from './place.ts'
import { createRecorder } from './recorder.ts'
import { APP_NAME, APP_PREFIX, asMember, type Toolbar } from './toolbar.ts'

const folder = fileURLToPath(new URL('../batteries/toolbar/', import.meta.url))

/**
 * Starts the debug toolbar of a site that is being built.
 *
 * @param editor what opens files: `TAO_EDITOR`
 * @returns what the site is to be watched with; nothing when `settings.toolbar.enabled` is false
 * @throws what is wrong with an app's panels.ts
 */
export async function startToolbar(
  { project, settings, apps }: WatchedSite,
  editor: string | undefined,
): Promise<Watcher | undefined> {
  if (!settings.toolbar.enabled) return undefined
  const panels = [...ownPanels, ...(await loadPanels(project, apps, ownPanels))]
  const history = createHistory(settings.toolbar.history)
  const mayBeSeenBy = makeAccess(settings)
  const place = makePlace(project.root, editor)
  const recorder = createRecorder(history, { root: project.root, tao: taoFolder })
  const toolbar: Toolbar = { history, panels, apps, place, mayBeSeenBy, recordOf: recorder.recordOf }
  return {
    app: describeApp(),
    instruments: recorder.instruments,
    decorator: makeDecorator(recorder, toolbar),
    members: asMember(toolbar),
    close: recorder.close,
  }
}

function describeApp(): App {
  return {
    name: APP_NAME,
    kind: 'battery',
    folder,
    routesFile: moduleIn(folder, 'routes')!,
    middlewareFile: moduleIn(folder, 'middleware'),
    templFolder: join(folder, 'templ'),
    staticFolder: join(folder, 'static'),
    commandsFolder: undefined,
    prefix: APP_PREFIX,
    namePrefix: APP_NAME,
  }
}
