import { inspect } from 'node:util'
import { masked, maskDeep, maskValue } from './mask.ts'
import type { PageInfo, QueryInfo } from './page-info.ts'

export interface Row {
  name: string
  value: string
  /** Shown beside the value: a time, a failure. */
  note?: string | undefined
  failed?: boolean | undefined
}

/** A titled table under the error: the same ones on the page, in Markdown and in JSON. */
export interface Section {
  id: string
  title: string
  rows: Row[]
}

/** What is known of the request, as tables with every secret masked. Tables with nothing in them are left out. */
export function sectionsOf(info: PageInfo): Section[] {
  const { request, route } = info
  const sections: Section[] = [
    {
      id: 'request',
      title: 'Request',
      rows: defined({
        method: request?.method,
        url: request && maskQuery(request.url),
        id: request?.id,
        ip: request?.ip,
      }),
    },
    { id: 'params', title: 'Path parameters', rows: fields(request?.params) },
    { id: 'query', title: 'Query', rows: fields(request?.query) },
    { id: 'form', title: 'Form', rows: fields(request?.form) },
    { id: 'body', title: 'Body', rows: bodyRows(request?.body) },
    {
      id: 'route',
      title: 'Route',
      rows: defined({
        route: route && `${route.method} ${route.path}`,
        name: route?.name,
        app: route?.app,
        view: route?.view,
        middleware: route?.middleware?.length ? route.middleware.join(' → ') : undefined,
      }),
    },
    { id: 'session', title: 'Session', rows: fields(info.session) },
    { id: 'database', title: 'Database commands', rows: (info.queries ?? []).map(queryRow) },
    { id: 'headers', title: 'Headers', rows: fields(request?.headers) },
    { id: 'cookies', title: 'Cookies', rows: fields(request?.cookies, true) },
    { id: 'versions', title: 'Versions', rows: defined(info.versions ?? {}) },
  ]
  return sections.filter(({ rows }) => rows.length > 0)
}

function defined(values: Readonly<Record<string, string | undefined>>): Row[] {
  return Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]))
}

/** Cookies are secrets whatever their names: one of them is the session. */
function fields(value: unknown, secret = false): Row[] {
  if (typeof value !== 'object' || value === null) return []
  return entriesOf(value).flatMap(([name, item]) => {
    if (item === undefined || typeof item === 'function') return []
    return [{ name, value: secret ? masked : show(name, item) }]
  })
}

function bodyRows(body: unknown): Row[] {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return fields(body)
  return body === undefined ? [] : [{ name: 'value', value: show('value', body) }]
}

function entriesOf(value: object): [string, unknown][] {
  if (typeof (value as { entries?: unknown }).entries === 'function') {
    return [...(value as URLSearchParams).entries()]
  }
  return Object.entries(value)
}

function show(name: string, value: unknown): string {
  if (typeof value === 'string') return maskValue(name, value)
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) {
    return maskValue(name, value.join(', '))
  }
  return maskValue(name, print(value))
}

function print(value: unknown): string {
  return inspect(maskDeep(value), { depth: 6, breakLength: 100, maxStringLength: 2000, maxArrayLength: 50 })
}

function maskQuery(url: string): string {
  return url.replace(/([?&])([^=&]+)=([^&]*)/g, (_all, before: string, name: string, value: string) => {
    return `${before}${name}=${maskValue(name, value)}`
  })
}

function queryRow(query: QueryInfo): Row {
  const failure = failureText(query.failure)
  return {
    name: query.collection === undefined ? query.command : `${query.collection}.${query.command}`,
    value: query.document === undefined ? '' : show('document', query.document),
    note: [`${query.ms.toFixed(1)} ms`, query.outcome || undefined, failure, query.place]
      .filter((part) => part !== undefined)
      .join(' · '),
    failed: failure !== undefined,
  }
}

function failureText(failure: unknown): string | undefined {
  if (failure === undefined || failure === null) return undefined
  if (failure instanceof Error) return failure.message
  return typeof failure === 'string' ? failure : print(failure)
}
