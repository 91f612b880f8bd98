import { STATUS_CODES } from 'node:http'
import { inspect } from 'node:util'
import { highlightLine } from '../../debug/index.ts'
import { HttpResponse, html, type Request } from '../../http/index.ts'
import {
  APP_PREFIX,
  HOLD_COOKIE,
  recordPath,
  toolbarOf,
  type PanelSite,
  type RequestRecord,
  type ToolbarPanel,
} from '../../toolbar/index.ts'

type Values = Readonly<Record<string, unknown>>

/** One panel of one request. */
export async function panelPage(
  request: Request,
  record: RequestRecord,
  panel: ToolbarPanel,
  more: (record: RequestRecord) => Promise<Values> = async () => ({}),
): Promise<HttpResponse> {
  const { panels, apps, place } = toolbarOf(request.app)
  const site: PanelSite = { app: request.app, apps, place }
  const collected = record.panels.get(panel.id)
  const page = {
    record,
    panel,
    nav: panels.map((one) => navItem(one, record, panel)),
    ...links(request, record),
  }
  try {
    const own = await panel.show?.(record, site, collected)
    return render(request, panel.template, { collected, ...own, ...(await more(record)), ...page })
  } catch (error) {
    // A panel of the site's own that is broken must leave the others to be looked at.
    request.log.error({ err: error }, `The toolbar's panel "${panel.id}" failed`)
    return render(request, 'tao-toolbar:panels/failed.html', { failure: inspect(error), ...page })
  }
}

/** The last requests. `?from=` names the one that was looked at before. */
export function historyPage(request: Request): HttpResponse {
  const { history, panels } = toolbarOf(request.app)
  const record = history.find(request.query.get('from') ?? '')
  return render(request, 'tao-toolbar:history.html', {
    record,
    records: history.list(),
    holds: request.cookies[HOLD_COOKIE] === '1',
    size: request.app.settings.toolbar.history,
    nav: record ? panels.map((one) => navItem(one, record, undefined)) : [],
    ...links(request, record),
  })
}

/** For a request that is remembered no more: the ring is small, and a restart empties it. */
export function gonePage(request: Request): HttpResponse {
  const response = render(request, 'tao-toolbar:gone.html', { nav: [], ...links(request, undefined) })
  response.status = 404
  return response
}

function navItem(panel: ToolbarPanel, record: RequestRecord, current: ToolbarPanel | undefined): Values {
  const { id, title } = panel
  return {
    title,
    href: `${recordPath(record)}/${id}`,
    badge: badgeOf(panel, record),
    current: panel === current,
    alert: id === 'exceptions' && record.failures.length > 0,
  }
}

function badgeOf(panel: ToolbarPanel, record: RequestRecord): string | number | undefined {
  try {
    return panel.badge?.(record, record.panels.get(panel.id))
  } catch {
    return '!'
  }
}

/** The requests before and after, and what every page has. */
function links(request: Request, record: RequestRecord | undefined): Values {
  const records = toolbarOf(request.app).history.list()
  const at = record ? records.indexOf(record) : -1
  return {
    base: APP_PREFIX,
    path: record && recordPath(record),
    newer: at > 0 ? records[at - 1] : undefined,
    older: at >= 0 ? records[at + 1] : undefined,
    newest: records[0],
    remembered: records.length,
    reason: record && STATUS_CODES[record.status],
    statusClass,
    duration,
    time,
    highlight,
    static: (file: string) => request.app.static(file),
  }
}

/**
 * The engine is asked directly: the site's context processors are for its own pages, and may ask the database for who
 * is logged in.
 */
function render(request: Request, template: string, values: Values): HttpResponse {
  return html(request.app.templ.render(template, { ...values }))
}

function statusClass({ status, failures }: RequestRecord): string {
  if (status >= 500 || (status === 0 && failures.length > 0)) return 'bad'
  if (status >= 400) return 'poor'
  if (status >= 300) return 'moved'
  return status === 0 ? 'open' : 'good'
}

function duration(ms: number): string {
  if (ms >= 10_000) return `${(ms / 1000).toFixed(1)} s`
  if (ms >= 100) return `${Math.round(ms)} ms`
  return `${ms.toFixed(ms < 1 ? 2 : 1)} ms`
}

function time(at: number): string {
  return new Date(at).toTimeString().slice(0, 8)
}

/** A value's text with its words coloured, as HTML. */
function highlight(text: string): string {
  return text
    .split('\n')
    .map((line) => highlightLine(line, 'value.js').text)
    .join('\n')
}
