import { join } from 'node:path'
import { createCache } from '../cache/index.ts'
import { createChannels } from '../channels/index.ts'
import { openDatabase } from '../database/index.ts'
import {
  compileFallback,
  compileRoutes,
  createErrorAnswers,
  createOpenStreams,
  createPipeline,
  createSchemaCompiler,
  createServer,
  createUpgrades,
  makeFallbackView,
  makeClientAddress,
  makeHostCheck,
  renderTemplate,
  type App as RequestApp,
  type ContextProcessor,
  type Middleware,
  type Request,
  type RequestHost,
} from '../http/index.ts'
import {
  chooseMode,
  chooseProject,
  discoverApps,
  loadEnv,
  loadSettings,
  type App,
  type Project,
  type Settings,
} from '../project/index.ts'
import { buildRouteTable, type Converters } from '../routing/index.ts'
import { createOffload, type Offload } from '../offload/index.ts'
import { createSessions } from '../sessions/index.ts'
import { createStatic, MANIFEST, readManifest } from '../static/index.ts'
import { createTemplateEngine, loadBuiltTemplates, TEMPLATES } from '../templates/index.ts'
import { createUsers } from '../users/index.ts'
import { createGuard } from './guard.ts'
import { followApps } from './follow-apps.ts'
import { loadMiddleware, loadRoutes } from './load.ts'
import { createLogger } from './logger.ts'
import { openRemoteApps, withRemoteApps } from './remote-apps.ts'
import { watchRequests } from './request-log.ts'
import type { BuildOptions, Site } from './site.ts'

/**
 * Builds a site from its folder: settings, apps, routes, templates, static files, database, sessions, middleware, server,
 * in this order. The one place that knows every part.
 *
 * @throws TaoError for whatever the site's own files say wrong, with file and line
 */
export async function buildSite(options: BuildOptions): Promise<Site> {
  const env = loadEnv(options.root, options.env)
  const mode = options.mode ?? chooseMode(env)
  const warnings: string[] = []
  const warn = (sentence: string): void => void warnings.push(sentence)
  const project = await chooseProject(options.root, { mode, env, useBuild: options.useBuild, warn })
  const { flags, spareKey } = options
  const settings = await loadSettings(project, { env, mode, flags, spareKey, warn })
  const log = createLogger(settings.log, options.logStream, settings.debug, options.logFields, project)
  for (const warning of warnings) log.warn(warning)

  const apps = discoverApps(project, settings)
  const database = await openDatabase({
    url: settings.database,
    root: project.root,
    name: settings.name.replace(/[^\w-]/g, '_'),
    timeout: settings.timeouts.database,
    events: settings.debug,
  })
  try {
    return await assemble(project, settings, apps, database, log, options)
  } catch (error) {
    await database.close()
    throw error
  }
}

async function assemble(
  project: Project,
  settings: Settings,
  apps: readonly App[],
  database: Site['database'],
  log: Site['log'],
  { development, relay }: BuildOptions,
): Promise<Site> {
  const { build } = project
  const watcher = await development?.watch?.({ project, settings, apps })
  const allApps = watcher ? [watcher.app, ...apps] : apps
  const remotes = openRemoteApps({ project, settings, log })
  const [sources, appMiddleware] = await Promise.all([
    loadRoutes(project, allApps),
    loadMiddleware(
      project,
      allApps.filter(({ name }) => !remotes.has(name)),
    ),
  ])
  const routes = buildRouteTable(
    withRemoteApps(sources, remotes, settings),
    settings.converters as unknown as Converters,
  )
  const statics = createStatic({
    siteFolder: project.staticFolder,
    apps: allApps,
    url: settings.static.url,
    maxAge: settings.static.maxAge,
    fresh: settings.debug && build === undefined,
    manifest: build && readManifest(join(build.folder, MANIFEST), build.staticFolder),
  })
  const url = routes.reverse
  const templ = createTemplateEngine({
    siteFolder: project.templFolder,
    apps: allApps,
    extensions: settings.templ.extensions,
    globals: { settings: { public: settings.public }, url, static: statics.url, ...settings.templ.globals },
    filters: { ...settings.templ.filters },
    lazy: {
      session: ({ request }) => (request as Request).session,
      user: ({ request }) => (request as Request).user,
    },
    cache: !settings.debug,
    ready:
      build &&
      loadBuiltTemplates(join(build.folder, TEMPLATES), { siteFolder: project.templFolder, apps: allApps }),
  })
  const threads = createOffload({ root: project.root, ...settings.offload })
  const { cache, close: closeCache } = createCache({
    url: settings.cache,
    bytes: settings.limits.cache,
    name: settings.name,
    log,
    relay,
  })
  const channels = createChannels({ url: settings.channels, name: settings.name, log, relay })
  const app: RequestApp = {
    project,
    settings,
    routes,
    templ,
    statics,
    log,
    get db() {
      return database.db
    },
    url,
    channel: channels.channel,
    cache,
    offload: ((module: URL | string, fn: string, ...args: unknown[]) =>
      threads.run(module, fn, args)) as Offload,
    static: statics.url,
    ...watcher?.members,
  }

  const { session } = settings
  const sessions = createSessions({
    keys: settings.secretKeys,
    ttl: session.ttl,
    cookie: {
      name: session.cookie,
      path: session.path,
      domain: session.domain,
      sameSite: session.sameSite,
    },
  })
  const users = createUsers(app)
  const streams = createOpenStreams()
  const upgrades = createUpgrades({ sessions, pingInterval: settings.timeouts.ping })
  const host: RequestHost = {
    app,
    limits: settings.limits,
    client: makeClientAddress(settings.trustProxy),
    threads,
    sessions,
    render: (request, name, context) =>
      renderTemplate(
        templ,
        settings.templ.contextProcessors as readonly ContextProcessor[],
        request,
        name,
        context,
      ),
    upgrade: upgrades.accept,
  }
  const surroundings = {
    settings,
    schemas: createSchemaCompiler(),
    siteMiddleware: settings.middleware as readonly Middleware[],
    appMiddleware,
    loadUser: users.load,
    instruments: watcher?.instruments,
    apartApps: new Set(watcher && [watcher.app.name]),
    remoteApps: new Set(remotes.keys()),
  }
  const compiled = compileRoutes(routes, surroundings)
  const switches = followApps({ project, settings, log, upgrades, streams })
  const guard = createGuard({ settings, routes, database, log })
  const server = createServer(
    settings,
    (isClosing) =>
      guard.before(
        createPipeline({
          host,
          table: routes,
          compiled,
          fallback: compileFallback(makeFallbackView(routes), surroundings),
          errors: createErrorAnswers(app, development?.errorPage),
          statics,
          isHostAllowed: makeHostCheck(settings.allowedHosts),
          upgrades,
          streams,
          switches,
          // First: what others add to a page is not the site's.
          decorators: [...(watcher ? [watcher.decorator] : []), ...(development?.decorators ?? [])],
          isClosing,
        }),
        isClosing,
      ),
    upgrades,
    streams,
  )
  const stopWatching =
    settings.log.requests && log.isLevelEnabled('info') ? watchRequests(app, watcher?.app.name) : undefined

  return {
    project,
    settings,
    apps,
    routes,
    compiled,
    templ,
    statics,
    log,
    app,
    database,
    sessions,
    users,
    inject: server.inject,
    server: server.raw,
    listen: async (target) => ({ url: await server.listen(target) }),
    warm() {
      database.warm()
      channels.warm()
    },
    async close(closing) {
      await server.close(closing)
      stopWatching?.()
      guard.close()
      switches.close()
      watcher?.close()
      for (const remote of remotes.values()) remote.close()
      await threads.close()
      await closeCache()
      await channels.close()
      await database.close()
    },
  }
}
