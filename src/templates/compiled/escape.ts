import { KnownTexts } from './known-texts.ts'

const SPECIAL = /[&"'<>\\]/
const ENTITIES: readonly string[] = ((): string[] => {
  const entities = Array.from({ length: 93 }, () => '')
  for (const [code, entity] of [
    [38, '&amp;'],
    [34, '&quot;'],
    [39, '&#39;'],
    [60, '&lt;'],
    [62, '&gt;'],
    [92, '&#92;'],
  ] as const) {
    entities[code] = entity
  }
  return entities
})()
const IS_SPECIAL: Uint8Array = Uint8Array.from(ENTITIES, (entity) => (entity === '' ? 0 : 1))

const known = new KnownTexts()

/** What nunjucks' escaping does to a text. Measured: a search first, then whole pieces, beats any loop of ours. */
export function escapeText(text: string): string {
  const first = text.search(SPECIAL)
  if (first === -1) return text
  if (!known.takes(text)) return escapeFrom(text, first)
  return known.get(text) ?? known.add(text, escapeFrom(text, first))
}

function escapeFrom(text: string, first: number): string {
  const { length } = text
  let result = text.slice(0, first)
  let copied = first
  for (let i = first; i < length; i++) {
    const code = text.charCodeAt(i)
    if (code < 93 && IS_SPECIAL[code] === 1) {
      if (copied < i) result += text.slice(copied, i)
      result += ENTITIES[code]!
      copied = i + 1
    }
  }
  return copied < length ? result + text.slice(copied) : result
}
