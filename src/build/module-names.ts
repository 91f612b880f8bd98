import { readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import type { SourcePath } from '../project/index.ts'

/** What compiled modules are called, and which files of the project are modules. */
export interface ModuleNames {
  /** The path of a file in the build, with `/`. */
  built(path: string): string
  isModule(path: string): boolean
}

/**
 * `views.ts` becomes `views.js` where Node takes that for a module, and `views.mjs` where it does not: by the "type" of
 * the nearest package.json, as Node itself looks for it.
 */
export function nameModules(root: string, sources: readonly SourcePath[]): ModuleNames {
  const packages = new Set(
    sources
      .filter(({ path }) => posix.basename(path) === 'package.json')
      .map(({ path }) => posix.dirname(path)),
  )
  const types = new Map<string, boolean>()

  function hasModules(folder: string): boolean {
    const known = types.get(folder)
    if (known !== undefined) return known
    const found = packages.has(folder)
      ? isModulePackage(join(root, folder, 'package.json'))
      : folder !== '.' && hasModules(posix.dirname(folder))
    types.set(folder, found)
    return found
  }

  return {
    built(path) {
      if (path.endsWith('.mts')) return path.replace(/ts$/, 'js')
      return path.replace(/\.ts$/, hasModules(posix.dirname(path)) ? '.js' : '.mjs')
    },
    isModule: (path) => /\.m[jt]s$|\.ts$/.test(path) || (path.endsWith('.js') && hasModules(dirname(path))),
  }
}

function isModulePackage(file: string): boolean {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { type?: unknown }).type === 'module'
  } catch {
    return false
  }
}
