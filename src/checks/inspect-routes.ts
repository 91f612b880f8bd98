import {
  defaultExportPlace,
  importFile,
  shortPath,
  type App,
  type Project,
  type Settings,
} from '../project/index.ts'
import {
  buildRouteTable,
  flattenRoutes,
  isRoute,
  type Converters,
  type Route,
  type RouteEntry,
  type RouteList,
  type RouteTable,
} from '../routing/index.ts'
import type { CheckId } from './check-ids.ts'
import { finding, type Finding } from './finding.ts'
import { fromError, isTaoError } from './from-error.ts'

export interface InspectedRoutes {
  /** Every route whose path can be read, those that clash with an earlier one included. */
  readonly entries: readonly RouteEntry[]
  /** Of those that do not clash. */
  readonly table: RouteTable
  /** What stands before the names of apps whose routes could not be read: nothing can be said about such names. */
  readonly unknown: ReadonlySet<string>
  /** The site's own routes could not be read, so that any bare name may exist. */
  readonly ownUnknown: boolean
}

interface Source {
  app: App | undefined
  routes: readonly Route[] | undefined
}

/** Imports every routes file, and joins the routes that can be joined. */
export async function inspectRoutes(
  project: Project,
  apps: readonly App[],
  settings: Settings,
  found: Finding[],
): Promise<InspectedRoutes> {
  const converters = settings.converters as unknown as Converters
  const sources: Source[] = []
  for (const app of apps) {
    sources.push({ app, routes: await readRoutes(app.routesFile, project.root, found) })
    await readMiddleware(app.middlewareFile, project.root, found)
  }
  if (project.routesFile !== undefined)
    sources.push({ app: undefined, routes: await readRoutes(project.routesFile, project.root, found) })
  await readMiddleware(project.middlewareFile, project.root, found)

  const entries: RouteEntry[] = []
  const sound: { app: App | undefined; route: Route }[] = []
  const taken = new Map<string, RouteEntry>()
  for (const { app, routes = [] } of sources) {
    for (const route of routes) {
      const entry = mount(app, route, converters, found)
      if (entry === undefined) continue
      entries.push(entry)
      if (claim(taken, entry, project.root, found)) sound.push({ app, route })
    }
  }
  const lists = sound.map(({ app, route }) => sourceOf(app, [route]))
  return {
    entries,
    table: buildRouteTable(lists, converters),
    unknown: new Set(
      sources.flatMap(({ app, routes }) => (app && routes === undefined ? [app.namePrefix] : [])),
    ),
    ownUnknown: sources.some(({ app, routes }) => app === undefined && routes === undefined),
  }
}

async function readRoutes(
  file: string,
  root: string,
  found: Finding[],
): Promise<readonly Route[] | undefined> {
  let value: unknown
  try {
    value = (await importFile(file, root))['default']
  } catch (error) {
    found.push(fromError(error, idOf(error)))
    return undefined
  }
  if (isRouteList(value)) return flattenRoutes(value)
  const place = defaultExportPlace(file)
  found.push(
    finding('tao.E202', `${shortPath(file, root)} exports no list of routes by default`, {
      place,
      hint: "Write: export default [route('GET', '/', views.index)]",
    }),
  )
  return undefined
}

/** A wrong `route()` ends the import of its file, but what is wrong is the route. */
function idOf(error: unknown): CheckId {
  if (isTaoError(error) && error.code === 'TAO_ROUTE_CALL') return 'tao.E304'
  return 'tao.E201'
}

async function readMiddleware(file: string | undefined, root: string, found: Finding[]): Promise<void> {
  if (file === undefined) return
  try {
    const value = (await importFile(file, root))['default']
    if (value !== undefined && [value].flat().every((one) => typeof one === 'function')) return
    found.push(
      finding('tao.E206', `${shortPath(file, root)} exports no middleware by default`, {
        place: defaultExportPlace(file),
        hint: 'Write: export default [async (request, next) => next()]',
      }),
    )
  } catch (error) {
    found.push(fromError(error, 'tao.E206'))
  }
}

function isRouteList(value: unknown): value is RouteList {
  return Array.isArray(value) && value.every((item) => isRoute(item) || isRouteList(item))
}

function sourceOf(app: App | undefined, routes: RouteList): Parameters<typeof buildRouteTable>[0][number] {
  return { routes, app: app?.name, prefix: app?.prefix, namePrefix: app?.namePrefix }
}

/** The route as it stands in the site's table. */
function mount(
  app: App | undefined,
  route: Route,
  converters: Converters,
  found: Finding[],
): RouteEntry | undefined {
  try {
    return buildRouteTable([sourceOf(app, [route])], converters).entries[0]
  } catch (error) {
    const { place, ...rest } = fromError(error, 'tao.E303')
    found.push({ ...rest, place: place ?? route.place })
    return undefined
  }
}

/** Whether a route's methods and name are still free; reports those that are not. */
function claim(taken: Map<string, RouteEntry>, entry: RouteEntry, root: string, found: Finding[]): boolean {
  const keys = entry.methods.map((method) => ({
    key: `${method} ${shapeOf(entry)}`,
    id: 'tao.E301' as const,
  }))
  const name = entry.name === undefined ? [] : [{ key: `name ${entry.name}`, id: 'tao.E302' as const }]
  let free = true
  for (const { key, id } of [...keys, ...name]) {
    const first = taken.get(key)
    if (first === undefined) continue
    free = false
    const what =
      id === 'tao.E302'
        ? `The route name "${entry.name}" is given`
        : `${key.split(' ')[0]} ${entry.path} is routed`
    found.push(
      finding(id, `${what} twice; the first time ${where(first, root)}`, {
        place: entry.place,
        hint:
          id === 'tao.E302'
            ? `Give one of them another name, as the last argument of route().`
            : 'Remove one, give it another path, or mount its app elsewhere with settings.apps.NAME.prefix.',
      }),
    )
  }
  if (free) for (const { key } of [...keys, ...name]) taken.set(key, entry)
  return free
}

/** Equal for paths that match the same texts, whatever their variables are called. */
function shapeOf({ pattern }: RouteEntry): string {
  return pattern.segments
    .map(({ parts }) => parts.map((part) => (typeof part === 'string' ? part : `{${part.pattern}}`)).join(''))
    .join('/')
}

function where({ place, app }: RouteEntry, root: string): string {
  if (place !== undefined) return `in ${shortPath(place.file, root)}:${place.line ?? 1}`
  return app === undefined ? 'by the site' : `by the app "${app}"`
}
