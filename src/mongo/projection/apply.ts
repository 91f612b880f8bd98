import { fail } from '../bson/errors.ts'
import type { Doc, Value } from '../bson/value.ts'
import type { Variables } from '../expression/types.ts'
import type { After, Tree } from './tree.ts'

/** Keeps what the tree names, in the order of the document. */
export function keepFields(doc: Doc, tree: Tree): Doc {
  const kept: Doc = new Map()
  for (const [name, value] of doc) {
    const branch = tree.get(name)
    if (!branch) continue
    if (branch.kind === 'keep' || branch.kind === 'after') kept.set(name, value)
    else if (branch.kind === 'tree') {
      const inner = keepWithin(value, branch.tree)
      if (inner !== undefined) kept.set(name, inner)
    }
  }
  return kept
}

// Within arrays what is neither document nor array falls away.
function keepWithin(value: Value, tree: Tree): Value | undefined {
  if (value instanceof Map) return keepFields(value, tree)
  if (!Array.isArray(value)) return undefined
  return value.map((item) => keepWithin(item, tree)).filter((item) => item !== undefined)
}

/** Leaves out what the tree names. */
export function dropFields(doc: Doc, tree: Tree): Doc {
  const kept: Doc = new Map()
  for (const [name, value] of doc) {
    const branch = tree.get(name)
    if (branch?.kind === 'drop') continue
    kept.set(name, branch?.kind === 'tree' ? dropWithin(value, branch.tree) : value)
  }
  return kept
}

function dropWithin(value: Value, tree: Tree): Value {
  if (value instanceof Map) return dropFields(value, tree)
  return Array.isArray(value) ? value.map((item) => dropWithin(item, tree)) : value
}

/** Whether the tree adds anything to what it keeps. */
export function computes(tree: Tree): boolean {
  return [...tree.values()].some(
    (branch) =>
      branch.kind === 'compute' ||
      branch.kind === 'elemMatch' ||
      (branch.kind === 'tree' && computes(branch.tree)),
  )
}

/** Adds the computed fields after the kept ones, in the order of the projection; `kept` is changed in place. */
export function addComputed(kept: Doc, tree: Tree, root: Doc, variables: Variables): void {
  for (const [name, branch] of tree) {
    if (branch.kind === 'compute') {
      const value = branch.expression(root, variables)
      if (value !== undefined) kept.set(name, value)
    } else if (branch.kind === 'elemMatch') {
      const items = root.get(name)
      const at = Array.isArray(items) ? branch.find(items) : -1
      if (at >= 0) kept.set(name, [(items as Value[])[at]!])
      else kept.delete(name)
    } else if (branch.kind === 'tree' && computes(branch.tree)) {
      kept.set(name, addWithin(kept.get(name), branch.tree, root, variables))
    }
  }
}

function addWithin(value: Value | undefined, tree: Tree, root: Doc, variables: Variables): Value {
  if (Array.isArray(value)) return value.map((item) => addWithin(item, tree, root, variables))
  const kept: Doc = value instanceof Map ? new Map(value) : new Map()
  addComputed(kept, tree, root, variables)
  return kept
}

/** Slices the arrays a path leads to. */
export function applyAfter(doc: Doc, after: After, position: number | undefined): Doc {
  if (after.kind === 'slice') return changeAt(doc, after.path, 0, (items) => after.slice(items)) as Doc
  return changeFirstArray(doc, after.path, 0, position) as Doc
}

function changeAt(
  value: Value,
  path: readonly string[],
  at: number,
  change: (items: readonly Value[]) => Value[],
): Value {
  if (at === path.length) return Array.isArray(value) ? change(value) : value
  if (Array.isArray(value))
    return value.map((item) => (item instanceof Map ? changeAt(item, path, at, change) : item))
  if (!(value instanceof Map)) return value
  const child = value.get(path[at]!)
  return child === undefined ? value : new Map(value).set(path[at]!, changeAt(child, path, at + 1, change))
}

// The positional projection reduces the first array on its path to the element the query matched.
function changeFirstArray(
  value: Value,
  path: readonly string[],
  at: number,
  position: number | undefined,
): Value {
  if (Array.isArray(value)) {
    if (position === undefined) {
      fail(51246, "positional operator '.$' couldn't find a matching element in the array")
    }
    if (position >= value.length) {
      fail(51247, "positional operator '.$' element mismatch")
    }
    return [value[position]!]
  }
  if (!(value instanceof Map) || at === path.length) return value
  const child = value.get(path[at]!)
  return child === undefined
    ? value
    : new Map(value).set(path[at]!, changeFirstArray(child, path, at + 1, position))
}
