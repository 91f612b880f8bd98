import { createError, type ErrorFactory } from '../base/errors.ts'

export const badViewResult: ErrorFactory<[view: string, what: string]> = createError(
  'TAO_VIEW_RESULT',
  (view: string, what: string) => `The view ${view} returned ${what}, which is no answer.`,
)

export const badRouteCall: ErrorFactory<[what: string]> = createError(
  'TAO_ROUTE_CALL',
  (what: string) => what,
)

export const nextTwice: ErrorFactory<[]> = createError(
  'TAO_MIDDLEWARE_NEXT_TWICE',
  () => 'A middleware called next() twice for one request.',
)

export const badMiddleware: ErrorFactory<[where: string, what: string]> = createError(
  'TAO_MIDDLEWARE_INVALID',
  (where: string, what: string) => `${where} holds ${what} where a middleware should stand.`,
)

export const badRedirect: ErrorFactory<[target: string]> = createError(
  'TAO_REDIRECT_TARGET',
  (target: string) =>
    `redirect(${JSON.stringify(target.slice(0, 100))}) is neither the name of a route nor a path of this site.`,
  { status: 400 },
)

export const bodyTaken: ErrorFactory<[by: string, wanted: string]> = createError(
  'TAO_BODY_TAKEN',
  (by: string, wanted: string) => `request.${wanted}() was called after request.${by}() had read the body.`,
)

export const badSchema: ErrorFactory<[route: string, part: string, why: string]> = createError(
  'TAO_ROUTE_SCHEMA',
  (route: string, part: string, why: string) => `The ${part} schema of ${route} cannot be compiled: ${why}.`,
)

export const badResponse: ErrorFactory<[route: string, why: string]> = createError(
  'TAO_RESPONSE_SCHEMA',
  (route: string, why: string) => `The answer of ${route} does not fit its response schema: ${why}.`,
)

export const notUpgrade: ErrorFactory<[]> = createError(
  'TAO_WEBSOCKET_EXPECTED',
  () => 'This address speaks WebSocket: the request has to ask for an upgrade.',
  { status: 426 },
)

export const badEvent: ErrorFactory<[why: string]> = createError(
  'TAO_EVENT',
  (why: string) => `An event cannot be sent: ${why}.`,
)

export const unsendable: ErrorFactory<[what: string]> = createError(
  'TAO_WEBSOCKET_MESSAGE',
  (what: string) => `A message was ${what}, which is neither text nor bytes and has no JSON.`,
)

export const badCloseCode: ErrorFactory<[code: string]> = createError(
  'TAO_WEBSOCKET_CLOSE_CODE',
  (code: string) => `A WebSocket cannot be closed with the code ${code}.`,
)

export const badCloseReason: ErrorFactory<[bytes: number]> = createError(
  'TAO_WEBSOCKET_CLOSE_REASON',
  (bytes: number) => `The reason for closing a WebSocket has ${bytes} bytes; there is room for 123.`,
)

export const badFilePath: ErrorFactory<[path: string, why: string]> = createError(
  'TAO_FILE',
  (path: string, why: string) => `file(${JSON.stringify(path)}) cannot be sent: ${why}.`,
)

export const badCacheOptions: ErrorFactory<[what: string]> = createError(
  'TAO_CACHE_OPTIONS',
  (what: string) => `cache() got ${what}.`,
)
