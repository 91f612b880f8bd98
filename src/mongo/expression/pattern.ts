const POSIX: Readonly<Record<string, string>> = {
  alpha: 'a-zA-Z',
  digit: '0-9',
  alnum: 'a-zA-Z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: '\\s',
  punct: '!-\\/:-@\\[-`{-~',
  xdigit: '0-9a-fA-F',
  word: '\\w',
  blank: ' \\t',
  cntrl: '\\x00-\\x1f\\x7f',
}

/**
 * A JavaScript regular expression for a Perl one, as far as the two languages go together.
 *
 * @param flags further JavaScript flags, such as `g` or `d`
 * @throws SyntaxError for what JavaScript cannot say: recursion, possessive quantifiers, atomic groups
 */
export function compilePattern(pattern: string, options: string, flags = ''): RegExp {
  const inline = /^\(\?([imsx]+)\)/.exec(pattern)
  const wanted = new Set(options + (inline?.[1] ?? ''))
  const body = translate(inline ? pattern.slice(inline[0].length) : pattern, wanted.has('x'))
  const kept = flags + ['i', 'm', 's'].filter((flag) => wanted.has(flag)).join('')
  try {
    return new RegExp(body, `${kept}u`)
  } catch {
    // The u flag refuses escapes that Perl takes, such as \- outside a class.
    return new RegExp(body, kept)
  }
}

function translate(pattern: string, extended: boolean): string {
  let out = ''
  let inClass = false
  for (let index = 0; index < pattern.length; index++) {
    const char = pattern[index] as string
    if (char === '\\') {
      const next = pattern[++index] ?? ''
      out += inClass ? `\\${next}` : translateEscape(next)
    } else if (inClass) {
      const posix = /^\[:(\w+):\]/.exec(pattern.slice(index))
      const set = posix ? POSIX[posix[1] as string] : undefined
      if (posix && set !== undefined) {
        out += set
        index += posix[0].length - 1
        continue
      }
      inClass = char !== ']' || pattern[index - 1] === '['
      out += char === '[' ? '\\[' : char
    } else if (char === '[') {
      inClass = true
      out += char
    } else if (extended && /\s/.test(char)) continue
    else if (extended && char === '#') {
      const end = pattern.indexOf('\n', index)
      if (end === -1) break
      index = end
    } else if (pattern.startsWith('(?P<', index)) {
      out += '(?<'
      index += 3
    } else if (pattern.startsWith('(?#', index)) {
      const end = pattern.indexOf(')', index)
      index = end === -1 ? pattern.length : end
    } else out += char
  }
  return out
}

function translateEscape(letter: string): string {
  switch (letter) {
    case 'A':
      return '(?<![\\s\\S])'
    case 'z':
      return '(?![\\s\\S])'
    case 'Z':
      return '(?=\\n?(?![\\s\\S]))'
    case 'h':
      return '[ \\t\\u00a0]'
    case 'R':
      return '(?:\\r\\n|[\\n\\v\\f\\r\\u0085\\u2028\\u2029])'
    case 'a':
      return '\\x07'
    case 'e':
      return '\\x1b'
    default:
      return `\\${letter}`
  }
}
