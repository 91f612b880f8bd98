import { fail } from '../bson/errors.ts'
import { isIndex } from '../bson/path.ts'
import type { ArrayFilters } from './array-filters.ts'
import type { Modifier } from './modifier.ts'
import { filterName, splitUpdatePath } from './path.ts'

/** The operators of an update, arranged by path. */
export type Node = ObjectNode | ArrayNode | LeafNode

export interface ObjectNode {
  readonly kind: 'object'
  /** By field name or array position; `$` for the positional operator. */
  readonly children: Map<string, Node>
}

export interface ArrayNode {
  readonly kind: 'array'
  /** By identifier of an array filter; '' for all elements. */
  readonly children: Map<string, Node>
}

export interface LeafNode {
  readonly kind: 'leaf'
  readonly modifier: Modifier | undefined
}

export function makeRoot(): ObjectNode {
  return { kind: 'object', children: new Map() }
}

/**
 * Puts an operator at a path.
 * @param modifier undefined only reserves the path: the source of a $rename.
 * @throws MongoError 40 when another operator has the path, a part of it, or something below it.
 */
export function addLeaf(
  root: ObjectNode,
  path: string,
  modifier: Modifier | undefined,
  filters: ArrayFilters,
  used: Set<string>,
): void {
  const parts = splitUpdatePath(path)
  let current: ObjectNode | ArrayNode = root
  for (let i = 0; i < parts.length; i++) {
    const name = childName(parts, i, path, filters, used)
    const existing: Node | undefined = current.children.get(name)
    if (i === parts.length - 1) {
      if (existing) conflict(path, path)
      current.children.set(name, { kind: 'leaf', modifier })
      return
    }
    const kind = filterName(parts[i + 1]!) === undefined ? 'object' : 'array'
    if (existing === undefined) {
      const made: ObjectNode | ArrayNode = { kind, children: new Map() }
      current.children.set(name, made)
      current = made
    } else if (existing.kind === kind) current = existing
    else conflict(path, parts.slice(0, i + 1).join('.'))
  }
}

function conflict(path: string, at: string): never {
  fail(40, `Updating the path '${path}' would create a conflict at '${at}'`)
}

function childName(
  parts: readonly string[],
  i: number,
  path: string,
  filters: ArrayFilters,
  used: Set<string>,
): string {
  const name = filterName(parts[i]!)
  if (name === undefined || i === 0) return parts[i]!
  if (name !== '') {
    if (!filters.has(name)) fail(2, `No array filter found for identifier '${name}' in path '${path}'`)
    used.add(name)
  }
  return name
}

/** The children in the order a server works: positions by number, names by their text. */
export function sortChildren(node: Node): void {
  if (node.kind === 'leaf') return
  const sorted = [...node.children].sort(([a], [b]) => compareNames(a, b))
  node.children.clear()
  for (const [name, child] of sorted) {
    sortChildren(child)
    node.children.set(name, child)
  }
}

export function compareNames(a: string, b: string): number {
  if (isIndex(a) && isIndex(b)) return Number(a) - Number(b)
  return a < b ? -1 : a > b ? 1 : 0
}

/**
 * One node that does what both do, for an element several of them mean.
 * @throws MongoError 40 when both change one place.
 */
export function mergeNodes(a: Node, b: Node, path: string): Node {
  if (a.kind === 'leaf' || b.kind === 'leaf' || a.kind !== b.kind) {
    fail(40, `Update created a conflict at '${path}'`)
  }
  const children = new Map(a.children)
  for (const [name, child] of b.children) {
    const existing = children.get(name)
    const shown = a.kind === 'array' ? `$[${name}]` : name
    children.set(name, existing ? mergeNodes(existing, child, `${path}.${shown}`) : child)
  }
  const merged: Node = {
    kind: a.kind,
    children: new Map([...children].sort(([x], [y]) => compareNames(x, y))),
  }
  return merged
}
