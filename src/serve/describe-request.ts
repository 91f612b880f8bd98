import { relative } from 'node:path'
import { formatPlace, type Place } from '../base/errors.ts'
import { taoVersion } from '../base/version.ts'
import type { PageInfo, QueryInfo } from '../debug/index.ts'
import { viewWithin, type Request, type View } from '../http/index.ts'
import { functionPlace } from '../project/index.ts'
import { queryPlace, type findRecord, type RequestRecord } from '../toolbar/index.ts'

export type FindRecord = typeof findRecord

/**
 * What the page for an error says of the request.
 * @param record what the toolbar took down of it so far
 * @param root the project's folder
 */
export function describeRequest(
  request: Request,
  record: RequestRecord | undefined,
  root: string,
): Omit<PageInfo, 'root'> {
  const { method, path, raw, id, params } = request
  return {
    request: {
      method,
      url: raw.url ?? path,
      id,
      ip: attempt(() => request.ip),
      headers: raw.headers,
      params,
      query: attempt(() => request.query),
      ...attempt(() => describeBody(request)),
      cookies: attempt(() => request.cookies),
    },
    route: describeRoute(request, record, root),
    session: attempt(() => Object.fromEntries(Object.entries(request.session))),
    queries: record?.queries.map((query) => describeQuery(query, root)),
    versions: { node: process.version, tao1: taoVersion() },
  }
}

function describeRoute(
  { app, route }: Request,
  record: RequestRecord | undefined,
  root: string,
): PageInfo['route'] {
  if (route === undefined) return undefined
  const view = app.routes.entries.find((entry) => entry === route)?.view as View | undefined
  const place = view && attempt(() => functionPlace(viewWithin(view)))
  return {
    method: route.methods.join(' '),
    path: route.path,
    name: route.name,
    app: route.app,
    view: [view?.name, place && shortPlace(place, root)].filter((part) => part).join(', ') || undefined,
    middleware: record?.middleware.map(({ name }) => name),
  }
}

/** A body that was read by the view, or for it: looking must not be the first to read. */
function describeBody({ openedBody }: Request): { form?: unknown; body?: unknown } {
  const value = openedBody?.value
  if (value === undefined) return {}
  if (openedBody?.reader === 'form') return { form: describeFields(value as Iterable<Field>) }
  return { body: value instanceof Uint8Array ? `${value.byteLength} bytes` : value }
}

type Field = [name: string, value: string | { name: string; type: string; size: number }]

/** A field that came several times is shown as a list; a file by what it is called. */
function describeFields(form: Iterable<Field>): Map<string, string | string[]> {
  const fields = new Map<string, string | string[]>()
  for (const [name, value] of form) {
    const text = typeof value === 'string' ? value : `${value.name} (${value.type}, ${value.size} bytes)`
    const before = fields.get(name)
    fields.set(name, before === undefined ? text : [before, text].flat())
  }
  return fields
}

function describeQuery(query: RequestRecord['queries'][number], root: string): QueryInfo {
  const { command, collection, database, text, outcome, failure, span } = query
  const place = queryPlace(query, root)
  return {
    command,
    collection,
    database,
    document: text,
    ms: span.end - span.start,
    outcome,
    failure,
    place: place && shortPlace(place, root),
  }
}

function shortPlace({ file, line }: Place, root: string): string {
  const path = relative(root, file)
  return formatPlace({ file: path.startsWith('..') ? file : path.replaceAll('\\', '/'), line })
}

/** What failed may be the very thing that is to be shown. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
