import { relative } from 'node:path'
import { formatPlace, type Place } from '../base/errors.ts'
import { viewWithin } from '../http/index.ts'
import { functionPlaces } from '../project/index.ts'
import type { Site } from '../site/index.ts'

type Entry = Site['routes']['entries'][number]

/** A route as it is listed, and as `--json` prints it. */
export interface ListedRoute {
  method: string
  path: string
  name: string | undefined
  app: string | undefined
  view: string
  /** Where the view is written, relative to the project. */
  place: string | undefined
  /** Where the route is listed. */
  route: string | undefined
  /** What stands around the view, outermost first. */
  middleware: readonly string[]
}

/** Describes routes; their views are looked up in the site's own source. */
export function listRoutes(site: Site, entries: readonly Entry[]): ListedRoute[] {
  const places = functionPlaces(entries.map(({ view }) => viewWithin(view)))
  const around = new Map(site.compiled.map(({ entry, middleware }) => [entry, middleware]))
  return entries.map((entry, i) => ({
    method: entry.methods.join(','),
    path: entry.path,
    name: entry.name,
    app: entry.app,
    view: entry.view.name || '(unnamed)',
    place: shortPlace(site, places[i]),
    route: shortPlace(site, entry.place),
    middleware: around.get(entry) ?? [],
  }))
}

function shortPlace({ project }: Site, place: Place | undefined): string | undefined {
  if (place === undefined) return undefined
  const file = relative(project.root, place.file)
  return formatPlace({ file: file.startsWith('..') ? place.file : file, line: place.line })
}
