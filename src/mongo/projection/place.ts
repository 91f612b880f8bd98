import { fail } from '../bson/errors.ts'
import { checkName } from '../expression/field-path.ts'
import type { Branch, Tree } from './tree.ts'

/** The tree at a path, if one is there. */
export function findTree(tree: Tree, parts: readonly string[]): Tree | undefined {
  let current: Tree = tree
  for (const part of parts) {
    const branch = current.get(part)
    if (branch?.kind !== 'tree') return undefined
    current = branch.tree
  }
  return current
}

/** Splits a path of a projection. */
export function splitChecked(path: string): string[] {
  if (path === '') fail(40352, 'FieldPath cannot be constructed with empty string')
  if (path.endsWith('.')) fail(40353, "FieldPath must not end with a '.'.")
  const parts = path.split('.')
  for (const part of parts) checkName(part)
  return parts
}

/** Puts a branch at a path. @throws MongoError 31249, 31250 when another is on the way or there. */
export function place(tree: Tree, path: string, branch: Branch): void {
  const parts = splitChecked(path)
  let current = tree
  for (let i = 0; i < parts.length - 1; i++) {
    const child = current.get(parts[i]!)
    if (!child) {
      const inner: Tree = new Map()
      current.set(parts[i]!, { kind: 'tree', tree: inner })
      current = inner
    } else if (child.kind === 'tree') current = child.tree
    else fail(31249, `Path collision at ${path} remaining portion ${parts.slice(1).join('.')}`)
  }
  const last = parts.at(-1)!
  if (current.has(last)) fail(31250, `Path collision at ${path}`)
  current.set(last, branch)
}
