import { requestEvents } from '../base/events.ts'
import type { App, Request } from '../http/index.ts'

/** Writes a line for each request that this app answers. @returns a function that ends it */
export function watchRequests(app: App): () => void {
  return requestEvents.subscribe(({ id, request, method, path, status, ms }) => {
    // Events are the process's; another site in it has a log of its own.
    if ((request as Request).app !== app) return
    const rounded = Math.round(ms * 10) / 10
    app.log.info(
      { requestId: id, method, path, status, ms: rounded },
      `${method} ${path} ${status} in ${rounded} ms`,
    )
  })
}
