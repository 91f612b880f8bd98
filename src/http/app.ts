import type { Db } from 'mongodb'
import type { Logger } from 'pino'
import type { Cache } from '../cache/index.ts'
import type { Channel } from '../channels/index.ts'
import type { Offload } from '../offload/index.ts'
import type { Project, Settings } from '../project/index.ts'
import type { LocalPath, QueryInput, RouteName, RouteTable, UrlArguments } from '../routing/index.ts'
import type { StaticFiles } from '../static/index.ts'
import type { TemplateEngine } from '../templates/index.ts'

/**
 * The running site, as every request carries it. A site puts things of its own there by declaration merging:
 * `declare module 'tao1' { interface AppExtras { mailer: Mailer } }`.
 */
// oxlint-disable-next-line typescript/no-empty-object-type -- empty until a site merges its own members in
export interface AppExtras {}

export interface App extends Partial<AppExtras> {
  readonly project: Project
  readonly settings: Settings
  readonly routes: RouteTable
  readonly templ: TemplateEngine
  readonly statics: StaticFiles
  readonly log: Logger
  /**
   * The database of `settings.database`, connected on first use.
   *
   * @throws TAO_DATABASE_... when there is none to be had
   */
  readonly db: Db
  /**
   * The path of a named route.
   *
   * @throws TAO_URL_NAME, TAO_URL_PARAMS
   */
  url<Name extends RouteName>(name: Name, ...rest: UrlArguments<Name, [query?: QueryInput]>): LocalPath
  /**
   * A channel of the site by its name: what is sent there reaches all who joined, in every process of the site.
   *
   * @throws TAO_CHANNEL_NAME
   */
  channel<Message = unknown, About = unknown>(name: string): Channel<Message, About>
  /** What the site keeps for a while: in memory, or in Redis by `settings.cache`. */
  readonly cache: Cache
  /** Runs a function of a module in a thread; within a request take `request.offload`, which ends with it. */
  readonly offload: Offload
  /** The URL of a static file. */
  static(path: string): string
}
