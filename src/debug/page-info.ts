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
  cookies?: Readonly<Record<string, string | undefined>> | undefined
}

export interface RouteInfo {
  method: string
  path: string
  name?: string | undefined
  app?: string | undefined
  /** `file:line` of the view. */
  view?: string | undefined
  middleware?: readonly string[] | undefined
}

export interface QueryInfo {
  command: string
  collection?: string | undefined
  database?: string | undefined
  document?: unknown
  ms: number
  failure?: unknown
}
