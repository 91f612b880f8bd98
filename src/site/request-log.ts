import { requestEvents, type RequestEvent } from '../base/events.ts'
import { HttpResponse, type App, type Request } from '../http/index.ts'

/**
 * Writes a line for each request that this app answers.
 *
 * @param apart an app whose pages and files the log is not read for: the toolbar's
 * @returns a function that ends it
 */
export function watchRequests(app: App, apart: string | undefined): () => void {
  const files = apart === undefined ? undefined : `${app.settings.static.url}${apart}/`
  const describe = app.settings.debug ? describeForPerson : describeForRecord
  return requestEvents.subscribe((event) => {
    // Events are the process's; another site in it has a log of its own.
    if ((event.request as Request).app !== app) return
    const { method, path, status } = event
    if (files !== undefined && (event.app === apart || path.startsWith(files))) return
    const ms = Math.round(event.ms * 10) / 10
    app.log.info(describe(event, ms), `${method} ${path} ${status} in ${ms} ms`)
  })
}

function describeForPerson({ id, method, path, status }: RequestEvent, ms: number): object {
  return { requestId: id, method, path, status, ms }
}

/** The path without its query, which may hold what is no business of a log. */
function describeForRecord(event: RequestEvent, ms: number): object {
  const request = event.request as Request
  return {
    ...describeForPerson(event, ms),
    ip: request.ip,
    bytes: bytesOf(event),
    userAgent: request.raw.headers['user-agent'],
  }
}

/** Of the body; unknown for a stream that did not say. */
function bytesOf({ method, response }: RequestEvent): number | undefined {
  if (!(response instanceof HttpResponse)) return undefined
  const { body, headers, status } = response
  if (method === 'HEAD' || status === 304 || status === 204) return 0
  if (typeof body === 'string') return Buffer.byteLength(body)
  if (body instanceof Uint8Array) return body.byteLength
  const length = headers.get('content-length')
  if (length !== null) return Number(length)
  return body === undefined ? 0 : undefined
}
