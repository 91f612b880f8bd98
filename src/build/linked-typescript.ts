import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import type { App } from '../project/index.ts'

/**
 * Whether the site needs a compiler while it runs, although it was built: for the TypeScript of packages that are linked
 * into node_modules, such as those of a workspace. That of installed packages Node refuses to run, built or not.
 */
export function needsTypeScript(root: string, packages: Iterable<string>, apps: readonly App[]): boolean {
  if (apps.some(({ kind, routesFile }) => kind === 'package' && isOutsideTypeScript(root, routesFile)))
    return true
  return [...packages].some((name) => {
    const folder = name === 'tao1' ? undefined : installed(root, name)
    if (folder === undefined || realpathSync(folder).includes(`${sep}node_modules${sep}`)) return false
    return exportsTypeScript(join(folder, 'package.json'))
  })
}

function isOutsideTypeScript(root: string, file: string): boolean {
  return /\.m?ts$/.test(file) && !realpathSync(file).startsWith(realpathSync(root) + sep)
}

function installed(root: string, name: string): string | undefined {
  for (let folder = root; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name)
    if (existsSync(candidate)) return candidate
    if (dirname(folder) === folder) return undefined
  }
}

function exportsTypeScript(file: string): boolean {
  try {
    const { main, exports } = JSON.parse(readFileSync(file, 'utf8')) as { main?: unknown; exports?: unknown }
    return /(?<!\.d)\.m?ts"/.test(JSON.stringify([main, exports]))
  } catch {
    return false
  }
}
