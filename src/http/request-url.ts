import type { LocalPath, QueryInput, RouteName, UrlArguments } from '../routing/index.ts'

/**
 * The URL that was asked for, and, called, the maker of others: `request.url.searchParams`, `` `${request.url}` ``,
 * `request.url('blog:post', { slug })`. It reads like a `URL`; its origin is `settings.siteUrl` when that is set, so
 * that no absolute address is ever made from a `Host` header that somebody else chose.
 */
export interface RequestUrl {
  <Name extends RouteName>(name: Name, ...rest: UrlArguments<Name, [query?: QueryInput]>): LocalPath
  readonly href: string
  readonly origin: string
  readonly protocol: string
  readonly host: string
  readonly hostname: string
  readonly port: string
  readonly pathname: LocalPath
  readonly search: string
  readonly searchParams: URLSearchParams
  toString(): string
  toJSON(): string
}

export function makeRequestUrl(
  href: string,
  reverse: (name: string, params?: Readonly<Record<string, unknown>>, query?: QueryInput) => LocalPath,
): RequestUrl {
  const url = new URL(href)
  const callable = (
    name: string,
    params?: Readonly<Record<string, unknown>>,
    query?: QueryInput,
  ): LocalPath => reverse(name, params, query)
  return Object.defineProperties(callable, {
    href: { value: url.href },
    origin: { value: url.origin },
    protocol: { value: url.protocol },
    host: { value: url.host },
    hostname: { value: url.hostname },
    port: { value: url.port },
    pathname: { value: url.pathname },
    search: { value: url.search },
    searchParams: { value: url.searchParams },
    toString: { value: () => url.href },
    toJSON: { value: () => url.href },
  }) as RequestUrl
}
