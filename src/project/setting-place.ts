import { readFileSync } from 'node:fs'
import type { Place } from '../base/errors.ts'
import { lineAndColumn, scanSource, type Token } from './scan-source.ts'

/**
 * Where a settings file gives a value: the line of the innermost key of `path` that is written there as plain text,
 * or the file alone.
 */
export function settingPlace(file: string, path: readonly string[]): Place {
  const text = readText(file)
  if (text === undefined) return { file }
  const tokens = scanSource(text)
  let open = firstObject(tokens)
  let found: Token | undefined
  for (const key of path) {
    const at = open === undefined ? undefined : keyInside(tokens, open, key)
    if (at === undefined) break
    found = tokens[at]
    open = tokens[at + 1]?.text === ':' && tokens[at + 2]?.text === '{' ? at + 2 : undefined
  }
  return found === undefined ? { file } : { file, ...lineAndColumn(text, found.start) }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

/** The `{` of `defineSettings({`, else of `export default {`. */
function firstObject(tokens: readonly Token[]): number | undefined {
  const call = tokens.findIndex((token, i) => token.text === 'defineSettings' && tokens[i + 1]?.text === '(')
  if (call >= 0) return tokens[call + 2]?.text === '{' ? call + 2 : undefined
  const bare = tokens.findIndex((token, i) => token.text === 'default' && tokens[i + 1]?.text === '{')
  return bare >= 0 ? bare + 1 : undefined
}

function keyInside(tokens: readonly Token[], open: number, key: string): number | undefined {
  let depth = 0
  for (let at = open; at < tokens.length; at++) {
    const { kind, text } = tokens[at]!
    if (kind === 'mark' && '{(['.includes(text)) depth++
    else if (kind === 'mark' && '})]'.includes(text) && --depth === 0) return undefined
    const before = tokens[at - 1]?.text
    if (depth === 1 && kind !== 'mark' && text === key && (before === '{' || before === ',')) return at
  }
  return undefined
}
