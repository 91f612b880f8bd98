const unknownToJavaScript = new Set(['G', 'K', 'X', 'C', 'Q', 'E', 'g', 'L', 'l', 'U'])

const LETTER_OR_DIGIT = '\\p{L}\\p{N}'
const WORD = `_${LETTER_OR_DIGIT}`
const SPACE = '\\t-\\r\\x85\\p{Z}'
/** What (*UCP) makes of the escapes for kinds of characters. */
const unicodeKinds: Readonly<Record<string, string>> = { d: '\\p{Nd}', w: WORD, s: SPACE }
/** Perl's and PCRE's own properties. */
const ownProperties: Readonly<Record<string, string>> = {
  Xan: LETTER_OR_DIGIT,
  Xwd: WORD,
  Xsp: SPACE,
  Xps: SPACE,
}

/** A pattern being read. */
export interface Reader {
  readonly pattern: string
  position: number
  /** Whether it begins with (*UCP): \w, \d, \s, \b and the POSIX classes are about all of Unicode. */
  unicode: boolean
}

/** Why a pattern is none, in PCRE's words. */
export class PatternError extends Error {}

export function invalid(why: string): never {
  throw new PatternError(why)
}

function unsupported(what: string): never {
  invalid(`${what} is not supported by the embedded store; use a MongoDB server`)
}

export function takeEscaped(reader: Reader): string {
  if (reader.position >= reader.pattern.length) invalid('\\ at end of pattern')
  const letter = String.fromCodePoint(reader.pattern.codePointAt(reader.position)!)
  reader.position += letter.length
  return letter
}

export function takeWhile(reader: Reader, allowed: RegExp): string {
  const start = reader.position
  while (allowed.test(reader.pattern[reader.position] ?? '')) reader.position++
  return reader.pattern.slice(start, reader.position)
}

export function quoteLiteral(reader: Reader): string {
  const end = reader.pattern.indexOf('\\E', reader.position)
  const literal = reader.pattern.slice(reader.position, end === -1 ? undefined : end)
  reader.position = end === -1 ? reader.pattern.length : end + 2
  return literal.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}

/** The escapes that mean the same within a class and outside. */
export function escapeCommon(letter: string, reader: Reader, inside: boolean): string {
  const kind = reader.unicode ? unicodeKinds[letter.toLowerCase()] : undefined
  if (kind !== undefined) return members(kind, /[DWS]/.test(letter), inside)
  if (/[dDwWbBntrf]/.test(letter)) return `\\${letter}`
  if (letter === 'k') return namedBackReference(reader)
  if (letter === 'x') return hexadecimal(reader)
  if (letter === '0') return codePoint(Number.parseInt(`0${takeWhile(reader, /[0-7]/)}`.slice(0, 3), 8))
  if (letter === 'c') return `\\c${takeEscaped(reader)}`
  if (letter === 'p' || letter === 'P') return property(letter, reader, inside)
  if (unknownToJavaScript.has(letter)) {
    unsupported(`\\${letter}`)
  }
  if (/[A-Za-z0-9]/.test(letter)) return invalid('unrecognized character follows \\')
  return /[\\^$.*+?()[\]{}|/]/.test(letter) ? `\\${letter}` : letter
}

function namedBackReference(reader: Reader): string {
  const named = /^(?:<(\w+)>|'(\w+)'|\{(\w+)\})/.exec(reader.pattern.slice(reader.position))
  if (!named) return invalid('\\k is not followed by a name')
  reader.position += named[0].length
  return `\\k<${named[1] ?? named[2] ?? named[3]}>`
}

function hexadecimal(reader: Reader): string {
  const braced = /^\{([0-9A-Fa-f]{1,6})\}/.exec(reader.pattern.slice(reader.position))
  if (braced) {
    reader.position += braced[0].length
    return codePoint(Number.parseInt(braced[1]!, 16))
  }
  const digits = /^[0-9A-Fa-f]{0,2}/.exec(reader.pattern.slice(reader.position))![0]
  reader.position += digits.length
  return codePoint(Number.parseInt(digits || '0', 16))
}

export function codePoint(code: number): string {
  return `\\u{${code.toString(16)}}`
}

/** The members of a class, or all others, as such within a class and as a class of their own outside. */
function members(kind: string, negative: boolean, inside: boolean): string {
  if (!inside) return `[${negative ? '^' : ''}${kind}]`
  return negative ? unsupported('the opposite of a class within a class') : kind
}

/** A word's end under (*UCP), or what is none. */
export function unicodeBoundary(letter: string): string {
  const [before, after] = [`(?<=[${WORD}])`, `(?=[${WORD}])`]
  const [notBefore, notAfter] = [`(?<![${WORD}])`, `(?![${WORD}])`]
  return letter === 'b'
    ? `(?:${before}${notAfter}|${notBefore}${after})`
    : `(?:${before}${after}|${notBefore}${notAfter})`
}

function property(letter: string, reader: Reader, inside: boolean): string {
  const named = /^(?:\{(\^?)(\w+)&?\}|([A-Z]))/.exec(reader.pattern.slice(reader.position))
  if (!named) return invalid(`malformed \\${letter} sequence`)
  reader.position += named[0].length
  const name = named[2] ?? named[3]!
  const negative = (letter === 'P') !== (named[1] === '^')
  const own = ownProperties[name]
  if (own !== undefined) return members(own, negative, inside)
  const isCategory = /^(?:[CLMNPSZ]|Any|C[cfnos]|L[lmotu]|M[cen]|N[dlo]|P[cdefios]|S[ckmo]|Z[lps])$/.test(
    name,
  )
  return `\\${negative ? 'P' : 'p'}{${isCategory ? name : `Script=${name}`}}`
}
