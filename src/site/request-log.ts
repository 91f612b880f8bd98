import { requestEvents } from '../base/events.ts'
import type { App, Request } from '../http/index.ts'

/** Writes a line for each request that this app answers. @returns a function that ends it */
export function watchRequests(app: App): () => void {
  return requestEvents.subscribe(({ request, method, path, status, ms }) => {
    const { log, app: owner } = request as Request
    // Events are the process's; another site in it has a log of its own.
    if (owner !== app) return
    log.info({ method, path, status, ms: Math.round(ms * 10) / 10 }, `${method} ${path} ${status}`)
  })
}
