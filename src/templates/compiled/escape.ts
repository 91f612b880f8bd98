const SPECIAL = /[&"'<>\\]/

/** What nunjucks' escaping does to a text, quick where there is nothing to do. */
export function escapeText(text: string): string {
  const first = text.search(SPECIAL)
  return first === -1 ? text : escapeFrom(text, first)
}

function escapeFrom(text: string, first: number): string {
  let result = ''
  let copied = 0
  for (let i = first; i < text.length; i++) {
    const entity = entityOf(text.charCodeAt(i))
    if (entity === undefined) continue
    result += copied === i ? entity : text.slice(copied, i) + entity
    copied = i + 1
  }
  return copied === text.length ? result : result + text.slice(copied)
}

function entityOf(code: number): string | undefined {
  switch (code) {
    case 38:
      return '&amp;'
    case 34:
      return '&quot;'
    case 39:
      return '&#39;'
    case 60:
      return '&lt;'
    case 62:
      return '&gt;'
    case 92:
      return '&#92;'
    default:
      return undefined
  }
}
