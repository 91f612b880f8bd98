import type { Decorator, HttpResponse, Request } from '../http/index.ts'
import { holdRedirect, isToBeHeld } from './held-redirect.ts'
import { insertIntoPage, isWholePage } from './insert-into-page.ts'
import { pageNonce } from './page-nonce.ts'
import type { RequestRecord } from './record.ts'
import type { Recorder } from './recorder.ts'
import { rewriteBody } from './rewrite-body.ts'
import { splitTime } from './split-time.ts'
import { APP_NAME, recordPath, type Toolbar } from './toolbar.ts'

/**
 * Takes every answer down, and for those who may see the toolbar links it to its record: by a header, and on pages by
 * the handle. Whatever fails in it, the page goes out as it was.
 */
export function makeDecorator(recorder: Recorder, toolbar: Toolbar): Decorator {
  return (request, response) => {
    if (request.route?.app === APP_NAME) return
    try {
      const record = recorder.recordOf(request)
      recorder.answered(record, response)
      collect(toolbar, record, request, response)
      if (toolbar.mayBeSeenBy(request)) show(record, request, response)
    } catch (error) {
      request.log.error({ err: error }, 'The toolbar failed to look at this answer')
    }
  }
}

function collect({ panels }: Toolbar, record: RequestRecord, request: Request, response: HttpResponse): void {
  for (const panel of panels) {
    if (!panel.collect) continue
    try {
      record.panels.set(panel.id, panel.collect(request, response))
    } catch (error) {
      request.log.error({ err: error }, `The toolbar's panel "${panel.id}" failed to collect`)
    }
  }
}

function show(record: RequestRecord, request: Request, response: HttpResponse): void {
  const path = recordPath(record)
  if (isToBeHeld(record, request)) {
    holdRedirect(request, response, path)
    record.held = true
  }
  response.headers.set('x-tao-toolbar', path)
  response.headers.append('server-timing', serverTiming(record))
  if (isPage(response) && record.kind === 'page') {
    // Over plain http to another machine browsers do not say what they ask for; a script may be asking for a part.
    const isCertain = request.raw.headers['sec-fetch-dest'] !== undefined
    rewriteBody(response, (html) => {
      if (!isCertain && !isWholePage(html)) return html
      const nonce = pageNonce(response.headers.get('content-security-policy'), html)
      return insertIntoPage(html, handleElement(record, request.app.static(`${APP_NAME}/handle.js`), nonce))
    })
  }
}

function isPage({ headers }: HttpResponse): boolean {
  return /^\s*text\/html\b/i.test(headers.get('content-type') ?? '')
}

/** Browsers show it beside the request, and the handle learns from it of requests that a script made. */
function serverTiming(record: RequestRecord): string {
  const shares = splitTime(record).map(({ kind, ms }) => `${kind};dur=${ms.toFixed(1)}`)
  return [`tao-toolbar;desc="${record.id}"`, ...shares].join(', ')
}

function handleElement(record: RequestRecord, source: string, nonce: string | undefined): string {
  const summary = JSON.stringify({
    method: record.method,
    path: record.path,
    status: record.status,
    ms: Math.round(record.ms * 10) / 10,
    queries: record.queries.length,
    failures: record.failures.length,
    held: record.held,
  })
  const attributes = {
    src: source,
    'data-toolbar': recordPath(record),
    'data-summary': summary,
    ...(nonce !== undefined && { nonce }),
  }
  const text = Object.entries(attributes).map(([name, value]) => `${name}="${escapeAttribute(value)}"`)
  return `<script ${text.join(' ')} async></script>`
}

function escapeAttribute(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
}
