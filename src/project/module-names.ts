import { scanSource, type Token } from './scan-source.ts'

export interface ImportStatement {
  specifier: string
  /** Where the specifier stands. */
  start: number
  /** Types alone: nothing is loaded. */
  typeOnly: boolean
  /** `import('...')`: loaded when it is called. */
  dynamic: boolean
}

/** What a module imports, by specifiers written as plain strings, in the order of the text. */
export function importsOf(source: string): ImportStatement[] {
  const tokens = scanSource(source)
  const found: ImportStatement[] = []
  tokens.forEach((token, index) => {
    if (token.kind !== 'word' || isMember(tokens, index)) return
    if (token.text === 'import') {
      const next = tokens[index + 1]
      if (next?.kind === 'string') found.push(statement(next, {}))
      else if (next?.text === '(' && tokens[index + 2]?.kind === 'string')
        found.push(statement(tokens[index + 2]!, { dynamic: true }))
      else pushFrom(tokens, index, found)
    } else if (token.text === 'export' && ['{', '*', 'type'].includes(tokens[index + 1]?.text ?? '')) {
      pushFrom(tokens, index, found)
    }
  })
  return found
}

function pushFrom(tokens: readonly Token[], index: number, found: ImportStatement[]): void {
  const typeOnly = tokens[index + 1]?.text === 'type' && tokens[index + 2]?.text !== 'from'
  for (let at = index + 1; at < tokens.length; at++) {
    const token = tokens[at]!
    if (token.kind === 'word' && token.text === 'from' && tokens[at + 1]?.kind === 'string') {
      found.push(statement(tokens[at + 1]!, { typeOnly }))
      return
    }
    const partOfClause =
      token.kind === 'word' || token.kind === 'string' || ['{', '}', ',', '*'].includes(token.text)
    if (!partOfClause || ['import', 'export', 'const', 'function', 'class'].includes(token.text)) return
  }
}

function statement(token: Token, given: { typeOnly?: boolean; dynamic?: boolean }): ImportStatement {
  return {
    specifier: token.text,
    start: token.start,
    typeOnly: given.typeOnly ?? false,
    dynamic: given.dynamic ?? false,
  }
}

const DECLARES = new Set([
  'function',
  'class',
  'const',
  'let',
  'var',
  'enum',
  'namespace',
  'async',
  'abstract',
])

/** The names a module exports as values, as far as its own text tells (`export *` is not followed). */
export function exportsOf(source: string): string[] {
  const tokens = scanSource(source)
  const names: string[] = []
  tokens.forEach((token, index) => {
    if (token.text !== 'export' || token.kind !== 'word' || isMember(tokens, index)) return
    let at = index + 1
    if (tokens[at]?.text === 'default') names.push('default')
    else if (tokens[at]?.text === '{') {
      for (at++; at < tokens.length && tokens[at]!.text !== '}'; at++) {
        const next = tokens[at + 1]?.text
        if (tokens[at]!.text !== 'as' && (next === ',' || next === '}')) names.push(tokens[at]!.text)
      }
    } else {
      if (tokens[at]?.text === '*' && tokens[at + 1]?.text === 'as') at += 2
      while (DECLARES.has(tokens[at]?.text ?? '') || (at > index + 1 && tokens[at]?.text === '*')) at++
      if (at > index + 1 && ['word', 'string'].includes(tokens[at]?.kind ?? '')) names.push(tokens[at]!.text)
    }
  })
  return names
}

function isMember(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1]?.text
  return before === '.' || before === '?.' || tokens[index + 1]?.text === ':'
}
