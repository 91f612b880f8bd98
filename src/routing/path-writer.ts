import { didYouMean } from '../base/text.ts'
import type { RouteEntry } from './entry.ts'
import { badUrlParams } from './errors.ts'
import type { Variable } from './pattern.ts'
import { plainText, textKind } from './plain-text.ts'
import type { LocalPath } from './url-types.ts'

/**
 * Writes the path of one route, percent-encoded, without a query.
 *
 * @throws TAO_URL_PARAMS
 */
export type PathWriter = (params: Readonly<Record<string, unknown>>) => LocalPath

type Refuse = (why: string, cause?: unknown) => Error

/** What a variable's text is checked and encoded by, put in order once. */
interface Hole {
  readonly variable: Variable
  /** Texts of only these characters match, and stand in a path as they are. */
  readonly kind: number
  /** The constant text after it. */
  readonly after: string
}

// Clients take these segments out of a path, wherever they came from.
const DOTS = /(?:^|\/)\.\.?(?:\/|$)/

/** Makes the writer for a route of that name: all that does not depend on the values is done here, once. */
export function makePathWriter({ pattern, path: shown }: RouteEntry, name: string): PathWriter {
  const { variables } = pattern
  const { first, holes } = layOut(pattern.segments)
  const refuse: Refuse = (why, cause) => badUrlParams(name, shown, why, { cause })
  const hasDots = DOTS.test([first, ...holes.map(({ after }) => after)].join('x'))

  function refuseUnknown(params: Readonly<Record<string, unknown>>): void {
    for (const given in params) {
      if (variables.some((variable) => variable.name === given)) continue
      const known = variables.map((variable) => variable.name)
      throw badUrlParams(name, shown, `it has no parameter "${given}"`, {
        hint: didYouMean(given, known) ?? 'Values for the query go into the third argument.',
      })
    }
  }

  return (params) => {
    let path = first
    // Plain texts are never empty, and have no dots.
    let mayHaveDots = hasDots
    for (let i = 0; i < holes.length; i++) {
      const { variable, kind, after } = holes[i]!
      const text = textFor(variable, params, refuse)
      const isPlain = plainText(text, kind)
      if (!isPlain) mayHaveDots = true
      path += (isPlain ? text : encode(variable, text, refuse)) + after
    }
    if (mayHaveDots && DOTS.test(path)) {
      const segment = path.split('/').find((text) => text === '.' || text === '..')
      throw refuse(`"${segment}" would lead elsewhere: clients take "." and ".." out of paths`)
    }
    let given = 0
    for (const _ in params) given++
    // Every variable had a value: with more values than variables, one is nobody's.
    if (given !== holes.length) refuseUnknown(params)
    return path as LocalPath
  }
}

/** A path as constant text with holes in it. */
function layOut(segments: RouteEntry['pattern']['segments']): { first: string; holes: Hole[] } {
  const texts = ['']
  const variables: Variable[] = []
  for (const { parts } of segments) {
    texts[texts.length - 1] += '/'
    for (const part of parts) {
      if (typeof part === 'string') texts[texts.length - 1] += encodeURI(part)
      else {
        variables.push(part)
        texts.push('')
      }
    }
  }
  const holes = variables.map((variable, i): Hole => ({
    variable,
    kind: textKind(variable),
    after: texts[i + 1]!,
  }))
  return { first: texts[0]!, holes }
}

function textFor(variable: Variable, params: Readonly<Record<string, unknown>>, refuse: Refuse): string {
  const { name } = variable
  const value = Object.hasOwn(params, name) ? params[name] : undefined
  if (value === undefined || value === null) throw refuse(`the parameter "${name}" is missing`)
  try {
    return variable.format(value as never)
  } catch (error) {
    throw refuse(`the parameter "${name}" cannot be written: ${(error as Error).message}`, error)
  }
}

function encode(variable: Variable, text: string, refuse: Refuse): string {
  const { name } = variable
  if (!variable.test.test(text)) {
    throw refuse(
      `the parameter "${name}" is ${JSON.stringify(text.slice(0, 80))}, which its pattern ${variable.pattern} does not match`,
    )
  }
  try {
    const encoded = encodeURIComponent(text)
    return variable.wide ? encoded.replaceAll('%2F', '/') : encoded
  } catch (error) {
    throw refuse(`the parameter "${name}" holds half a surrogate pair`, error)
  }
}
