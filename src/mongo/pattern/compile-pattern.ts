import { fail } from '../bson/errors.ts'
import { characterClass } from './character-class.ts'
import {
  escapeCommon,
  invalid,
  PatternError,
  quoteLiteral,
  type Reader,
  takeEscaped,
  takeWhile,
  unicodeBoundary,
} from './escapes.ts'

// What PCRE means where JavaScript means something else.
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
const reasons: Readonly<Record<string, string>> = {
  'Unterminated group': 'missing closing parenthesis',
  "Unmatched ')'": 'unmatched closing parenthesis',
  'Nothing to repeat': 'quantifier does not follow a repeatable item',
  'Range out of order in character class': 'range out of order in character class',
  'Invalid named reference': 'reference to non-existent subpattern',
  'Invalid named capture referenced': 'reference to non-existent subpattern',
  'Invalid escape': 'reference to non-existent subpattern',
  'Regular expression too large': 'regular expression is too large',
  'Stack overflow': 'regular expression is too large',
  'RegExp too big': 'regular expression is too large',
}
const LONGEST_PATTERN = 32_764

interface Flags {
  multiline: boolean
  dotAll: boolean
  extended: boolean
  ignoreCase: boolean
}

/**
 * Compiles a regular expression of the server's dialect (PCRE, UTF-8). What JavaScript has no equal for is refused.
 * @throws MongoError 51091 for an invalid or untranslatable pattern, 51108 for an unknown flag.
 */
export function compilePattern(pattern: string, options: string): RegExp {
  const unknown = /[^imsux]/.exec(options)
  if (unknown) fail(51108, `invalid flag in regex options: ${unknown[0]}`)
  try {
    return buildPattern(pattern, options)
  } catch (error) {
    if (error instanceof PatternError) fail(51091, `Regular expression is invalid: ${error.message}`)
    throw error
  }
}

/**
 * The same with known options and JavaScript's own flags, such as `g`.
 * @throws PatternError for an invalid or untranslatable pattern.
 */
export function buildPattern(pattern: string, options: string, own = ''): RegExp {
  if (Buffer.byteLength(pattern) > LONGEST_PATTERN) invalid('regular expression is too large')
  const reader: Reader = { pattern, position: 0, unicode: false }
  const flags: Flags = {
    multiline: options.includes('m'),
    dotAll: options.includes('s'),
    extended: options.includes('x'),
    ignoreCase: options.includes('i'),
  }
  readPrefixes(reader, flags)
  const source = translate(reader, flags)
  try {
    const expression = new RegExp(source, `${own}${flags.ignoreCase ? 'i' : ''}u`)
    // JavaScript looks at a pattern's size only once it is used.
    expression.test('')
    expression.lastIndex = 0
    return expression
  } catch (error) {
    return invalid(reasonOf(error as Error))
  }
}

/** PCRE's words for what JavaScript complains of. */
function reasonOf({ message }: Error): string {
  const reason = message.replace(/^Invalid regular expression: .*: (?=[^:]*$)/s, '')
  return reasons[reason] ?? reason
}

// (*UTF8), which is always so, (*UCP), and (?imsx) at the very beginning.
function readPrefixes(reader: Reader, flags: Flags): void {
  const { pattern } = reader
  const verbs = /^(?:\(\*(?:UTF8?|UCP)\))*/.exec(pattern)![0]
  reader.position = verbs.length
  reader.unicode = verbs.includes('UCP')
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
  if (reader.unicode && /[bB]/.test(letter)) return unicodeBoundary(letter)
  const known = reader.unicode && /[sS]/.test(letter) ? undefined : escapesOutside[letter]
  if (known !== undefined) return known
  if (/[1-9]/.test(letter)) return `\\${letter}${takeWhile(reader, /[0-9]/)}(?:)`
  return escapeCommon(letter, reader, false)
}
