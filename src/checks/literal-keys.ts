import type { Token } from '../project/index.ts'

/**
 * The keys of an object literal that begins at a token, or undefined when they cannot all be known: there is no
 * literal, or it spreads or computes some.
 */
export function literalKeys(tokens: readonly Token[], open: number): string[] | undefined {
  if (tokens[open]?.text !== '{' || tokens[open].kind !== 'mark') return undefined
  const keys: string[] = []
  let depth = 0
  for (let at = open; at < tokens.length; at++) {
    const { kind, text } = tokens[at]!
    if (kind === 'mark' && '{(['.includes(text)) depth++
    if (kind === 'mark' && '})]'.includes(text) && --depth === 0) return keys
    const begins = depth === 1 && [',', '{'].includes(tokens[at - 1]?.text ?? '') && at > open
    if (!begins) continue
    if (kind === 'mark' && text !== ',') return undefined
    if (kind === 'template') return undefined
    if (kind !== 'mark') keys.push(text)
  }
  return undefined
}
