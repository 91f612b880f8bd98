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
  /** Set when the segment is one variable and nothing else: its text is the segment. */
  readonly single: boolean
  /** Set when that is `{name}`: any text matches, no regular expression is asked. */
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
  const [only, ...others] = segment.parts
  const single = others.length === 0 && typeof only !== 'string'
  const anything = single && only!.converter === 'str'
  const edge: Edge<Entry> = { segment, order, node: makeNode(), single, anything }
  edges.push(edge)
  edges.sort((a, b) => a.segment.rank - b.segment.rank || a.order - b.order)
  return edge.node
}

/** Is shown every entry that fits, with the texts of its variables; says whether that is the one. */
export interface Visitor<Entry> {
  visit(entry: Entry, texts: readonly string[]): boolean
}

/**
 * Walks the tree along a path's decoded segments, the most exact branch first, until the visitor has what it wants.
 *
 * @returns whether it has
 */
export function search<Entry>(
  root: Node<Entry>,
  segments: readonly string[],
  visitor: Visitor<Entry>,
): boolean {
  return walk(root, segments, 0, [], visitor)
}

function walk<Entry>(
  node: Node<Entry>,
  segments: readonly string[],
  at: number,
  texts: string[],
  visitor: Visitor<Entry>,
): boolean {
  if (at === segments.length) return show(node.entries, texts, visitor)
  const text = segments[at]!
  const literal = node.literals.get(text)
  if (literal !== undefined && walk(literal, segments, at + 1, texts, visitor)) return true
  const mark = texts.length
  for (const edge of node.dynamics) {
    if (take(edge, text, texts) && walk(edge.node, segments, at + 1, texts, visitor)) return true
    texts.length = mark
  }
  if (node.wides.length === 0) return false
  const rest = segments.slice(at).join('/')
  for (const edge of node.wides) {
    if (take(edge, rest, texts) && show(edge.node.entries, texts, visitor)) return true
    texts.length = mark
  }
  return false
}

function show<Entry>(entries: readonly Entry[], texts: readonly string[], visitor: Visitor<Entry>): boolean {
  for (const entry of entries) if (visitor.visit(entry, texts)) return true
  return false
}

function take<Entry>(edge: Edge<Entry>, text: string, texts: string[]): boolean {
  if (edge.single) {
    if (edge.anything ? text === '' : !edge.segment.regex.test(text)) return false
    texts.push(text)
    return true
  }
  const match = edge.segment.regex.exec(text)
  if (!match) return false
  for (let i = 1; i < match.length; i++) texts.push(match[i]!)
  return true
}
