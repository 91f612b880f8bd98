import { realpathSync } from 'node:fs'
import { sep } from 'node:path'
import { isWithin } from '../base/files.ts'

/** The real paths of the folders files may be served from; those that are not there are left out. */
export function realRoots(folders: readonly string[]): string[] {
  return folders.map(realPathOf).filter((root) => root !== undefined)
}

/** Whether a real path lies in one of the folders, hidden nowhere on the way: a link may not reach what a path may not name. */
export function isServable(file: string | undefined, roots: readonly string[]): boolean {
  if (file === undefined) return false
  return roots.some(
    (root) =>
      isWithin(root, file) &&
      !file
        .slice(root.length)
        .split(sep)
        .some((name) => name.startsWith('.')),
  )
}

/** `undefined` when it leads nowhere. */
export function realPathOf(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}
