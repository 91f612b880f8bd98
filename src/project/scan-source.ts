/** A piece of JavaScript or TypeScript that means something: no spaces, no comments. */
export interface Token {
  /** `string` is a literal whose value is known, a template without `${` included; `template` is one with. */
  kind: 'word' | 'string' | 'template' | 'number' | 'regex' | 'mark'
  /** The value of a string, else the text as written. */
  text: string
  start: number
  end: number
}

const WORDS_BEFORE_REGEX = new Set(
  'return typeof instanceof in of new delete void throw case do else await yield default extends'.split(' '),
)
const SPACE = /\s+|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y
const WORD = /[\p{ID_Start}$_#@][\p{ID_Continue}$\u200c\u200d]*/uy
const NUMBER = /\.?\d(?:[eE][+-]|[\w.])*/y
const STRING = /'(?:[^'\\\n]|\\[\s\S])*'?|"(?:[^"\\\n]|\\[\s\S])*"?/y
const REGEX = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y
const TEMPLATE_CHUNK = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{|$)/y
const MARK = /=>|\?\.(?!\d)|\.\.\.|[\s\S]/y

/**
 * Splits source text into tokens, for looking up names and literal arguments. It does not check the language and
 * takes JSX for marks and words; text it cannot make sense of yields tokens that match nothing, never an exception.
 */
export function scanSource(text: string): Token[] {
  const tokens: Token[] = []
  // One entry for each `${` that is open: how many braces deep its expression is, and where its template began.
  const templates: { depth: number; start: number }[] = []
  let at = text.startsWith('#!') ? text.indexOf('\n') : 0
  if (at < 0) return tokens

  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    const found = pattern.exec(text)?.[0]
    return found === '' ? undefined : found
  }
  const push = (kind: Token['kind'], raw: string, value: string = raw): void => {
    tokens.push({ kind, text: value, start: at, end: at + raw.length })
    at += raw.length
  }
  const chunk = (start: number): void => {
    const raw = take(TEMPLATE_CHUNK) ?? ''
    const opens = raw.endsWith('${')
    at += raw.length
    if (opens) templates.push({ depth: 0, start })
    else tokens.push({ kind: 'template', text: text.slice(start, at), start, end: at })
  }

  while (at < text.length) {
    const space = take(SPACE)
    if (space !== undefined) {
      at += space.length
      continue
    }
    const character = text[at]
    const open = templates.at(-1)
    if (character === '`') {
      const raw = /`(?:[^`\\$]|\\[\s\S]|\$(?!\{))*`/y
      const whole = take(raw)
      if (whole !== undefined) push('string', whole, unquote(whole))
      else {
        at++
        chunk(at - 1)
      }
    } else if (character === '}' && open?.depth === 0) {
      templates.pop()
      at++
      chunk(open.start)
    } else if (character === '"' || character === "'") {
      const raw = take(STRING) ?? character
      push('string', raw, unquote(raw))
    } else if (character === '/' && regexMayFollow(tokens.at(-1)) && take(REGEX) !== undefined) {
      push('regex', take(REGEX)!)
    } else {
      const word = take(WORD)
      const number = word === undefined ? take(NUMBER) : undefined
      if (word !== undefined) push('word', word)
      else if (number !== undefined) push('number', number)
      else {
        if (open && character === '{') open.depth++
        if (open && character === '}') open.depth--
        push('mark', take(MARK)!)
      }
    }
  }
  return tokens
}

function regexMayFollow(before: Token | undefined): boolean {
  if (before === undefined) return true
  if (before.kind === 'word') return WORDS_BEFORE_REGEX.has(before.text)
  return before.kind === 'mark' && ![')', ']', '}'].includes(before.text)
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  0: '\0',
  '\n': '',
}

function unquote(raw: string): string {
  const quote = raw[0]!
  const body = raw.length > 1 && raw.endsWith(quote) ? raw.slice(1, -1) : raw.slice(1)
  return body.replace(
    /\\(?:u\{([\da-f]+)\}|u([\da-f]{4})|x([\da-f]{2})|([\s\S]))/gi,
    (_, code, four, two, other) => {
      const hex = (code ?? four ?? two) as string | undefined
      if (hex === undefined) return ESCAPES[other as string] ?? (other as string)
      const point = Number.parseInt(hex, 16)
      return point > 0x10ffff ? '\ufffd' : String.fromCodePoint(point)
    },
  )
}

/** Line and column, from 1, of an offset in a text. */
export function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  let line = 1
  let start = 0
  for (let end = text.indexOf('\n'); end >= 0 && end < offset; end = text.indexOf('\n', start)) {
    line++
    start = end + 1
  }
  return { line, column: offset - start + 1 }
}
