import { importsOf, scanSource, type Token } from '../project/index.ts'
import { renameName, type RenameReference } from './css-references.ts'

/** A script above this was made by a bundler, which knows what it imports; reading it would take long. */
const LONGEST = 1024 * 1024
const SOURCE_MAP = /^(\/\/# sourceMappingURL=)(\S+)(?=\s*$)/m

/** Replaces the names of files that a module of the browser imports, and that of its source map. As `renameCssReferences`. */
export function renameScriptReferences(
  script: string,
  path: string,
  base: string,
  rename: RenameReference,
): string {
  if (script.length > LONGEST) return script
  let changed = ''
  let at = 0
  if (/\b(?:import|export)\b/.test(script)) {
    const tokens = new Map(scanSource(script).map((token): [number, Token] => [token.start, token]))
    for (const { specifier, start } of importsOf(script)) {
      // A bare name is for an import map to say.
      if (!/^(?:\.{0,2}\/)/.test(specifier)) continue
      const renamed = renameName(specifier, { path, base, offset: start, mayMiss: false }, rename)
      const token = tokens.get(start)
      if (renamed === undefined || token === undefined) continue
      const relative = renamed.startsWith('.') ? renamed : `./${renamed}`
      changed += script.slice(at, start) + JSON.stringify(relative)
      at = token.end
    }
  }
  const rest = script.slice(at).replace(SOURCE_MAP, (whole, open: string, name: string, offset: number) => {
    const renamed = renameName(name, { path, base, offset: at + offset, mayMiss: true }, rename)
    return renamed === undefined ? whole : open + renamed
  })
  return changed + rest
}
