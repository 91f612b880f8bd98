import { didYouMean } from '../base/text.ts'
import { badUrlParams, noSuchName } from './errors.ts'
import type { RouteEntry } from './entry.ts'
import type { Variable } from './pattern.ts'
import type { LocalPath } from './url-types.ts'

export type QueryInput =
  | string
  | URLSearchParams
  | Readonly<
      Record<string, string | number | boolean | null | undefined | readonly (string | number | boolean)[]>
    >

/**
 * The path of a named route, percent-encoded, with a query.
 *
 * @param params the values of the path's variables; every one is needed and no other is taken
 * @param query appended after `?`; `null` and `undefined` values are left out, lists repeat their key
 * @throws TAO_URL_NAME, TAO_URL_PARAMS
 */
export function reverse(
  named: ReadonlyMap<string, RouteEntry>,
  name: string,
  params: Readonly<Record<string, unknown>> = {},
  query?: QueryInput,
): LocalPath {
  const entry = named.get(name)
  if (!entry) {
    throw noSuchName(name, {
      hint: didYouMean(name, named.keys()) ?? 'List the names with "tao routes".',
    })
  }
  const pieces: string[] = []
  for (const segment of entry.pattern.segments) {
    const text = segment.parts
      .map((part) => (typeof part === 'string' ? encodeURI(part) : formatVariable(entry, part, params)))
      .join('')
    if (/(?:^|\/)\.\.?(?:\/|$)/.test(text)) {
      throw badUrlParams(
        name,
        entry.path,
        `"${text}" would lead elsewhere: clients take "." and ".." out of paths`,
      )
    }
    pieces.push(text)
  }
  const { variables } = entry.pattern
  for (const given in params) {
    if (!variables.some((variable) => variable.name === given)) {
      const known = variables.map((variable) => variable.name)
      throw badUrlParams(name, entry.path, `it has no parameter "${given}"`, {
        hint: didYouMean(given, known) ?? 'Values for the query go into the third argument.',
      })
    }
  }
  return `/${pieces.join('/')}${formatQuery(query)}`
}

function formatVariable(
  entry: RouteEntry,
  variable: Variable,
  params: Readonly<Record<string, unknown>>,
): string {
  const refuse = (why: string, cause?: unknown): Error =>
    badUrlParams(entry.name!, entry.path, why, { cause })
  const value = Object.hasOwn(params, variable.name) ? params[variable.name] : undefined
  if (value === undefined || value === null) throw refuse(`the parameter "${variable.name}" is missing`)
  let text: string
  try {
    text = variable.format(value as never)
  } catch (error) {
    throw refuse(`the parameter "${variable.name}" cannot be written: ${(error as Error).message}`, error)
  }
  if (!variable.test.test(text)) {
    throw refuse(
      `the parameter "${variable.name}" is ${JSON.stringify(text.slice(0, 80))}, which its pattern ${variable.pattern} does not match`,
    )
  }
  try {
    const encoded = encodeURIComponent(text)
    return variable.wide ? encoded.replaceAll('%2F', '/') : encoded
  } catch (error) {
    throw refuse(`the parameter "${variable.name}" holds half a surrogate pair`, error)
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
