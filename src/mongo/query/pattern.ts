import { fail } from '../bson/errors.ts'

// What PCRE means where JavaScript means something else.
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
const escapesInside: Readonly<Record<string, string>> = {
  a: '\\x07',
  e: '\\x1b',
  h: '\\t \\xa0',
  s: '\\t-\\r ',
  v: '\\n-\\r\\x85\\u2028\\u2029',
}
const escapesOutside: Readonly<Record<string, string>> = {
  a: '\\x07',
  e: '\\x1b',
  A: '(?<![\\s\\S])',
  z: '(?![\\s\\S])',
  Z: '(?=\\n?(?![\\s\\S]))',
  N: '[^\\n]',
  h: '[\\t \\xa0]',
  H: '[^\\t \\xa0]',
  s: '[\\t-\\r ]',
  S: '[^\\t-\\r ]',
  v: '[\\n-\\r\\x85\\u2028\\u2029]',
  V: '[^\\n-\\r\\x85\\u2028\\u2029]',
  R: '(?:\\r\\n|[\\n-\\r\\x85\\u2028\\u2029])',
}
const unknownToJavaScript = new Set(['G', 'K', 'X', 'C', 'Q', 'E', 'g', 'L', 'l', 'U'])

interface Flags {
  multiline: boolean
  dotAll: boolean
  extended: boolean
  ignoreCase: boolean
}

interface Reader {
  readonly pattern: string
  position: number
}

/**
 * Compiles a regular expression of the server's dialect (PCRE, UTF-8). What JavaScript has no equal for is refused.
 * @throws MongoError 51091 for an invalid or untranslatable pattern, 51108 for an unknown flag.
 */
export function compilePattern(pattern: string, options: string): RegExp {
  const unknown = /[^imsux]/.exec(options)
  if (unknown) fail(51108, `invalid flag in regex options: ${unknown[0]}`)
  const reader: Reader = { pattern, position: 0 }
  const flags: Flags = {
    multiline: options.includes('m'),
    dotAll: options.includes('s'),
    extended: options.includes('x'),
    ignoreCase: options.includes('i'),
  }
  readPrefixes(reader, flags)
  const source = translate(reader, flags)
  try {
    return new RegExp(source, flags.ignoreCase ? 'iu' : 'u')
  } catch (error) {
    return invalid((error as Error).message.replace(/^Invalid regular expression: /, ''))
  }
}

function invalid(why: string): never {
  fail(51091, `Regular expression is invalid: ${why}`)
}

// (*UTF8), which is always so, and (?imsx) at the very beginning.
function readPrefixes(reader: Reader, flags: Flags): void {
  const { pattern } = reader
  const verb = /^(?:\(\*UTF8?\))+/.exec(pattern)
  if (verb) reader.position = verb[0].length
  const inline = /^\(\?([imsx]+)\)/.exec(pattern.slice(reader.position))
  if (!inline) return
  reader.position += inline[0].length
  const letters = inline[1]!
  flags.ignoreCase ||= letters.includes('i')
  flags.multiline ||= letters.includes('m')
  flags.dotAll ||= letters.includes('s')
  flags.extended ||= letters.includes('x')
}

function translate(reader: Reader, flags: Flags): string {
  const { pattern } = reader
  let source = ''
  while (reader.position < pattern.length) {
    const at = reader.position
    const code = pattern.codePointAt(at)!
    const letter = String.fromCodePoint(code)
    reader.position = at + letter.length
    switch (letter) {
      case '\\':
        source += escapeOutside(reader)
        break
      case '[':
        source += characterClass(reader)
        break
      case '(':
        source += openGroup(reader)
        break
      case '.':
        source += flags.dotAll ? '[\\s\\S]' : '[^\\n]'
        break
      case '^':
        source += flags.multiline ? '(?<![^\\n])' : '(?<![\\s\\S])'
        break
      case '$':
        source += flags.multiline ? '(?![^\\n])' : '(?=\\n?(?![\\s\\S]))'
        break
      case '{':
        source += brace(reader)
        break
      case '}':
      case ']':
        source += `\\${letter}`
        break
      case '/':
        source += '\\/'
        break
      default:
        if (flags.extended && /\s/.test(letter)) break
        if (flags.extended && letter === '#') {
          const end = pattern.indexOf('\n', at)
          reader.position = end === -1 ? pattern.length : end + 1
          break
        }
        source += letter
    }
  }
  return source
}

// A brace that begins no quantifier is an ordinary character.
function brace(reader: Reader): string {
  const quantifier = /^\{\d+(?:,\d*)?\}/.exec(reader.pattern.slice(reader.position - 1))
  if (!quantifier) return '\\{'
  reader.position += quantifier[0].length - 1
  return quantifier[0]
}

function openGroup(reader: Reader): string {
  const rest = reader.pattern.slice(reader.position)
  const comment = /^\?#[^)]*\)/.exec(rest)
  if (comment) {
    reader.position += comment[0].length
    return ''
  }
  const named = /^\?(?:P?<|')([A-Za-z_]\w*)(?:>|')/.exec(rest)
  if (named) {
    reader.position += named[0].length
    return `(?<${named[1]}>`
  }
  const back = /^\?P=([A-Za-z_]\w*)\)/.exec(rest)
  if (back) {
    reader.position += back[0].length
    return `\\k<${back[1]}>`
  }
  const plain = /^\?(?::|=|!|<=|<!)/.exec(rest)
  if (plain) {
    reader.position += plain[0].length
    return `(${plain[0]}`
  }
  if (rest.startsWith('?') || rest.startsWith('*')) {
    invalid(`the group (${rest.slice(0, 3)} is not supported by the embedded store; use a MongoDB server`)
  }
  return '('
}

function escapeOutside(reader: Reader): string {
  const letter = takeEscaped(reader)
  if (letter === 'Q') return quoteLiteral(reader)
  if (letter === 'E') return ''
  const known = escapesOutside[letter]
  if (known !== undefined) return known
  if (/[1-9]/.test(letter)) return `\\${letter}${takeWhile(reader, /[0-9]/)}(?:)`
  return escapeCommon(letter, reader)
}

function takeEscaped(reader: Reader): string {
  if (reader.position >= reader.pattern.length) invalid('\\ at end of pattern')
  const letter = String.fromCodePoint(reader.pattern.codePointAt(reader.position)!)
  reader.position += letter.length
  return letter
}

function takeWhile(reader: Reader, allowed: RegExp): string {
  const start = reader.position
  while (allowed.test(reader.pattern[reader.position] ?? '')) reader.position++
  return reader.pattern.slice(start, reader.position)
}

function quoteLiteral(reader: Reader): string {
  const end = reader.pattern.indexOf('\\E', reader.position)
  const literal = reader.pattern.slice(reader.position, end === -1 ? undefined : end)
  reader.position = end === -1 ? reader.pattern.length : end + 2
  return literal.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}

function escapeCommon(letter: string, reader: Reader): string {
  if (/[dDwWbBntrf]/.test(letter)) return `\\${letter}`
  if (letter === 'k') return namedBackReference(reader)
  if (letter === 'x') return hexadecimal(reader)
  if (letter === '0') return codePoint(Number.parseInt(`0${takeWhile(reader, /[0-7]/)}`.slice(0, 3), 8))
  if (letter === 'c') return `\\c${takeEscaped(reader)}`
  if (letter === 'p' || letter === 'P') return property(letter, reader)
  if (unknownToJavaScript.has(letter)) {
    invalid(`\\${letter} is not supported by the embedded store; use a MongoDB server`)
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

function codePoint(code: number): string {
  return `\\u{${code.toString(16)}}`
}

function property(letter: string, reader: Reader): string {
  const named = /^(?:\{(\^?)(\w+)&?\}|([A-Z]))/.exec(reader.pattern.slice(reader.position))
  if (!named) return invalid(`malformed \\${letter} sequence`)
  reader.position += named[0].length
  const name = named[2] ?? named[3]!
  const negative = (letter === 'P') !== (named[1] === '^')
  const isCategory = /^(?:[CLMNPSZ]|Any|C[cfnos]|L[lmotu]|M[cen]|N[dlo]|P[cdefios]|S[ckmo]|Z[lps])$/.test(
    name,
  )
  return `\\${negative ? 'P' : 'p'}{${isCategory ? name : `Script=${name}`}}`
}

function characterClass(reader: Reader): string {
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
  const members = posixClasses[named[2]!]
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
  if (letter === 'S') return '\\x00-\\x08\\x0e-\\x1f\\x21-\\u{10ffff}'
  if (letter === '-') return '\\-'
  if (letter === 'Q' || letter === 'E')
    return letter === 'Q' ? quoteLiteral(reader).replaceAll('-', '\\-') : ''
  if (/[1-7]/.test(letter)) return codePoint(Number.parseInt(letter + takeWhile(reader, /[0-7]/), 8))
  return escapesInside[letter] ?? escapeCommon(letter, reader)
}
