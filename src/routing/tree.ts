import type { RouteEntry } from './entry.ts'
import type { Segment } from './pattern.ts'

/** A node stands for the path up to one slash. */
export interface Node<Entry> {
  readonly literals: Map<string, Node<Entry>>
  /** Segments with variables, the most exact first. */
  readonly dynamics: Edge<Entry>[]
  /** Segments that take the rest of the path. */
  readonly wides: Edge<Entry>[]
  readonly entries: Entry[]
}

export interface Edge<Entry> {
  readonly segment: Segment
  readonly order: number
  readonly node: Node<Entry>
  /** Set when the segment is nothing but `{name}`: any text matches, no regular expression is asked. */
  readonly anything: boolean
}

export function makeNode<Entry>(): Node<Entry> {
  return { literals: new Map(), dynamics: [], wides: [], entries: [] }
}

export function insert<Entry extends RouteEntry>(root: Node<Entry>, entry: Entry): void {
  let node = root
  for (const segment of entry.pattern.segments) node = step(node, segment, entry.order)
  node.entries.push(entry)
}

function step<Entry>(node: Node<Entry>, segment: Segment, order: number): Node<Entry> {
  if (segment.literal !== undefined) {
    const known = node.literals.get(segment.literal)
    if (known) return known
    const made = makeNode<Entry>()
    node.literals.set(segment.literal, made)
    return made
  }
  const edges = segment.wide ? node.wides : node.dynamics
  const known = edges.find((edge) => edge.segment.key === segment.key)
  if (known) return known.node
  const [only] = segment.parts
  const anything = segment.parts.length === 1 && typeof only !== 'string' && only!.converter === 'str'
  const edge: Edge<Entry> = { segment, order, node: makeNode(), anything }
  edges.push(edge)
  edges.sort((a, b) => a.segment.rank - b.segment.rank || a.order - b.order)
  return edge.node
}

/**
 * Walks the tree along a path's decoded segments, the most exact branch first, and hands every entry that fits to
 * `found` with the texts of its variables; stops when `found` returns true.
 */
export function search<Entry>(
  root: Node<Entry>,
  segments: readonly string[],
  found: (entry: Entry, texts: readonly string[]) => boolean,
): boolean {
  const texts: string[] = []
  const visit = (node: Node<Entry>, at: number): boolean => {
    if (at === segments.length) return node.entries.some((entry) => found(entry, texts))
    const text = segments[at]!
    const literal = node.literals.get(text)
    if (literal && visit(literal, at + 1)) return true
    for (const edge of node.dynamics) {
      const mark = texts.length
      if (take(edge, text, texts) && visit(edge.node, at + 1)) return true
      texts.length = mark
    }
    for (const edge of node.wides) {
      const mark = texts.length
      if (
        take(edge, segments.slice(at).join('/'), texts) &&
        edge.node.entries.some((entry) => found(entry, texts))
      )
        return true
      texts.length = mark
    }
    return false
  }
  return visit(root, 0)
}

function take<Entry>(edge: Edge<Entry>, text: string, texts: string[]): boolean {
  if (edge.anything) {
    if (text === '') return false
    texts.push(text)
    return true
  }
  const match = edge.segment.regex.exec(text)
  if (!match) return false
  for (let i = 1; i < match.length; i++) texts.push(match[i]!)
  return true
}
