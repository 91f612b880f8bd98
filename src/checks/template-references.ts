import { lineAndColumn, scanSource, type Token } from '../project/index.ts'
import { literalKeys } from './literal-keys.ts'
import type { Reference } from './reference.ts'

/** `{% %}`, `{{ }}` and `{# #}`, whichever comes first; a string inside a tag may hold the marks of its end. */
const TAG =
  /\{#[\s\S]*?(?:#\}|$)|\{%-?\s*(raw|verbatim)\s*-?%\}[\s\S]*?(?:\{%-?\s*end\1\s*-?%\}|$)|\{(%|\{)((?:'(?:[^'\\]|\\[\s\S])*'|"(?:[^"\\]|\\[\s\S])*"|(?!%\}|\}\})[\s\S])*)(?:%\}|\}\}|$)/g

/**
 * The names that a template hands to `extends`, `include`, `import`, `from`, `url()`, `static()` and to filters, as far
 * as they are plain text.
 */
export function templateReferences(file: string, text: string): Reference[] {
  const found: Reference[] = []
  for (const match of text.matchAll(TAG)) {
    const [whole, , kind, inner] = match
    if (kind === undefined || inner === undefined) continue
    const start = match.index + whole.indexOf(inner, 2)
    const tokens = scanSource(inner)
    const at = ({ start: offset }: Token) => ({ place: { file, ...lineAndColumn(text, start + offset) } })
    if (kind === '%') found.push(...statementReferences(tokens, at))
    found.push(...expressionReferences(tokens, at))
  }
  return found
}

type Locate = (token: Token) => Pick<Reference, 'place'>

function statementReferences(tokens: readonly Token[], at: Locate): Reference[] {
  // `{%-` leaves its minus to the tag.
  const [first, second, third] = tokens[0]?.text === '-' ? tokens.slice(1) : tokens
  const tag = first?.text ?? ''
  if (tag === 'filter' && second?.kind === 'word')
    return [{ kind: 'filter', name: second.text, ...at(second) }]
  if (!['extends', 'include', 'import', 'from'].includes(tag) || second?.kind !== 'string') return []
  const mayMiss = third?.text === 'ignore'
  const computed = third?.kind === 'mark' && third.text !== '-'
  return mayMiss || computed ? [] : [{ kind: 'parent', name: second.text, ...at(second) }]
}

function expressionReferences(tokens: readonly Token[], at: Locate): Reference[] {
  const found: Reference[] = []
  tokens.forEach((token, index) => {
    const before = tokens[index - 1]?.text
    const next = tokens[index + 1]?.text
    if (token.text === '|' && token.kind === 'mark' && before !== '|' && next !== '|') {
      const name = filterName(tokens, index + 1)
      if (name !== undefined) found.push({ kind: 'filter', name, ...at(tokens[index + 1]!) })
    }
    const call = token.kind === 'word' && before !== '.' && next === '('
    const argument = tokens[index + 2]
    const follows = tokens[index + 3]?.text
    if (!call || argument?.kind !== 'string' || (follows !== ',' && follows !== ')')) return
    if (token.text === 'static') found.push({ kind: 'static', name: argument.text, ...at(argument) })
    if (token.text === 'url') {
      const params = follows === ')' ? [] : literalKeys(tokens, index + 4)
      found.push({ kind: 'url', name: argument.text, params, ...at(argument) })
    }
  })
  return found
}

/** A filter's name may have dots in it. */
function filterName(tokens: readonly Token[], index: number): string | undefined {
  if (tokens[index]?.kind !== 'word') return undefined
  let name = tokens[index].text
  for (let at = index + 1; tokens[at]?.text === '.' && tokens[at + 1]?.kind === 'word'; at += 2)
    name += `.${tokens[at + 1]!.text}`
  return name
}
