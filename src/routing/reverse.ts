import { didYouMean } from '../base/text.ts'
import { noSuchName } from './errors.ts'
import type { RouteEntry } from './entry.ts'
import { makePathWriter, type PathWriter } from './path-writer.ts'
import type { LocalPath } from './url-types.ts'

export type QueryInput =
  | string
  | URLSearchParams
  | Readonly<
      Record<string, string | number | boolean | null | undefined | readonly (string | number | boolean)[]>
    >

/** Makes the path of a named route, percent-encoded, with a query. */
export type Reverse = (
  name: string,
  params?: Readonly<Record<string, unknown>>,
  query?: QueryInput,
) => LocalPath

const NONE: Readonly<Record<string, unknown>> = {}

/**
 * Makes what reverses a table's names. In it, `params` are the values of the path's variables: every one is needed
 * and no other is taken; `query` is appended after `?`: `null` and `undefined` values are left out, lists repeat their
 * key. It throws TAO_URL_NAME and TAO_URL_PARAMS.
 */
export function makeReverse(named: ReadonlyMap<string, RouteEntry>): Reverse {
  const writers = new Map<string, PathWriter>()

  function makeWriter(name: string): PathWriter {
    const entry = named.get(name)
    if (!entry) {
      throw noSuchName(name, {
        hint: didYouMean(name, named.keys()) ?? 'List the names with "tao routes".',
      })
    }
    const writer = makePathWriter(entry, name)
    writers.set(name, writer)
    return writer
  }

  return (name, params = NONE, query) => {
    const path = (writers.get(name) ?? makeWriter(name))(params)
    return query === undefined ? path : `${path}${formatQuery(query)}`
  }
}

export function formatQuery(query: QueryInput | undefined): string {
  if (query === undefined) return ''
  let search: URLSearchParams
  if (typeof query === 'string' || query instanceof URLSearchParams) {
    search = new URLSearchParams(query)
  } else {
    search = new URLSearchParams()
    for (const [key, value] of Object.entries(query)) {
      if (value === undefined || value === null) continue
      for (const item of Array.isArray(value) ? value : [value]) search.append(key, String(item))
    }
  }
  const text = search.toString()
  return text === '' ? '' : `?${text}`
}
