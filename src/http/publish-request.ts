import { requestEvents } from '../base/events.ts'
import type { Request } from './request.ts'
import type { HttpResponse } from './response.ts'

/**
 * Tells whoever listens that a request is over. Ask `requestEvents.hasSubscribers` first: mostly nobody does.
 *
 * @param headers names and values by turns, of those that are not on the response itself
 */
export function publishRequest(
  request: Request,
  status: number,
  response: HttpResponse | undefined,
  headers: readonly string[],
): void {
  const { id, method, path, route, startedAt } = request
  requestEvents.publish({
    id,
    method,
    path,
    route: route?.name,
    app: route?.app,
    status,
    ms: performance.now() - startedAt,
    request,
    response,
    headers,
  })
}
