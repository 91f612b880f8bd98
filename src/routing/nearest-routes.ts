import { editDistance } from '../base/text.ts'
import type { RouteEntry } from './entry.ts'
import type { Segment } from './pattern.ts'
import { decodeSegments, type RouteTable } from './table.ts'

/** Of paths further away than this nobody can have meant one: a whole literal text that is another is too much. */
const furthest = 0.9

/**
 * The routes whose paths are nearest to one that none of them matches, best first: mistyped, a piece too long or too
 * short, or with a text where a number belongs.
 */
export function nearestRoutes<View, Options>(
  table: Pick<RouteTable<View, Options>, 'entries'>,
  path: string,
  limit: number = 3,
): RouteEntry<View, Options>[] {
  const texts = decodeSegments(path)
  return table.entries
    .map((entry) => ({ entry, distance: distanceTo(entry.pattern.segments, texts) }))
    .filter(({ distance }) => distance <= furthest)
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, limit)
    .map(({ entry }) => entry)
}

/** The edit distance of two paths whose letters are segments. */
function distanceTo(segments: readonly Segment[], texts: readonly string[]): number {
  let last = [0]
  for (const text of texts) last.push(last.at(-1)! + tooMany(text))
  for (const segment of segments) {
    const row = [last[0]! + tooFew(segment)]
    for (const [j, text] of texts.entries()) {
      row.push(
        Math.min(
          last[j]! + unlikeness(segment, text),
          last[j + 1]! + tooFew(segment),
          row[j]! + (segment.wide ? 0 : tooMany(text)),
        ),
      )
    }
    last = row
  }
  return last.at(-1)!
}

/** What a piece of the path counts that the route has not; a slash at the end is the most common one. */
function tooMany(text: string): number {
  return text === '' ? 0.05 : 0.75
}

function tooFew({ literal }: Segment): number {
  return literal === undefined ? 0.75 : 1
}

/** From 0, it matches, to 1, nothing of it does. */
function unlikeness({ literal, regex }: Segment, text: string): number {
  // A variable that matches counts a little: a text that was nearly written goes before one that takes anything.
  if (literal === undefined) return regex.test(text) ? 0.1 : 0.6
  const letters = Math.max(literal.length, text.length)
  if (letters === 0) return 0
  const distance = editDistance(literal.toLowerCase(), text.toLowerCase())
  return distance <= Math.max(1, letters * 0.4) ? distance / letters : 1
}
