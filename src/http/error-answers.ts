import { AppOff } from './app-off.ts'
import type { App } from './app.ts'
import { classifyError, type Fate } from './classify-error.ts'
import { errorFormat, plainErrorPage, jsonErrorResponse, type ErrorFormat } from './error-response.ts'
import { HttpResponse } from './response.ts'
import type { Request } from './request.ts'

/** Makes the development page of an error; given by the site, since debug/ stands above this folder. */
export type DevelopmentPage = (
  error: unknown,
  request: Request,
  fate: Fate,
  format: ErrorFormat,
) => HttpResponse | undefined

/** Milliseconds. */
const PATIENCE = 1000

export interface ErrorAnswers {
  /** The answer to what a request threw. It neither throws nor rejects; a promise only where its page has to wait. */
  answer(thrown: unknown, request: Request): HttpResponse | Promise<HttpResponse>
}

/**
 * Turns what was thrown into an answer: JSON for clients that ask for it, else the template `404`, `500` ...
 * of the app, or of the site, or a page of our own. What goes wrong on our side is logged, and of it the client hears no
 * more than the status, unless this is development.
 */
export function createErrorAnswers(app: App, developmentPage: DevelopmentPage | undefined): ErrorAnswers {
  return {
    answer(thrown, request) {
      const fate = classifyError(thrown)
      logError(fate, request)
      const { headers } = request.raw
      const format = errorFormat(headers.accept, headers['content-type'])
      const response =
        (developmentPage && !(fate.error instanceof AppOff)
          ? attempt(() => developmentPage(thrown, request, fate, format), request)
          : undefined) ?? (format === 'json' ? jsonErrorResponse(fate, request.id) : page(app, fate, request))
      return response instanceof Promise ? response.then(varied) : varied(response)
    },
  }
}

function varied(response: HttpResponse): HttpResponse {
  response.headers.addToList('vary', 'Accept')
  return response
}

function page(app: App, fate: Fate, request: Request): HttpResponse | Promise<HttpResponse> {
  const names = [request.route?.app && `${request.route.app}:${fate.status}`, String(fate.status)]
  const name = names.find((candidate) => candidate && attempt(() => app.templ.has(candidate), request))
  if (!name) return plainErrorPage(fate, request.id)
  const rendered = attempt(
    () => request.render(name, { status: fate.status, message: fate.message, requestId: request.id }),
    request,
  )
  const answer = (text: string | undefined): HttpResponse => {
    if (text === undefined) return plainErrorPage(fate, request.id)
    const response = new HttpResponse(text, { status: fate.status, headers: fate.headers })
    response.headers.set('content-type', 'text/html; charset=utf-8')
    return response
  }
  return rendered instanceof Promise ? inTime(rendered, request).then(answer) : answer(rendered)
}

/** Context processors may be what failed, or ask a database that is away: they are not waited for long. */
async function inTime(rendered: Promise<string>, request: Request): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`Its context processors took longer than ${PATIENCE} ms.`)),
      PATIENCE,
    )
  })
  try {
    return await Promise.race([rendered, late])
  } catch (error) {
    logBrokenPage(error, request)
    return undefined
  } finally {
    clearTimeout(timer)
  }
}

function logError({ status, error, message }: Fate, request: Request): void {
  const about = { status, method: request.method, path: request.path }
  if (error instanceof AppOff) request.log.debug(about, 'An app that is off was asked for')
  else if (status === 503) request.log.warn({ ...about, reason: (error as Error).message }, message)
  else if (status >= 500)
    request.log.error({ ...about, err: error }, `${request.method} ${request.path} failed`)
  else request.log.debug({ ...about, reason: message }, `${request.method} ${request.path} refused`)
}

function attempt<T>(make: () => T, request: Request): T | undefined {
  try {
    return make()
  } catch (error) {
    logBrokenPage(error, request)
    return undefined
  }
}

function logBrokenPage(error: unknown, request: Request): void {
  request.log.error({ err: error }, 'The page for an error failed itself')
}
