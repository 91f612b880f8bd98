import type { RouteTable } from '../routing/index.ts'
import { MethodNotAllowed, NotFound } from './http-error.ts'
import { HttpResponse } from './response.ts'
import type { View } from './view.ts'

/** The view of what no route answers: 404, or 405 with the methods the path does have; OPTIONS tells them. */
export function makeFallbackView(table: RouteTable): View {
  return (request) => {
    const resolution = table.resolve(request.method, request.path)
    const allowed = resolution.entry ? [] : resolution.allowed
    if (allowed.length === 0) throw new NotFound()
    if (request.method !== 'OPTIONS') throw new MethodNotAllowed(allowed)
    return new HttpResponse(undefined, {
      status: 204,
      headers: { allow: [...allowed, 'OPTIONS'].join(', ') },
    })
  }
}
