/** What a page of tao's own for developers may know of the request it answers. All of it is optional but the project's folder. */
export interface PageInfo {
  /** The project's folder. */
  root: string
  /** The answer's status; the error's own when left out. */
  status?: number | undefined
  request?: RequestInfo | undefined
  route?: RouteInfo | undefined
  session?: unknown
  /** The database commands of this request so far. */
  queries?: readonly QueryInfo[] | undefined
  /** Name and version of what runs: node, tao1, ... */
  versions?: Readonly<Record<string, string | undefined>> | undefined
  /** For the page's own style and script, where the answer's Content-Security-Policy asks for one. */
  nonce?: string | undefined
  /** Which editor links open; `TAO_EDITOR`. */
  editor?: string | undefined
}

export interface RequestInfo {
  method: string
  /** As it was asked for: path and query. */
  url: string
  id?: string | undefined
  ip?: string | undefined
  headers?: Readonly<Record<string, string | readonly string[] | undefined>> | undefined
  params?: unknown
  query?: unknown
  form?: unknown
  /** What was read of a body that is no form: a JSON value, text. */
  body?: unknown
  cookies?: Readonly<Record<string, string | undefined>> | undefined
}

export interface RouteInfo {
  method: string
  path: string
  name?: string | undefined
  app?: string | undefined
  /** The view's name and its `file:line`. */
  view?: string | undefined
  middleware?: readonly string[] | undefined
}

export interface QueryInfo {
  command: string
  collection?: string | undefined
  database?: string | undefined
  /** The command, or its text with secrets masked. */
  document?: unknown
  ms: number
  /** In words: `12 documents`. */
  outcome?: string | undefined
  /** `file:line` of the project that sent it. */
  place?: string | undefined
  failure?: unknown
}
