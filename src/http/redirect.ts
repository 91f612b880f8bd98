import { didYouMean } from '../base/text.ts'
import {
  formatQuery,
  type LocalPath,
  type QueryInput,
  type RouteName,
  type UrlArguments,
} from '../routing/index.ts'
import { badRedirect } from './errors.ts'
import { HttpResponse, type AnswerContext, type ResponseOptions } from './response.ts'

export interface RedirectOptions extends ResponseOptions {
  query?: QueryInput
}

class RedirectResponse extends HttpResponse {
  readonly #target: string
  readonly #params: Readonly<Record<string, unknown>> | undefined
  readonly #query: QueryInput | undefined

  constructor(
    target: string,
    params: Readonly<Record<string, unknown>> | undefined,
    { query, ...options }: RedirectOptions,
  ) {
    super(undefined, { status: 302, ...options })
    this.#target = target
    this.#params = params
    this.#query = query
  }

  override finish({ app }: AnswerContext): void {
    if (this.headers.has('location')) return
    this.headers.set('location', this.#locate(app.routes))
  }

  #locate(routes: AnswerContext['app']['routes']): string {
    if (routes.named.has(this.#target)) return routes.reverse(this.#target, this.#params ?? {}, this.#query)
    const path = localPath(this.#target)
    if (path === undefined) {
      throw badRedirect(this.#target, {
        hint:
          didYouMean(this.#target, routes.named.keys()) ??
          'Leaving the site is said with redirect.external(url); for a path that a user chose there is redirect.local(path).',
      })
    }
    return path + formatQuery(this.#query)
  }
}

/**
 * The path, query and fragment of a text if that is a path of this site, else `undefined`. What only looks like one
 * (`//evil.example`, `/\evil`, `/.//evil`) is none: browsers read them as another host.
 */
export function localPath(text: string): string | undefined {
  // oxlint-disable-next-line no-control-regex -- these are what must not reach a header
  if (!text.startsWith('/') || /[\\\u0000-\u001f\u007f]/.test(text)) return undefined
  const base = 'http://local.invalid'
  if (!URL.canParse(text, base)) return undefined
  const url = new URL(text, base)
  const path = url.pathname + url.search + url.hash
  return url.origin === base && !path.startsWith('//') ? path : undefined
}

interface Redirect {
  /**
   * Sends the client to a named route or a path of this site, with 302 unless another status is given.
   *
   * @param to a route's name, or a path beginning with a slash
   * @param params the parameters of the named route
   * @throws when it is sent: TAO_REDIRECT_TARGET (400) for anything else, TAO_URL_PARAMS
   */
  // oxlint-disable-next-line typescript/no-redundant-type-constituents -- not once a site's file fills RouteName
  <To extends RouteName | LocalPath>(
    to: To,
    ...rest: UrlArguments<To, [options?: RedirectOptions]>
  ): HttpResponse
  /** Sends the client to an address that a user chose, if that is a path of this site; else to the fallback. */
  local(untrusted: string | null | undefined, fallback?: string, options?: RedirectOptions): HttpResponse
  /**
   * Sends the client to another site. Never for an address that a user chose.
   *
   * @throws TypeError when it is no http(s) URL
   */
  external(url: string | URL, options?: ResponseOptions): HttpResponse
}

function toRoute(
  to: string,
  params?: Readonly<Record<string, unknown>>,
  options: RedirectOptions = {},
): HttpResponse {
  return new RedirectResponse(to, params, options)
}

function toLocal(
  untrusted: string | null | undefined,
  fallback: string = '/',
  options: RedirectOptions = {},
): HttpResponse {
  const path = typeof untrusted === 'string' ? localPath(untrusted) : undefined
  return new RedirectResponse(path ?? fallback, undefined, options)
}

function toExternal(url: string | URL, options: ResponseOptions = {}): HttpResponse {
  const parsed = new URL(url)
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') {
    throw new TypeError(`redirect.external() takes an http or https URL, not ${parsed.protocol}`)
  }
  const response = new HttpResponse(undefined, { status: 302, ...options })
  response.headers.set('location', parsed.href)
  return response
}

export const redirect: Redirect = Object.assign(toRoute, { local: toLocal, external: toExternal })
