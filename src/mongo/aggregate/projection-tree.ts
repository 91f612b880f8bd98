import { fail } from '../bson/errors.ts'
import { isDoc } from '../bson/value.ts'
import type { Doc, Value } from '../bson/value.ts'
import type { Expression, Variables } from '../expression/types.ts'

export type Leaf = 'keep' | 'drop' | Expression
/** What a projection says of each field, in the order it was written. */
export interface Tree {
  readonly children: Map<string, Leaf | Tree>
  /** Whether anything below is computed. */
  computes: boolean
}

export function makeTree(): Tree {
  return { children: new Map(), computes: false }
}

export function isTree(entry: Leaf | Tree | undefined): entry is Tree {
  return typeof entry === 'object'
}

/** Adds a leaf at a path, refusing a path that is said twice. */
export function addLeaf(tree: Tree, path: readonly string[], leaf: Leaf): void {
  let node = tree
  const full = path.join('.')
  for (const [index, name] of path.entries()) {
    if (typeof leaf === 'function') node.computes = true
    const last = index === path.length - 1
    const child = node.children.get(name)
    if (last) {
      if (child !== undefined) fail(31250, `Path collision at ${full}`)
      node.children.set(name, leaf)
    } else if (child === undefined) {
      const made = makeTree()
      node.children.set(name, made)
      node = made
    } else if (isTree(child)) node = child
    else {
      const rest = path.slice(1).join('.')
      fail(31249, `Path collision at ${full} remaining portion ${rest}`)
    }
  }
}

/** Keeps what the tree names, in the document's order; what is computed comes later. */
export function include(tree: Tree, doc: Doc): Doc {
  const kept: Doc = new Map()
  for (const [name, value] of doc) {
    const entry = tree.children.get(name)
    if (entry === 'keep') kept.set(name, value)
    else if (isTree(entry)) {
      const inner = includeBelow(entry, value)
      if (inner !== undefined) kept.set(name, inner)
    }
  }
  return kept
}

function includeBelow(tree: Tree, value: Value): Value | undefined {
  if (isDoc(value)) return include(tree, value)
  if (Array.isArray(value)) {
    return value.map((element) => includeBelow(tree, element)).filter((element) => element !== undefined)
  }
  // Where something is computed below, a scalar keeps its place: a document of what is computed takes it.
  return tree.computes ? null : undefined
}

/** Drops what the tree names. */
export function exclude(tree: Tree, doc: Doc): Doc {
  const kept: Doc = new Map()
  for (const [name, value] of doc) {
    const entry = tree.children.get(name)
    if (isTree(entry)) kept.set(name, excludeBelow(entry, value))
    else if (entry !== 'drop') kept.set(name, value)
  }
  return kept
}

function excludeBelow(tree: Tree, value: Value): Value {
  if (isDoc(value)) return exclude(tree, value)
  return Array.isArray(value) ? value.map((element) => excludeBelow(tree, element)) : value
}

/** Sets what the tree computes, changing `into`; expressions see the document as it came in. */
export function compute(tree: Tree, into: Doc, root: Doc, variables: Variables): void {
  for (const [name, entry] of tree.children) {
    if (typeof entry === 'function') {
      const value = entry(root, variables)
      if (value === undefined) into.delete(name)
      else into.set(name, value)
    } else if (isTree(entry) && entry.computes) {
      into.set(name, computeBelow(entry, into.get(name), root, variables))
    }
  }
}

function computeBelow(tree: Tree, value: Value | undefined, root: Doc, variables: Variables): Value {
  if (Array.isArray(value)) return value.map((element) => computeBelow(tree, element, root, variables))
  const into: Doc = new Map(isDoc(value) ? value : [])
  compute(tree, into, root, variables)
  return into
}
