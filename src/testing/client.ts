import type { Db } from 'mongodb'
import { WebSocket } from 'ws'
import { WebSocketConnection, type App, type User } from '../http/index.ts'
import { findProject } from '../project/index.ts'
import { buildSite, type BuildOptions, type Site } from '../site/index.ts'
import { makeLoginCookie, userUnknown } from '../users/index.ts'
import { createCookieJar, type CookieJar } from './cookie-jar.ts'
import { openEvents, type EventReader } from './event-reader.ts'
import { encodeBody, type TestBody } from './request-body.ts'

export interface TestClientOptions extends Pick<
  BuildOptions,
  'mode' | 'env' | 'flags' | 'development' | 'logStream'
> {
  /** A folder of the project. Default: the current one. */
  root?: string | undefined
}

export interface TestRequest extends TestBody {
  headers?: Readonly<Record<string, string>>
  query?: Readonly<Record<string, string | number | boolean>>
  /** Go on to where a redirect points, ten times at most. */
  follow?: boolean
}

/**
 * The whole site in this process, with an empty database of its own and a browser's memory for cookies. Answers are
 * the web's `Response`.
 */
export interface TestClient extends AsyncDisposable {
  readonly site: Site
  readonly app: App
  readonly db: Db
  readonly cookies: CookieJar
  get(path: string, request?: TestRequest): Promise<Response>
  head(path: string, request?: TestRequest): Promise<Response>
  post(path: string, request?: TestRequest): Promise<Response>
  put(path: string, request?: TestRequest): Promise<Response>
  patch(path: string, request?: TestRequest): Promise<Response>
  delete(path: string, request?: TestRequest): Promise<Response>
  options(path: string, request?: TestRequest): Promise<Response>
  request(method: string, path: string, request?: TestRequest): Promise<Response>
  /**
   * Opens a WebSocket to a path, over a real socket.
   *
   * @throws Error with the status of an answer other than an upgrade
   */
  websocket(
    path: string,
    options?: { headers?: Readonly<Record<string, string>>; protocols?: string[] },
  ): Promise<WebSocketConnection>
  /**
   * Logs in without a login page: requests from now on are that user's.
   *
   * @param user a user of the site's, or the id of one
   * @throws TAO_USER_UNKNOWN, TAO_USER_ID
   */
  login(user: (User & object) | string): Promise<void>
  /** Forgets the session, and with it who is logged in. */
  logout(): void
  /**
   * Listens to server-sent events at a path, over a real socket.
   *
   * @throws Error with the status of another answer
   */
  events(path: string, options?: { headers?: Readonly<Record<string, string>> }): Promise<EventReader>
  /** The path of a named route. */
  url: App['url']
  close(): Promise<void>
}

/**
 * Builds the site for a test.
 *
 * @throws whatever the site's own files say wrong
 */
export async function testClient(options: TestClientOptions = {}): Promise<TestClient> {
  const { root = process.cwd(), flags, ...build } = options
  const site = await buildSite({
    mode: 'test',
    ...build,
    root: findProject(root).root,
    flags: { database: 'memory:', ...flags },
  })
  const cookies = createCookieJar()
  let listening: Promise<{ url: string }> | undefined

  const request = async (method: string, path: string, sent: TestRequest = {}): Promise<Response> => {
    const response = await send(site, cookies, method, path, sent)
    return sent.follow ? follow(site, cookies, response, sent) : response
  }
  const by =
    (method: string) =>
    (path: string, sent?: TestRequest): Promise<Response> =>
      request(method, path, sent)

  const close = (): Promise<void> => site.close({ deadline: 0 })
  return {
    site,
    app: site.app,
    get db() {
      return site.app.db
    },
    cookies,
    request,
    get: by('GET'),
    head: by('HEAD'),
    post: by('POST'),
    put: by('PUT'),
    patch: by('PATCH'),
    delete: by('DELETE'),
    options: by('OPTIONS'),
    url: site.app.url,
    async websocket(path, { headers = {}, protocols = [] } = {}) {
      const { url } = await (listening ??= site.listen({ host: '127.0.0.1', port: 0 }))
      const cookie = cookies.header()
      const sent = { host: 'localhost', ...(cookie && { cookie }), ...headers }
      return connect(url.replace('http', 'ws') + path, protocols, sent, cookies)
    },
    async login(user) {
      const found = typeof user === 'string' ? await site.users.findTyped(user) : user
      if (found === undefined)
        throw userUnknown(typeof user === 'string' ? user : '', site.users.where, { hint: site.users.hint })
      const { cookie } = site.settings.session
      cookies.take([await makeLoginCookie(site.sessions, found, cookies.get(cookie))])
    },
    logout() {
      cookies.delete(site.settings.session.cookie)
    },
    async events(path, { headers = {} } = {}) {
      const { url } = await (listening ??= site.listen({ host: '127.0.0.1', port: 0 }))
      const cookie = cookies.header()
      return openEvents(url + path, { host: 'localhost', ...(cookie && { cookie }), ...headers })
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

async function send(
  site: Site,
  cookies: CookieJar,
  method: string,
  path: string,
  sent: TestRequest,
): Promise<Response> {
  const { payload, type } = await encodeBody(sent)
  const cookie = cookies.header()
  const query = new URLSearchParams(
    Object.entries(sent.query ?? {}).map(([name, value]): [string, string] => [name, String(value)]),
  )
  const url = query.size === 0 ? path : `${path}${path.includes('?') ? '&' : '?'}${query.toString()}`
  const answer = await site.inject({
    method,
    url,
    headers: {
      host: 'localhost',
      ...(type && { 'content-type': type }),
      ...(cookie && { cookie }),
      ...sent.headers,
    },
    ...(payload !== undefined && { payload }),
  })
  const headers = new Headers()
  for (const [name, value] of Object.entries(answer.headers)) {
    for (const item of [value ?? []].flat()) headers.append(name, String(item))
  }
  cookies.take(headers.getSetCookie())
  const isBodyless = [101, 204, 205, 304].includes(answer.statusCode) || method === 'HEAD'
  return new Response(isBodyless ? null : answer.rawPayload, { status: answer.statusCode, headers })
}

async function follow(site: Site, cookies: CookieJar, first: Response, sent: TestRequest): Promise<Response> {
  let response = first
  for (let hops = 0; hops < 10; hops++) {
    const location = response.headers.get('location')
    if (response.status < 300 || response.status >= 400 || !location?.startsWith('/')) return response
    response = await send(site, cookies, 'GET', location, { ...(sent.headers && { headers: sent.headers }) })
  }
  throw new Error('The answer redirects more than ten times.')
}

async function connect(
  url: string,
  protocols: string[],
  headers: Record<string, string>,
  cookies: CookieJar,
): Promise<WebSocketConnection> {
  const raw = new WebSocket(url, protocols, { headers })
  raw.once('upgrade', (response) => cookies.take(response.headers['set-cookie'] ?? []))
  const connection = new WebSocketConnection(raw, {
    highWater: Infinity,
    maxWaiting: Infinity,
    maxUnsent: Infinity,
  })
  await new Promise<void>((resolve, reject) => {
    raw.once('open', resolve)
    raw.once('error', reject)
    raw.once('unexpected-response', (_request, response) => {
      response.resume()
      reject(new Error(`The upgrade was answered with ${response.statusCode}.`))
      raw.terminate()
    })
  })
  return connection
}
