import { requestEvents } from '../base/events.ts'
import type { App, Request } from '../http/index.ts'

/**
 * Writes a line for each request that this app answers.
 *
 * @param apart an app whose pages and files the log is not read for: the toolbar's
 * @returns a function that ends it
 */
export function watchRequests(app: App, apart: string | undefined): () => void {
  const files = apart === undefined ? undefined : `${app.settings.static.url}${apart}/`
  return requestEvents.subscribe(({ id, request, method, path, app: of, status, ms }) => {
    // Events are the process's; another site in it has a log of its own.
    if ((request as Request).app !== app) return
    if (files !== undefined && (of === apart || path.startsWith(files))) return
    const rounded = Math.round(ms * 10) / 10
    app.log.info(
      { requestId: id, method, path, status, ms: rounded },
      `${method} ${path} ${status} in ${rounded} ms`,
    )
  })
}
