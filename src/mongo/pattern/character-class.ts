import {
  codePoint,
  escapeCommon,
  invalid,
  quoteLiteral,
  type Reader,
  takeEscaped,
  takeWhile,
} from './escapes.ts'

const posixClasses: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7f',
  blank: ' \\t',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '\\x21-\\x7e',
  lower: 'a-z',
  print: '\\x20-\\x7e',
  punct: '!-\\/:-@\\[-`\\{-~',
  space: '\\t-\\r ',
  upper: 'A-Z',
  word: '\\w',
  xdigit: '0-9A-Fa-f',
}
/** The POSIX classes under (*UCP), where they are others. */
const unicodeClasses: Readonly<Record<string, string>> = {
  alnum: '\\p{L}\\p{N}',
  alpha: '\\p{L}',
  blank: '\\t\\p{Zs}',
  cntrl: '\\p{Cc}',
  digit: '\\p{Nd}',
  graph: '\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}\\p{Cf}',
  lower: '\\p{Ll}',
  print: '\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}\\p{Cf}\\p{Zs}',
  punct: '$+<=>\\^`\\|~\\p{P}',
  space: '\\t-\\r\\x85\\p{Z}',
  upper: '\\p{Lu}',
  word: '_\\p{L}\\p{N}',
}
const escapesInside: Readonly<Record<string, string>> = {
  a: '\\x07',
  e: '\\x1b',
  h: '\\t \\xa0',
  s: '\\t-\\r ',
  v: '\\n-\\r\\x85\\u2028\\u2029',
}

/** A class like [a-z[:digit:]], read after its bracket. */
export function characterClass(reader: Reader): string {
  const { pattern } = reader
  let source = '['
  if (pattern[reader.position] === '^') {
    source += '^'
    reader.position++
  }
  let first = true
  for (;;) {
    if (reader.position >= pattern.length) invalid('missing terminating ] for character class')
    const letter = String.fromCodePoint(pattern.codePointAt(reader.position)!)
    reader.position += letter.length
    if (letter === ']' && !first) return `${source}]`
    first = false
    if (letter === '[') source += posixClass(reader)
    else if (letter === '\\') source += escapeInside(reader)
    else if (letter === '-') source += hyphen(source, reader)
    else source += /[\]^/{}()|$.*+?]/.test(letter) ? `\\${letter}` : letter
  }
}

// A hyphen next to a class like \d, or at an end, is a character; JavaScript would refuse it there.
function hyphen(source: string, reader: Reader): string {
  const next = reader.pattern.slice(reader.position)
  const afterClass = /(?:\\[dDwW]|\[\^?|\\t-\\r |\\p\{[^}]*\}|A-Za-z|0-9|a-z|A-Z|:\])$/i.test(source)
  if (afterClass || /^(?:\]|\\[dDwWsSpPhv]|\[:)/.test(next)) return '\\-'
  return '-'
}

function posixClass(reader: Reader): string {
  const named = /^:(\^?)([a-z]+):\]/.exec(reader.pattern.slice(reader.position))
  if (!named) return '\\['
  const name = named[2]!
  const members = (reader.unicode ? unicodeClasses[name] : undefined) ?? posixClasses[name]
  if (members === undefined) return invalid('unknown POSIX class name')
  if (named[1] === '^') {
    return invalid('a negated POSIX class is not supported by the embedded store; use a MongoDB server')
  }
  reader.position += named[0].length
  return members
}

function escapeInside(reader: Reader): string {
  const letter = takeEscaped(reader)
  if (letter === 'b') return '\\x08'
  if (letter === 'S' && !reader.unicode) return '\\x00-\\x08\\x0e-\\x1f\\x21-\\u{10ffff}'
  if (letter === '-') return '\\-'
  if (letter === 'Q' || letter === 'E')
    return letter === 'Q' ? quoteLiteral(reader).replaceAll('-', '\\-') : ''
  if (/[1-7]/.test(letter)) return codePoint(Number.parseInt(letter + takeWhile(reader, /[0-7]/), 8))
  const known = letter === 's' && reader.unicode ? undefined : escapesInside[letter]
  return known ?? escapeCommon(letter, reader, true)
}
