import { didYouMean } from '../base/text.ts'
import type { Converter, Converters } from './converters.ts'
import { badPath, unknownConverter } from './errors.ts'

export interface Variable {
  readonly name: string
  /** The converter's name, or `undefined` for a regular expression written in the path. */
  readonly converter: string | undefined
  readonly pattern: string
  parse(text: string): unknown
  format(value: never): string
  /** Whether its text may hold slashes. */
  readonly wide: boolean
  readonly test: RegExp
}

export type Part = string | Variable

/** One piece of a path between two slashes; a wide one is the rest of the path, slashes and all. */
export interface Segment {
  readonly parts: readonly Part[]
  /** The text of a segment without variables. */
  readonly literal: string | undefined
  readonly wide: boolean
  /** How exact it is: of two segments that both match, the one with the smaller rank answers. */
  readonly rank: number
  readonly regex: RegExp
  /** Equal for two segments that match the same texts with the same names. */
  readonly key: string
}

export interface Pattern {
  readonly source: string
  readonly segments: readonly Segment[]
  readonly variables: readonly Variable[]
}

const RANK = { literal: 0, regex: 1, exact: 2, slug: 3, text: 4, wide: 5 }

/**
 * Reads a route path such as `/blog/{id:int}/{y:\d{4}}.html`.
 *
 * @param source the path, beginning with a slash
 * @param converters the converters that may be named in it
 * @throws TAO_ROUTE_PATH, TAO_ROUTE_CONVERTER
 */
export function parsePattern(source: string, converters: Converters): Pattern {
  if (!source.startsWith('/')) {
    throw badPath(source, 'does not begin with a slash', { hint: `Write "/${source}".` })
  }
  if (/[?#]/.test(outsideBraces(source)))
    throw badPath(source, 'holds a "?" or "#", which are not part of a path')
  const seen = new Set<string>()
  const pieces = split(source).map((piece) => piece.map((part) => toPart(part, source, converters, seen)))
  const firstWide = pieces.findIndex((parts) => parts.some((part) => typeof part !== 'string' && part.wide))
  const narrow = firstWide < 0 ? pieces : pieces.slice(0, firstWide)
  const segments = narrow.map((parts) => makeSegment(parts, false))
  if (firstWide >= 0) {
    const rest = pieces.slice(firstWide).flatMap((parts, i): Part[] => (i === 0 ? parts : ['/', ...parts]))
    segments.push(makeSegment(rest, true))
  }
  const variables = pieces.flat().filter((part) => typeof part !== 'string')
  return { source, segments, variables }
}

type RawPart = string | { name: string; spec: string | undefined }

/** Splits at slashes outside braces; every piece becomes its literal texts and variables. */
function split(source: string): RawPart[][] {
  const pieces: RawPart[][] = [[]]
  let text = ''
  const flush = (): void => {
    if (text !== '') pieces.at(-1)!.push(text)
    text = ''
  }
  for (let i = 1; i < source.length; i++) {
    const char = source[i]!
    if (char === '/') {
      flush()
      pieces.push([])
    } else if (char === '{') {
      flush()
      const end = closingBrace(source, i)
      pieces.at(-1)!.push(readVariable(source.slice(i + 1, end), source))
      i = end
    } else if (char === '}') {
      throw badPath(source, 'closes a "}" that was never opened')
    } else {
      text += char
    }
  }
  flush()
  return pieces
}

function closingBrace(source: string, open: number): number {
  let depth = 0
  for (let i = open; i < source.length; i++) {
    const char = source[i]
    if (char === '\\') i++
    else if (char === '{') depth++
    else if (char === '}' && --depth === 0) return i
  }
  throw badPath(source, 'opens a "{" that is never closed')
}

function outsideBraces(source: string): string {
  let outside = ''
  for (let i = 0; i < source.length; i++) {
    if (source[i] === '{') i = closingBrace(source, i)
    else outside += source[i]
  }
  return outside
}

function readVariable(inner: string, source: string): Exclude<RawPart, string> {
  const colon = inner.indexOf(':')
  const name = colon < 0 ? inner : inner.slice(0, colon)
  if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) || name === '__proto__') {
    throw badPath(source, `names a variable "${name}"`, {
      hint: 'A variable is a letter or underscore, then letters, digits and underscores: {post_id:int}.',
    })
  }
  return { name, spec: colon < 0 ? undefined : inner.slice(colon + 1) }
}

function toPart(part: RawPart, source: string, converters: Converters, seen: Set<string>): Part {
  if (typeof part === 'string') return part
  if (seen.has(part.name)) throw badPath(source, `names the variable "${part.name}" twice`)
  seen.add(part.name)
  const spec = part.spec ?? 'str'
  if (/^[a-zA-Z_]\w*$/.test(spec)) {
    const converter = Object.hasOwn(converters, spec) ? converters[spec] : undefined
    if (!converter) {
      throw unknownConverter(source, spec, {
        hint:
          didYouMean(spec, Object.keys(converters)) ??
          `Known are ${Object.keys(converters).join(', ')}; settings.converters adds others. For the bare word write (?:${spec}).`,
      })
    }
    return makeVariable(part.name, spec, converter, source)
  }
  const text: Converter<never> = {
    pattern: spec,
    parse: (value) => value as never,
    format: (value) => String(value),
  }
  return makeVariable(part.name, undefined, text, source)
}

function makeVariable(
  name: string,
  converter: string | undefined,
  by: Converter<never>,
  source: string,
): Variable {
  let test: RegExp
  try {
    // Within one segment a slash is text: it came, and goes, as %2F.
    test = new RegExp(`^(?:${converter === 'str' ? '.+' : by.pattern})$`, 'su')
    if (new RegExp(`${by.pattern}|`, 'su').exec('')!.length > 1) {
      throw badPath(source, `captures a group in the pattern of "${name}"`, {
        hint: 'Write (?:...) instead of (...).',
      })
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw badPath(source, `has a regular expression in "${name}" that cannot be read: ${error.message}`, {
      cause: error,
    })
  }
  return {
    name,
    converter,
    pattern: by.pattern,
    parse: (text) => by.parse(text),
    format: (value) => by.format(value),
    wide: mayHoldSlash(by.pattern),
    test,
  }
}

// Whether a text with a slash can match is undecidable by looking in general; these are the ways it can be written.
function mayHoldSlash(pattern: string): boolean {
  if (pattern === '[^/]+') return false
  const withoutEscapes = pattern.replace(/\\[^SWDPs/]/g, '')
  if (/\\[SWDP]|\//.test(withoutEscapes.replace(/\[\^[^\]]*\/[^\]]*\]/g, ''))) return true
  if (/\[\^(?![^\]]*\/)/.test(withoutEscapes)) return true
  return withoutEscapes.replace(/\[[^\]]*\]/g, '').includes('.')
}

function makeSegment(parts: readonly Part[], wide: boolean): Segment {
  const literal = parts.every((part) => typeof part === 'string') ? parts.join('') : undefined
  const regex = new RegExp(
    `^${parts.map((part) => (typeof part === 'string' ? escapeRegex(part) : `(${part.converter === 'str' && !wide ? '.+' : part.pattern})`)).join('')}$`,
    'su',
  )
  return {
    parts,
    literal,
    wide,
    rank: literal === undefined ? rankOf(parts, wide) : RANK.literal,
    regex,
    key: parts
      .map((part) =>
        typeof part === 'string' ? part : `{${part.name}:${part.converter ?? ''}:${part.pattern}}`,
      )
      .join(''),
  }
}

function rankOf(parts: readonly Part[], wide: boolean): number {
  if (wide) return RANK.wide
  // `x-{slug}` is more exact than `{slug}`: text around a variable counts half a step.
  const bonus = parts.length > 1 ? 0.5 : 0
  const ranks = parts.map((part) => {
    if (typeof part === 'string') return RANK.literal
    if (part.converter === undefined) return RANK.regex
    if (part.converter === 'str') return RANK.text
    return part.converter === 'slug' ? RANK.slug : RANK.exact
  })
  return Math.max(...ranks) - bonus
}

function escapeRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, (char) => (char === '-' ? '-' : `\\${char}`))
}
