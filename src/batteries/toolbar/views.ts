import { readAsset } from '../../debug/index.ts'
import { HttpResponse, redirect, type Request } from '../../http/index.ts'
import { explainQuery, HOLD_COOKIE, toolbarOf, type RequestRecord } from '../../toolbar/index.ts'
import { explanationValues } from './explanation.ts'
import { gonePage, historyPage, panelPage } from './pages.ts'

/** The newest request, or the empty history. */
export function index(request: Request): HttpResponse {
  const [newest] = toolbarOf(request.app).history.list()
  return newest ? redirect('tao-toolbar:record', { id: newest.id }) : historyPage(request)
}

export function history(request: Request): HttpResponse {
  return historyPage(request)
}

/** The switches of the history: whether redirects are held, and the sponge. */
export async function change(request: Request): Promise<HttpResponse> {
  const form = await request.form()
  if (form.has('clear')) toolbarOf(request.app).history.clear()
  const response = redirect('tao-toolbar:history', {}, { query: back(request) })
  if (form.get('hold') === 'on') response.cookie(HOLD_COOKIE, '1')
  if (form.get('hold') === 'off') response.deleteCookie(HOLD_COOKIE)
  return response
}

export function record(request: Request<{ id: string }>): HttpResponse | Promise<HttpResponse> {
  const [first] = toolbarOf(request.app).panels
  return show(request, request.params.id, first!.id)
}

export function panel(request: Request<{ id: string; panel: string }>): HttpResponse | Promise<HttpResponse> {
  return show(request, request.params.id, request.params.panel)
}

/** The database panel, with the database's plan for one command in it. */
export function explain(
  request: Request<{ id: string; query: number }>,
): HttpResponse | Promise<HttpResponse> {
  const { id, query } = request.params
  return show(request, id, 'database', async (found) => {
    const run = found.queries[query]
    if (!run?.bson) return {}
    try {
      return explanationValues(query, await explainQuery(request.db, run))
    } catch (error) {
      return { explained: { index: query, failure: (error as Error).message } }
    }
  })
}

/** The colours and the source listings of the error page, which this app shares. */
export function debugCss(): HttpResponse {
  return new HttpResponse(readAsset('debug/page.css'), {
    headers: { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'no-cache' },
  })
}

function show(
  request: Request<{ id: string }>,
  id: string,
  panelId: string,
  more?: (record: RequestRecord) => Promise<Readonly<Record<string, unknown>>>,
): HttpResponse | Promise<HttpResponse> {
  const { history, panels } = toolbarOf(request.app)
  const found = history.find(id)
  const chosen = panels.find((one) => one.id === panelId)
  if (!found || !chosen) return gonePage(request)
  return panelPage(request, found, chosen, more)
}

/** Where the history was opened from, so that the way back is not lost. */
function back(request: Request): Record<string, string> {
  const from = request.query.get('from')
  return from === null ? {} : { from }
}
