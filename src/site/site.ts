import type { Logger } from 'pino'
import type { Relay } from '../base/relay.ts'
import type { Database } from '../database/index.ts'
import type {
  App as RequestApp,
  CloseOptions,
  CompiledRoute,
  Decorator,
  DevelopmentPage,
  HttpServer,
  Instruments,
  ListenTarget,
  RouteOptions,
  View,
} from '../http/index.ts'
import type { App, Mode, Project, Settings, SettingsFlags } from '../project/index.ts'
import type { RouteTable } from '../routing/index.ts'
import type { Sessions } from '../sessions/index.ts'
import type { StaticFiles } from '../static/index.ts'
import type { TemplateEngine } from '../templates/index.ts'
import type { Users } from '../users/index.ts'

/** What development adds to the pages, given from above: this folder knows neither debug/ nor serve/. */
export interface DevelopmentHooks {
  readonly errorPage?: DevelopmentPage | undefined
  readonly decorators?: readonly Decorator[] | undefined
  /** Asked once, when the settings and the apps are known, for what watches the site from inside: the toolbar. */
  readonly watch?: ((site: WatchedSite) => Promise<Watcher | undefined>) | undefined
}

/** What is known of a site before its routes are. */
export type WatchedSite = Pick<Site, 'project' | 'settings' | 'apps'>

/** What watches a site, and shows what it saw in an app of its own. */
export interface Watcher {
  /** Not one of the site's apps: it stands outside the site's middleware, and no list of apps has it. */
  readonly app: App
  readonly instruments: Instruments
  readonly decorator: Decorator
  /** Joins the members of `request.app`. */
  readonly members: object
  close(): void
}

export interface BuildOptions {
  /** The folder of `settings.ts`. */
  root: string
  /** Default: `NODE_ENV`, else production. */
  mode?: Mode | undefined
  flags?: SettingsFlags | undefined
  /** Where `.env` is read into; `process.env` when left out. */
  env?: Record<string, string | undefined> | undefined
  development?: DevelopmentHooks | undefined
  /** Seals the sessions of a site without SECRET_KEY, over several starts; never in production. */
  spareKey?: string | undefined
  /** Run the code of the site's build. Default: in production, if there is one, unless `TAO_BUILD` is off. */
  useBuild?: boolean | undefined
  /** Where log lines go. Default standard error. */
  logStream?: NodeJS.WriteStream | undefined
  /** Goes into every log line: which of several processes wrote it. */
  logFields?: Readonly<Record<string, unknown>> | undefined
  /** Reaches the other processes that serve this site; left out where there is one. */
  relay?: Relay | undefined
}

/** A site, built: everything is read, checked and composed; it answers as soon as it is told where to listen. */
export interface Site {
  readonly project: Project
  readonly settings: Settings
  readonly apps: readonly App[]
  readonly routes: RouteTable<View, RouteOptions>
  /** In the order of `routes.entries`. */
  readonly compiled: readonly CompiledRoute[]
  readonly templ: TemplateEngine
  readonly statics: StaticFiles
  readonly log: Logger
  readonly app: RequestApp
  readonly database: Database
  readonly sessions: Sessions
  readonly users: Users
  listen(target: ListenTarget): Promise<{ url: string }>
  /** Node's own server, for whoever has sockets of another origin to hand it. */
  readonly server: HttpServer['raw']
  /** A request without a socket, as light-my-request takes it. */
  readonly inject: HttpServer['inject']
  /** Loads what the first request would wait for. */
  warm(): void
  close(options?: CloseOptions): Promise<void>
}
