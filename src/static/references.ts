import { renameCssReferences, type RenameReference, type StaticReference } from './css-references.ts'
import { renameScriptReferences } from './script-references.ts'

/** Replaces the names of other files in a style sheet or a script; other files are left as they are. */
export function renameReferences(text: string, path: string, base: string, rename: RenameReference): string {
  if (path.endsWith('.css')) return renameCssReferences(text, path, base, rename)
  return /\.m?js$/.test(path) ? renameScriptReferences(text, path, base, rename) : text
}

/** Whether a file can name others. */
export function mayRefer(path: string): boolean {
  return /\.(?:css|m?js)$/.test(path)
}

/** The names of other files in a style sheet or a script. */
export function listReferences(text: string, path: string, base: string): StaticReference[] {
  const found: StaticReference[] = []
  renameReferences(text, path, base, (reference) => {
    found.push(reference)
    return undefined
  })
  return found
}
