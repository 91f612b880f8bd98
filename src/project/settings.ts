import type { Mode } from './project.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- functions of the site, whose parameters this floor does not know
export type AnyFunction = (...args: any[]) => unknown

/**
 * The site's own part of the settings, typed by declaration merging:
 *
 *     const settings = defineSettings({ public: { title: 'My site' }, extra: { pageSize: 20 } })
 *     declare module 'tao1' {
 *       interface SiteSettings extends SettingsOf<typeof settings> {}
 *     }
 *     export default settings
 */
// oxlint-disable-next-line typescript/no-empty-object-type -- empty until a site merges its own members in
export interface SiteSettings {}

/** What `defineSettings` was given under `public` and `extra`, to extend `SiteSettings` with. */
export interface SettingsOf<Input> {
  public: Input extends { public: infer Values } ? Values : Record<string, unknown>
  extra: Input extends { extra: infer Values } ? Values : Record<string, unknown>
}

export type PublicSettings = SiteSettings extends { public: infer Values }
  ? Readonly<Values>
  : Readonly<Record<string, unknown>>
export type ExtraSettings = SiteSettings extends { extra: infer Values }
  ? Readonly<Values>
  : Readonly<Record<string, unknown>>

/** `settings.apps.NAME`: configures an app of the site, or brings in one of tao's batteries or of an npm package. */
export interface AppSettings {
  /** Mounts the app's paths elsewhere: `/shop`. */
  readonly prefix?: string | undefined
  /** Takes the app's name's place in its route names. */
  readonly namePrefix?: string | undefined
  /** An npm package (or a folder, `./vendor/shop`) that holds the app's routes file. */
  readonly package?: string | undefined
  /** `false` leaves the app out. */
  readonly enabled?: boolean | undefined
  /** The app answers 503 for as long as this stands here; `tao app off` does it in a server that runs. */
  readonly off?: boolean | AppOffSettings | undefined
  /** Another server that answers for the app: `http://10.0.0.2:8000`. */
  readonly remote?: string | RemoteSettings | undefined
}

export interface RemoteSettings {
  readonly url: string
  /** Seconds until an answer has to begin. Default 30; 0 waits for ever. */
  readonly timeout?: number | undefined
  /** A file of certificates (PEM) that vouch for an https remote, in place of those Node trusts. */
  readonly ca?: string | undefined
  /** The paths that are the app's, with all below them. Default `['/blog']` for an app `blog`. */
  readonly paths?: readonly string[] | undefined
}

/** What the visitors of an app that is off are told. */
export interface AppOffSettings {
  readonly message?: string | undefined
  /** Seconds until they may try again, for `Retry-After`. */
  readonly retryAfter?: number | undefined
}

/** A kind of path variable of the site's own: `{day:date}`. */
export interface ConverterSettings {
  readonly pattern: string | RegExp
  readonly parse: (text: string) => unknown
  readonly format?: ((value: never) => string) | undefined
}

export interface TemplSettings {
  readonly globals: Readonly<Record<string, unknown>>
  readonly filters: Readonly<Record<string, AnyFunction>>
  readonly contextProcessors: readonly AnyFunction[]
  readonly extensions: readonly string[]
}

export interface StaticSettings {
  readonly url: string
  /** Seconds a browser may keep a file whose name carries no hash. */
  readonly maxAge: number
}

export interface SessionSettings {
  readonly cookie: string
  /** Seconds. */
  readonly ttl: number
  readonly sameSite: 'lax' | 'strict' | 'none'
  /** `auto`: on https only. */
  readonly secure: boolean | 'auto'
  readonly domain?: string | undefined
  readonly path: string
}

/** Who the users of the site are. */
export interface AuthSettings {
  /** The collection that holds them. */
  readonly collection: string
  /**
   * Finds a user in place of the collection: `(id, app) => user`, where `app` is `request.app`; nothing when there is none.
   * The user has to come with its `password` if it had one at login.
   */
  readonly load?: AnyFunction | undefined
  /** The route's name or the path of the page where visitors log in. */
  readonly loginUrl: string
}

export interface HstsSettings {
  /** Seconds. */
  readonly maxAge: number
  readonly includeSubDomains: boolean
  readonly preload: boolean
}

export interface SecuritySettings {
  /** Refuse unsafe requests that come from another site's page. */
  readonly crossOrigin: boolean
  /** Origins that may send them all the same: `https://pay.example`. */
  readonly trustedOrigins: readonly string[]
  readonly hostCheck: boolean
  /** Replaces (or, with `false`, takes away) response headers that are set by default. */
  readonly headers: Readonly<Record<string, string | false>>
  readonly contentSecurityPolicy: Readonly<Record<string, readonly string[]>> | false
  readonly hsts: HstsSettings | false
}

/** Bytes, except where a name says otherwise. */
export interface LimitSettings {
  readonly body: number
  /** Number of fields in a form. */
  readonly fields: number
  readonly fieldSize: number
  /** Number of files in a form. */
  readonly files: number
  readonly fileSize: number
  /** All of a multipart body. */
  readonly upload: number
  /** Levels of nesting. */
  readonly jsonDepth: number
  /** Whether keys of JSON bodies may begin with `$`, as operators of MongoDB do. */
  readonly jsonOperators: boolean
  readonly url: number
  readonly headers: number
  /** What a cache in memory may take, in each process. */
  readonly cache: number
  /** One message of a WebSocket. */
  readonly message: number
  /** What waits for a client that does not read: on a WebSocket, in an event stream. */
  readonly unsent: number
}

/** Seconds; 0 is none. */
export interface TimeoutSettings {
  readonly headers: number
  readonly request: number
  readonly keepAlive: number
  readonly handler: number
  readonly database: number
  readonly shutdown: number
  /** Between the pings of a WebSocket, and the comments that keep an event stream open. */
  readonly ping: number
}

export interface LogSettings {
  readonly level: LogLevel
  readonly format: 'auto' | 'pretty' | 'json'
  /** A line for each request. */
  readonly requests: boolean
}

/** The threads that `request.offload` runs functions in. */
export interface OffloadSettings {
  /** How many there may be, in each process that serves. */
  readonly threads: number
  /** How many calls may wait for one; further ones are answered 503. */
  readonly queue: number
}

/** The processes of `tao serve --workers`. 0 is none, of each. */
export interface WorkerSettings {
  /** A worker that has answered so many requests, and up to a fifth more, is exchanged for a new one. */
  readonly maxRequests: number
  /** One that takes more megabytes of memory than this. */
  readonly maxMemory: number
  /** Seconds a worker may be deaf, kept busy by a computation, before it is killed and replaced. */
  readonly timeout: number
}

/** Two paths that are answered before anything of the site; `false` switches one off. */
export interface HealthSettings {
  /** 200 as long as the process is alive. */
  readonly live: string | false
  /** 200 when the site takes requests; 503 while it ends, is overloaded, or has lost its database. */
  readonly ready: string | false
  /** Whether a database that does not answer makes it not ready; `auto`: once a view has used it. */
  readonly database: boolean | 'auto'
}

/** Beyond one of these, requests are answered 503 at once. 0 is no limit. */
export interface OverloadSettings {
  /** Milliseconds that the event loop is late, on average over half a second. */
  readonly maxEventLoopDelay: number
  /** The part of the time, from 0 to 1, in which the event loop is busy. */
  readonly maxEventLoopUtilization: number
  /** Megabytes of JavaScript's heap. */
  readonly maxHeap: number
  /** Seconds after which clients are asked to come back. */
  readonly retryAfter: number
}

/** The debug toolbar of development. */
export interface ToolbarSettings {
  readonly enabled: boolean
  /** How many requests it remembers. */
  readonly history: number
  /** Addresses and networks that may see it beside this machine. */
  readonly clients: readonly string[]
}

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'

/** The settings a site runs with: complete, checked and frozen. */
export interface Settings {
  readonly mode: Mode
  /** True in development alone. */
  readonly debug: boolean
  readonly name: string
  readonly host: string
  readonly port: number
  /** `https://example.com`, without a slash at the end: what absolute URLs begin with. */
  readonly siteUrl: string | undefined
  /** Empty: the loopback names alone are answered. `.example.com` stands for the domain and all below it. */
  readonly allowedHosts: readonly string[]
  /** Addresses and networks whose X-Forwarded-* headers are believed. */
  readonly trustProxy: readonly string[]
  /** The first one seals, all of them open. */
  readonly secretKeys: readonly string[]
  readonly database: string
  /** Where views and `app.cache` keep what they made: `memory:`, or the URL of a Redis server. */
  readonly cache: string
  /** What joins the processes of the site's channels: `memory:` those of one machine, the URL of a Redis server those of many. */
  readonly channels: string
  readonly apps: Readonly<Record<string, AppSettings>>
  readonly middleware: readonly AnyFunction[]
  readonly converters: Readonly<Record<string, ConverterSettings>>
  readonly templ: TemplSettings
  readonly static: StaticSettings
  readonly session: SessionSettings
  readonly auth: AuthSettings
  readonly security: SecuritySettings
  readonly limits: LimitSettings
  readonly timeouts: TimeoutSettings
  readonly log: LogSettings
  readonly workers: WorkerSettings
  readonly health: HealthSettings
  readonly overload: OverloadSettings
  readonly toolbar: ToolbarSettings
  readonly offload: OffloadSettings
  /** With `tao serve --reload`, pages in the browser reload themselves after a change. */
  readonly live: boolean
  /** The site's own values that templates see. */
  readonly public: PublicSettings
  /** The site's own values that only its code sees. */
  readonly extra: ExtraSettings
}

/**
 * What `settings.ts` may give: every key is optional. `Middleware` is what the door of the package narrows to the
 * type of a real middleware, which this floor does not know.
 */
export interface SettingsInput<Middleware extends AnyFunction = AnyFunction> {
  name?: string | undefined
  host?: string | undefined
  port?: number | undefined
  siteUrl?: string | undefined
  allowedHosts?: readonly string[] | undefined
  trustProxy?: readonly string[] | undefined
  secretKeys?: readonly string[] | undefined
  database?: string | undefined
  cache?: string | undefined
  channels?: string | undefined
  apps?: Readonly<Record<string, AppSettings>> | undefined
  middleware?: readonly Middleware[] | undefined
  converters?: Readonly<Record<string, ConverterSettings>> | undefined
  templ?: Optional<TemplSettings> | undefined
  static?: Optional<StaticSettings> | undefined
  session?: Optional<SessionSettings> | undefined
  auth?: Optional<AuthSettings> | undefined
  security?: SecurityInput | undefined
  limits?: Optional<LimitSettings> | undefined
  timeouts?: Optional<TimeoutSettings> | undefined
  log?: Optional<LogSettings> | undefined
  workers?: Optional<WorkerSettings> | undefined
  health?: Optional<HealthSettings> | undefined
  overload?: Optional<OverloadSettings> | undefined
  toolbar?: Optional<ToolbarSettings> | undefined
  offload?: Optional<OffloadSettings> | undefined
  live?: boolean | undefined
  public?: Readonly<Record<string, unknown>> | undefined
  extra?: Readonly<Record<string, unknown>> | undefined
}

type Optional<T> = { readonly [Key in keyof T]?: T[Key] | undefined }

type SecurityInput = Optional<Omit<SecuritySettings, 'hsts'>> & {
  readonly hsts?: Optional<HstsSettings> | false | undefined
}
