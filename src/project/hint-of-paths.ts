import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * What to do about a name that `paths` in tsconfig.json gives: it is there for the compiler and the editor alone, and
 * Node takes it for a package.
 */
export function hintOfPaths(root: string, specifier: string): string | undefined {
  let text: string
  try {
    text = readFileSync(join(root, 'tsconfig.json'), 'utf8')
  } catch {
    return undefined
  }
  const paths = /"paths"\s*:\s*\{([^}]*)\}/.exec(text)?.[1] ?? ''
  const keys = [...paths.matchAll(/"([^"]+)"\s*:/g)].map(([, key]) => key!)
  const known = keys.find((key) => key === specifier || (/\*/.test(key) && startsAlike(key, specifier)))
  if (known === undefined) return undefined
  return `Node reads no "paths" of tsconfig.json. Name it in package.json, "imports": { "#lib/*": "./lib/*" }, and import "#lib/name.ts".`
}

function startsAlike(key: string, specifier: string): boolean {
  const before = key.slice(0, key.indexOf('*'))
  return before !== '' && `${specifier}/`.startsWith(before)
}
