import { parseCookie } from 'cookie'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Db } from 'mongodb'
import type { Logger } from 'pino'
import type { Offload, OffloadPool } from '../offload/index.ts'
import { formatQuery, type LocalPath, type QueryInput } from '../routing/index.ts'
import type { Opened, Session, Sessions } from '../sessions/index.ts'
import type { App } from './app.ts'
import type { ClientAddress } from './client-address.ts'
import type { Form, IncomingFiles } from './body/index.ts'
import { notUpgrade } from './errors.ts'
import { RequestHeaders } from './headers.ts'
import { BadRequest } from './http-error.ts'
import { RequestBody } from './request-body.ts'
import { RequestEnd } from './request-end.ts'
import type { RequestLimits } from './request-limits.ts'
import type { TemplateName } from './template-names.ts'
import { makeRequestUrl, type RequestUrl } from './request-url.ts'
import type { SocketLimits, WebSocketOptions } from './websocket/options.ts'
import type { WebSocketConnection } from './websocket/connection.ts'

/** Who is logged in, typed by declaration merging: `declare module 'tao1' { interface User { name: string } }`. */
// oxlint-disable-next-line typescript/no-empty-object-type -- empty until a site merges its own members in
export interface User {}

/** The route that answers a request. */
export interface RequestRoute {
  readonly name: string | undefined
  readonly path: string
  readonly app: string | undefined
  readonly methods: readonly string[]
}

/** What the server gives a request to work with. */
export interface RequestHost {
  readonly app: App
  readonly sessions: Sessions
  readonly limits: RequestLimits
  readonly client: ClientAddress
  readonly threads: OffloadPool
  render(request: Request, name: string, context: Readonly<Record<string, unknown>>): string | Promise<string>
  upgrade(request: Request, options: WebSocketOptions, limits: SocketLimits): Promise<WebSocketConnection>
}

/** What `hijack()` hands over. */
export interface Hijacked {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly socket: Socket
}

/**
 * A request, as views and middleware get it.
 *
 * `Params` are the path's parameters, `Body` what the route's `body` schema lets through.
 */
export class Request<Params = Record<string, unknown>, Body = unknown> {
  readonly app: App
  readonly method: string
  /** The path as it came, percent-encoded, without the query. */
  readonly path: LocalPath
  readonly params: Params
  /** The route that answers; `undefined` where no route matched. */
  readonly route: RequestRoute | undefined
  /** Unique, on every log line and in the answer's `X-Request-Id`. */
  readonly id: string
  /** The request of Node itself. */
  readonly raw: IncomingMessage
  /** What the route's `body` schema let through; `undefined` on a route without one. */
  readonly body!: Body
  /** What the route's `query` schema let through, in its types. */
  readonly args!: unknown
  /** `performance.now()` when the request came. */
  readonly startedAt: number

  readonly #host: RequestHost
  readonly #response: ServerResponse
  readonly #limits: RequestLimits
  #body: RequestBody | undefined
  #opened: Opened | undefined
  #session: Session | undefined
  #keepsSession = false
  #cookies: Readonly<Record<string, string>> | undefined
  #headers: RequestHeaders | undefined
  #query: URLSearchParams | undefined
  #url: RequestUrl | undefined
  #log: Logger | undefined
  #end: RequestEnd | undefined
  #hijacked = false
  #user: User | undefined

  constructor(
    host: RequestHost,
    raw: IncomingMessage,
    response: ServerResponse,
    id: string,
    path: string,
    route: RequestRoute | undefined,
    params: Params,
    startedAt: number,
    limits: RequestLimits = host.limits,
  ) {
    this.app = host.app
    this.method = raw.method!
    // Only of a request line that is refused at sight it is something else.
    this.path = path as LocalPath
    this.params = params
    this.route = route
    this.id = id
    this.raw = raw
    this.startedAt = startedAt
    this.#host = host
    this.#response = response
    this.#limits = limits
  }

  /** The query's values, as they came: text, one key as often as it was sent. */
  get query(): URLSearchParams {
    if (this.#query === undefined) {
      const url = this.raw.url!
      const mark = url.indexOf('?')
      this.#query = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1))
    }
    return this.#query
  }

  get headers(): RequestHeaders {
    return (this.#headers ??= new RequestHeaders(this.raw.headers))
  }

  get cookies(): Readonly<Record<string, string>> {
    return (this.#cookies ??= parseCookie(this.raw.headers.cookie ?? '') as Record<string, string>)
  }

  /** The client's address; a proxy's word for it is taken only from those in `settings.trustProxy`. */
  get ip(): string {
    return this.#host.client.ip(this.raw)
  }

  /** Name and port the client asked for, as a trusted proxy or `Host` gives it; checked against `settings.allowedHosts`. */
  get host(): string {
    return this.#host.client.host(this.raw)
  }

  /** Whether the client came by https, to us or to a proxy we trust. */
  get secure(): boolean {
    return this.#host.client.isSecure(this.raw)
  }

  /** The URL that was asked for; called with a route's name, it makes that route's path. */
  get url(): RequestUrl {
    if (this.#url !== undefined) return this.#url
    const href = this.#origin() + this.raw.url!
    // Where hosts are not checked, anything may stand in `Host`.
    if (!URL.canParse(href)) throw new BadRequest('Invalid Host header')
    return (this.#url = makeRequestUrl(href, (name, params, query) => this.app.url(name, params, query)))
  }

  /** Log lines that carry this request's id. */
  get log(): Logger {
    return (this.#log ??= this.app.log.child({ requestId: this.id }))
  }

  get db(): Db {
    return this.app.db
  }

  /** What this visitor's requests remember; written to its cookie when it changed. */
  get session(): Session {
    return (this.#session ??= this.#host.sessions.open(this.#opened))
  }

  /** Who is logged in, as `login()` left it in the session; or whom a middleware of the site put there. */
  get user(): User | undefined {
    // An answer that depends on nobody being logged in depends on the session's cookie.
    if (this.#user === undefined) void this.session
    return this.#user
  }

  set user(user: User | undefined) {
    this.#user = user
  }

  /** Whether the visitor's session may hold something under a key: cheap, and the session does not count as asked for. */
  sessionMentions(key: string): boolean {
    return this.#opened !== undefined && this.#opened.text.includes(`"${key}"`)
  }

  /** The session if anybody asked for it, and what it holds is to be kept. */
  get openedSession(): Session | undefined {
    return this.#keepsSession ? this.#session : undefined
  }

  /**
   * Opens the session's cookie before anything of the site runs: `session` itself cannot wait. Called by the server,
   * except for what it refuses at sight: such a request's session is empty and is not kept.
   *
   * @param hasCookie whether there is any cookie to look at
   * @returns a promise, which does not reject, only for a cookie that was not met before
   */
  prepareSession(hasCookie: boolean): Promise<void> | undefined {
    this.#keepsSession = true
    if (!hasCookie) return undefined
    const { cookie } = this.raw.headers
    const name = this.app.settings.session.cookie
    if (cookie === undefined || !cookie.includes(name)) return undefined
    const opened = this.#host.sessions.prepare(this.cookies[name])
    if (opened instanceof Promise) {
      return opened.then((value) => {
        this.#opened = value
      })
    }
    this.#opened = opened
    return undefined
  }

  /** What the session holds is not to be kept: writing it has failed. Called by the server. */
  forgetSession(): void {
    this.#keepsSession = false
  }

  /** What the body was read as, and what came of it, if anybody asked for it: most often a promise. */
  get openedBody():
    | { readonly reader: string; readonly result: unknown; readonly value: unknown }
    | undefined {
    return this.#body?.outcome
  }

  /** An absolute URL for a path of this site, from `settings.siteUrl` if that is set. */
  absolute(path: string, query?: QueryInput): string {
    return this.#origin() + path + formatQuery(query)
  }

  /**
   * The body as JSON. On a route with a `body` schema it is the checked value.
   *
   * @throws 400 with the line and column of a mistake, 413, 415
   */
  async json(): Promise<Body> {
    return (this.body === undefined ? await this.#reading().json() : this.body) as Body
  }

  /** The body as text, in the charset it names. */
  text(): Promise<string> {
    return this.#reading().text()
  }

  bytes(): Promise<Buffer> {
    return this.#reading().bytes()
  }

  /** A url-encoded or multipart form. Keys are plain text: `a[$gt]` is a key like any other. */
  form(): Promise<Form> {
    return this.#reading().form()
  }

  /** The files of a multipart form one by one as they arrive, for what is too large to be spooled. */
  files(): IncomingFiles {
    return this.#reading().files()
  }

  /** The text of a template, with all that `templ()` would give it: for a mail, a fragment. */
  render(name: TemplateName, context: Readonly<Record<string, unknown>> = {}): string | Promise<string> {
    return this.#host.render(this as Request, name, context)
  }

  /**
   * Accepts a WebSocket. What the session holds so far goes out with the answer; what is put there later is not kept.
   *
   * @throws 426 when the client did not ask for an upgrade, 400 when it asked in a wrong way
   */
  async websocket(options: WebSocketOptions = {}): Promise<WebSocketConnection> {
    if (this.raw.headers.upgrade?.toLowerCase() !== 'websocket') throw notUpgrade()
    const wasHijacked = this.#hijacked
    this.#hijacked = true
    try {
      return await this.#host.upgrade(this as Request, options, this.#limits)
    } catch (error) {
      this.#hijacked = wasHijacked
      throw error
    }
  }

  /** Takes the socket itself; what the view returns is then of no interest to anybody. */
  hijack(): Hijacked {
    this.#hijacked = true
    return { request: this.raw, response: this.#response, socket: this.raw.socket }
  }

  /** Whether `hijack()` or `websocket()` took the socket. */
  get hijacked(): boolean {
    return this.#hijacked
  }

  /**
   * Aborts when nobody waits for the answer any more: the client has gone, or the view took longer than its timeout.
   * For `fetch` and whatever else takes a signal.
   */
  get signal(): AbortSignal {
    return this.#ending.signal
  }

  /** Runs a function of a module in a thread; the thread is stopped when `signal` aborts. */
  get offload(): Offload {
    const { threads } = this.#host
    return ((module: URL | string, fn: string, ...args: unknown[]) =>
      threads.run(module, fn, args, this.signal)) as Offload
  }

  /** Nobody waits for the answer any more. Called by the server. */
  abort(reason: Error): void {
    this.#ending.abort(reason)
  }

  /** Ends what the request holds beside memory. Called by the server when the answer is out. */
  dispose(): void {
    this.#body?.dispose()
    this.#end?.dispose()
  }

  get #ending(): RequestEnd {
    return (this.#end ??= new RequestEnd(this.raw.socket))
  }

  #reading(): RequestBody {
    return (this.#body ??= new RequestBody(this.raw, this.#limits))
  }

  #origin(): string {
    const { siteUrl } = this.app.settings
    if (siteUrl !== undefined) return siteUrl
    return `${this.secure ? 'https' : 'http'}://${this.host || 'localhost'}`
  }
}
