import { answers, type RouteEntry } from './entry.ts'
import { decodeSegments, type RouteTable } from './table.ts'

type Part = RouteEntry['pattern']['segments'][number]['parts'][number]

export interface Candidate<Entry> {
  readonly entry: Entry
  readonly verdict: 'answers' | 'shadowed' | 'other method' | 'no match'
  /** One sentence. */
  readonly why: string
}

/**
 * Says for every route that comes near a path whether it answers and why (not): the one that answers first, then
 * those it shadows, those with another method, and those that agree on the path up to the segment named in `why`.
 */
export function explainMatch<View, Options>(
  table: RouteTable<View, Options>,
  method: string,
  path: string,
): Candidate<RouteEntry<View, Options>>[] {
  type Entry = RouteEntry<View, Options>
  const winner = table.resolve(method, path).entry
  const segments = decodeSegments(path)
  const candidates = table.entries.flatMap((entry): Candidate<Entry>[] => {
    if (entry === winner) return [{ entry, verdict: 'answers', why: whyBest(entry) }]
    const miss = firstMiss(entry, segments)
    if (miss === undefined) {
      if (!answers(entry.methods, method)) {
        return [
          {
            entry,
            verdict: 'other method',
            why: `The path matches, but it takes ${entry.methods.join(', ')}.`,
          },
        ]
      }
      return [
        {
          entry,
          verdict: 'shadowed',
          why: whyShadowed(winner!, entry),
        },
      ]
    }
    return miss.near ? [{ entry, verdict: 'no match', why: miss.why }] : []
  })
  const order = ['answers', 'shadowed', 'other method', 'no match']
  return candidates.sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict))
}

function whyBest(entry: RouteEntry): string {
  if (entry.pattern.variables.length === 0) return 'Its path is exactly this.'
  const parts = entry.pattern.variables.map(
    ({ name, converter, pattern }) =>
      `${name} (${converter === 'str' ? 'any text' : (converter ?? pattern)})`,
  )
  return `Its path matches with ${parts.join(', ')}.`
}

/** Piece by piece the more exact one goes first; of two that are equal, the first in the list. */
function whyShadowed(winner: RouteEntry, entry: RouteEntry): string {
  const pairs = winner.pattern.segments.map((segment, i) => [segment, entry.pattern.segments[i]] as const)
  const [first, other] = pairs.find(([one, two]) => one.key !== two?.key) ?? []
  if (first === undefined || other === undefined || first.rank === other.rank)
    return `It matches too, but ${winner.path}, which is as exact, stands before it.`
  return `It matches too, but ${winner.path} goes first: "${shown(first.parts)}" is more exact than "${shown(other.parts)}".`
}

function firstMiss(entry: RouteEntry, texts: readonly string[]): { why: string; near: boolean } | undefined {
  const { segments } = entry.pattern
  for (const [at, segment] of segments.entries()) {
    const text = segment.wide ? texts.slice(at).join('/') : texts[at]
    if (text === undefined) return { near: at > 0, why: `The path ends before "${shown(segment.parts)}".` }
    const match = segment.regex.exec(text)
    if (!match) return { near: at > 0, why: `"${text}" does not match "${shown(segment.parts)}".` }
    const variables = segment.parts.filter((part) => typeof part !== 'string')
    for (const [i, variable] of variables.entries()) {
      if (variable.parse(match[i + 1]!) === undefined) {
        return { near: true, why: `"${match[i + 1]}" is no ${variable.converter} for "${variable.name}".` }
      }
    }
    if (segment.wide) return undefined
  }
  if (texts.length > segments.length)
    return { near: segments.length > 1, why: 'The path goes on where the route ends.' }
  return undefined
}

function shown(parts: RouteEntry['pattern']['segments'][number]['parts']): string {
  return parts.map((part) => (typeof part === 'string' ? part : variableShown(part))).join('')
}

/** As it is written in a path: what takes any text has nothing behind its name. */
function variableShown({ name, converter, pattern }: Exclude<Part, string>): string {
  const kind = converter ?? pattern
  return kind === 'str' || kind === '[^/]+' ? `{${name}}` : `{${name}:${kind}}`
}
