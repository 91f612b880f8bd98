import { X509Certificate } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { RouteOptions, View } from '../http/index.ts'
import type { AppSettings, RemoteSettings, Settings } from '../project/index.ts'
import { createRemoteApp, type RemoteApp } from '../remote/index.ts'
import { flattenRoutes, makeRoute, type Route } from '../routing/index.ts'
import { badCertificates } from './errors.ts'
import type { SiteRouteSource } from './load.ts'
import type { Site } from './site.ts'

/** Seconds. */
const TIMEOUT = 30

/**
 * The apps that other servers answer for, by name.
 * @throws TAO_REMOTE_CA
 */
export function openRemoteApps({
  project,
  settings,
  log,
}: Pick<Site, 'project' | 'settings' | 'log'>): Map<string, RemoteApp> {
  const { apps, limits } = settings
  return new Map(
    Object.entries(apps).flatMap(([name, given]) => {
      const { remote, enabled } = given
      if (remote === undefined || enabled === false) return []
      const {
        url,
        timeout = TIMEOUT,
        ca: file,
      }: RemoteSettings = typeof remote === 'string' ? { url: remote } : remote
      const ca = file === undefined ? undefined : readCertificates(name, file, project)
      const limit = Math.max(limits.upload, limits.body)
      return [[name, createRemoteApp({ name, origin: url, ca, timeout, limit, log })]]
    }),
  )
}

/** A file of the site, which may have gone along into the build, or one of the machine. */
function readCertificates(app: string, path: string, { root, build }: Site['project']): Buffer {
  const places = [root, ...(build ? [build.folder] : [])].map((folder) => resolve(folder, path))
  const file = places.find((place) => existsSync(place)) ?? places[0]!
  try {
    const read = readFileSync(file)
    // Node takes what is no certificate, and then trusts nobody.
    void new X509Certificate(read)
    return read
  } catch (error) {
    throw badCertificates(app, path, (error as Error).message, {
      hint: "It is a file in PEM, which begins with -----BEGIN CERTIFICATE-----; its path is taken from the site's folder.",
      cause: error,
    })
  }
}

/**
 * Puts the remote apps' answers in the place of their views. What is in their folders, if they are here too, keeps its
 * names, so that it can be reversed; all else below their paths, and below those of their static files, goes to them as well.
 */
export function withRemoteApps(
  sources: readonly SiteRouteSource[],
  remotes: ReadonlyMap<string, RemoteApp>,
  settings: Settings,
): SiteRouteSource[] {
  const changed = sources.map((source): SiteRouteSource => {
    const remote = source.app === undefined ? undefined : remotes.get(source.app)
    return remote ? { ...source, routes: withView(flattenRoutes(source.routes), remote.view) } : source
  })
  const taken = new Set(
    changed.flatMap(({ app, prefix = '', routes }) =>
      remotes.has(app ?? '')
        ? flattenRoutes(routes).flatMap(({ methods, path }) => (methods.includes('*') ? [prefix + path] : []))
        : [],
    ),
  )
  const whole = [...remotes].map(([app, { view }]): SiteRouteSource => {
    const paths = pathsOf(app, settings.apps[app]!).flatMap((path) => [
      path,
      `${path}/`,
      `${path}/{rest:path}`,
    ])
    const all = [...paths, `${settings.static.url}${app}/{rest:path}`].filter((path) => !taken.has(path))
    return { app, routes: all.map((path) => passOn(path, view)) }
  })
  return [...changed, ...whole]
}

type SiteRoute = Route<View, RouteOptions>

/** The lines of a routes file, for their names; checks and middleware are those of the remote. */
function withView(routes: readonly SiteRoute[], view: View): SiteRoute[] {
  return routes.map(({ methods, path, name, options: { crossOrigin }, place }) =>
    makeRoute({
      methods,
      path,
      name,
      view,
      place,
      options: crossOrigin === undefined ? {} : { crossOrigin },
    }),
  )
}

function passOn(path: string, view: View): SiteRoute {
  return makeRoute({ methods: ['*'], path, name: undefined, view, place: undefined, options: {} })
}

function pathsOf(app: string, { prefix = '', remote }: AppSettings): readonly string[] {
  const paths = typeof remote === 'object' ? remote.paths : undefined
  return paths ?? [`${prefix}/${app}`]
}
