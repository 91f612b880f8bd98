import { STATUS_CODES } from 'node:http'
import type { HttpResponse, Request } from '../http/index.ts'
import type { RequestRecord } from './record.ts'
import { PAGE_POLICY } from './page-policy.ts'
import { APP_NAME, APP_PREFIX } from './toolbar.ts'

/** The cookie of the switch. A cookie, since the memory of a server ends with each reload. */
export const HOLD_COOKIE = 'tao_toolbar_hold'

/** Whether an answer is a redirect that a browser would follow unseen, and its user wants to see. */
export function isToBeHeld(record: RequestRecord, request: Request): boolean {
  const { status, location, kind, method } = record
  if (location === undefined || kind !== 'page' || request.cookies[HOLD_COOKIE] !== '1') return false
  // 307 and 308 send the form again, which a link cannot.
  return [301, 302, 303].includes(status) || ([307, 308].includes(status) && method === 'GET')
}

/** Shows a redirect in place of making it; its cookies and other headers go out as they are. */
export function holdRedirect(request: Request, response: HttpResponse, path: string): void {
  const { headers, status } = response
  const location = headers.get('location')!
  response.body = request.app.templ.render(`${APP_NAME}:held.html`, {
    location,
    // A link of another kind would run in this page when it is clicked.
    safe: /^(?:https?:|[^:]*$|[^:]*[/?#])/i.test(location.trim()),
    status,
    reason: STATUS_CODES[status],
    method: request.method,
    url: request.path,
    path,
    base: APP_PREFIX,
  })
  response.status = 200
  headers.delete('location')
  headers.delete('content-length')
  headers.delete('content-encoding')
  headers.set('content-type', 'text/html; charset=utf-8')
  headers.set('cache-control', 'no-store')
  headers.set('content-security-policy', PAGE_POLICY)
}
