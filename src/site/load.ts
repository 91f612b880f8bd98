import { relative } from 'node:path'
import type { Middleware, RouteOptions, View } from '../http/index.ts'
import { defaultExportPlace, importFile, type App, type Project } from '../project/index.ts'
import { isRoute, type RouteSource } from '../routing/index.ts'
import { badMiddlewareFile, badRoutesFile } from './errors.ts'

export type SiteRouteSource = RouteSource<View, RouteOptions>

/** The route lists of battery apps, npm apps and the site's apps in their order, then the site's own. */
export async function loadRoutes(project: Project, apps: readonly App[]): Promise<SiteRouteSource[]> {
  const lists = apps.map(async (app): Promise<SiteRouteSource> => ({
    routes: await loadRouteList(app.routesFile, project.root),
    app: app.name,
    prefix: app.prefix,
    namePrefix: app.namePrefix,
  }))
  if (project.routesFile !== undefined) {
    const file = project.routesFile
    lists.push(
      loadRouteList(file, project.root).then((routes) => ({
        routes,
        app: undefined,
      })),
    )
  }
  return settleInOrder(lists)
}

/** By app name; under `undefined` that of the site's own routes. */
export async function loadMiddleware(
  project: Project,
  apps: readonly App[],
): Promise<Map<string | undefined, readonly Middleware[]>> {
  const files = [...apps, { name: undefined, middlewareFile: project.middlewareFile }]
  const loaded = files.flatMap(({ name, middlewareFile }) =>
    middlewareFile === undefined
      ? []
      : [loadMiddlewareList(middlewareFile, project.root).then((list) => [name, list] as const)],
  )
  return new Map(await settleInOrder(loaded))
}

async function loadRouteList(file: string, root: string): Promise<SiteRouteSource['routes']> {
  const value = await importDefault(file, root)
  if (!isRouteList(value)) {
    throw badRoutesFile(relative(root, file), describe(value), {
      place: defaultExportPlace(file),
      hint: "Write: export default [route('GET', '/', views.index)]",
    })
  }
  return value as SiteRouteSource['routes']
}

async function loadMiddlewareList(file: string, root: string): Promise<readonly Middleware[]> {
  const value = await importDefault(file, root)
  const list: unknown[] = [value].flat()
  if (value === undefined || !list.every((one) => typeof one === 'function')) {
    throw badMiddlewareFile(relative(root, file), describe(value), {
      place: defaultExportPlace(file),
      hint: 'Write: export default [async (request, next) => next()]',
    })
  }
  return list as Middleware[]
}

async function importDefault(file: string, root: string): Promise<unknown> {
  return (await importFile(file, root))['default']
}

function isRouteList(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => isRoute(item) || isRouteList(item))
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) {
    const at = value.findIndex((item) => !isRoute(item) && !isRouteList(item))
    return `a list whose item ${at} is ${describe(value[at])}`
  }
  return value === null ? 'null' : `${typeof value === 'object' ? 'an' : 'a'} ${typeof value}`
}

/** All of them; when several fail, the first in order is thrown, whichever failed first in time. */
async function settleInOrder<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(promises)
  return settled.map((one) => {
    if (one.status === 'rejected') throw one.reason
    return one.value
  })
}
