import type { ErrorReport } from '../debug/index.ts'
import type { MiddlewareOwner, RequestRoute } from '../http/index.ts'

/** What a span of time was spent on. */
export type SpanKind = 'middleware' | 'view' | 'database' | 'template'

/** Times are milliseconds from the request's first line. */
export interface Span {
  readonly kind: SpanKind
  readonly name: string
  readonly start: number
  end: number
  /** Spans around it. */
  readonly depth: number
  failed: boolean
}

/** One middleware on a request's way. */
export interface MiddlewareRun {
  readonly name: string
  readonly owner: MiddlewareOwner
  // oxlint-disable-next-line typescript/no-explicit-any -- only its place in the source is asked for
  readonly fn: (...args: any[]) => unknown
  readonly span: Span
  /** Whether it went on, or answered itself. */
  wentOn: boolean
}

export interface QueryRun {
  readonly command: string
  readonly database: string
  readonly collection: string | undefined
  readonly span: Span
  /** The command as text, secrets masked. */
  readonly text: string
  /** In words: `12 documents`, `1 changed`. */
  readonly outcome: string
  readonly failure: string | undefined
  /** Alike for commands that differ in nothing but their values. */
  readonly shape: string
  /** Its stack leads to the line that sent it. */
  readonly origin: Error
  /** The command in BSON, for `explain`; `undefined` for what cannot be explained, or is too large to be kept. */
  readonly bson: Uint8Array | undefined
}

export interface TemplatePart {
  readonly name: string
  readonly file: string
  readonly from: string
  readonly how: 'extends' | 'include'
  times: number
}

export interface TemplateRun {
  readonly name: string
  readonly file: string
  readonly span: Span
  readonly parts: readonly TemplatePart[]
  /** The values it was given, by name, as text. */
  readonly context: readonly Field[]
}

/** A name and a value as they are shown: secrets are masked. */
export interface Field {
  readonly name: string
  readonly value: string
}

export interface LogLine {
  readonly level: number
  /** Milliseconds from the request's first line. */
  readonly at: number
  readonly message: string
  readonly fields: readonly Field[]
}

/** Something that was thrown. */
export interface Failure {
  readonly report: ErrorReport
  /** `the view`, `the middleware logIn` */
  readonly from: string
}

/** How the browser asked, as far as its headers tell. */
export type RequestKind = 'page' | 'fetch' | 'frame' | 'other'

/** All that is remembered of one request. */
export interface RequestRecord {
  readonly id: string
  readonly requestId: string
  /** Milliseconds since 1970. */
  readonly at: number
  /** The same moment by `performance.now()`. */
  readonly startedAt: number
  readonly method: string
  /** Path and query, secrets masked. */
  readonly url: string
  readonly path: string
  readonly kind: RequestKind
  readonly route: RequestRoute | undefined
  readonly spans: Span[]
  readonly middleware: MiddlewareRun[]
  readonly queries: QueryRun[]
  readonly templates: TemplateRun[]
  readonly logs: LogLine[]
  readonly failures: Failure[]
  /** How much was left out since there was too much of it. */
  dropped: number
  /** 0 until there is an answer. */
  status: number
  /** To the answer's last byte, or, while it is under way, to its being handed over. */
  ms: number
  type: string | undefined
  location: string | undefined
  /** The redirect was shown in place of being followed. */
  held: boolean
  /** The answer is out. */
  done: boolean
  readonly incoming: Incoming
  outgoing: readonly Field[]
  body: BodyRecord | undefined
  session: readonly Field[] | undefined
  /** Who was logged in when the answer was out. */
  user: readonly Field[] | undefined
  /** By the panel's id: what it collected. */
  readonly panels: Map<string, unknown>
}

export interface Incoming {
  readonly ip: string
  readonly headers: readonly Field[]
  readonly params: readonly Field[]
  readonly query: readonly Field[]
  readonly cookies: readonly Field[]
}

export interface BodyRecord {
  /** How the view read it: `form`, `json`, `text` ... */
  readonly reader: string
  readonly fields: readonly Field[]
}

/** The bounds of one record's lists. */
export const most = { spans: 2000, queries: 300, templates: 200, logs: 300, failures: 20 } as const

/** Appends to one of a record's lists while there is room. */
export function keep<List extends keyof typeof most>(
  record: RequestRecord,
  list: List,
  item: RequestRecord[List][number],
): void {
  const items = record[list] as (typeof item)[]
  if (items.length < most[list]) items.push(item)
  else record.dropped++
}
