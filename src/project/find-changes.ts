import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isAbsent } from '../base/files.ts'
import { listSources, stateOfFile } from './build-sources.ts'
import { RECORD, type SiteBuild } from './site-build.ts'

/** What is different in a project from what its build was made from. */
export interface SourceChanges {
  /** Paths below the root, with `/`, in order; a package is told by its name. */
  readonly paths: readonly string[]
}

/**
 * Compares a project with its build. It looks at sizes and times, and reads only files that are newer than the build: a
 * copied project, all of whose files are new, is read whole.
 * @returns `undefined` when nothing is different, or when no sources are there to compare
 */
export function findChanges(root: string, { folder, record }: SiteBuild): SourceChanges | undefined {
  const builtAt = statSync(join(folder, RECORD)).mtimeMs
  const left = new Map(Object.entries(record.sources))
  const sources = listSources(root, record.except).filter(({ path }) => path !== 'package.json')
  left.delete('package.json')
  if (!sources.some(({ path }) => left.has(path))) return undefined
  const paths: string[] = []
  for (const { path, file, stats } of sources) {
    const built = left.get(path)
    left.delete(path)
    const isSame =
      built !== undefined &&
      stats.size === built[0] &&
      (Math.max(stats.mtimeMs, stats.ctimeMs) < builtAt || stateOfFile(file)[1] === built[1])
    if (!isSame) paths.push(path)
  }
  paths.push(...left.keys())
  for (const [name, version] of Object.entries(record.packages)) {
    if (packageVersion(root, name) !== version) paths.push(name)
  }
  return paths.length === 0 ? undefined : { paths: paths.sort() }
}

/** The version of a package as it is installed in a project; '' when it is not, or has none. */
export function packageVersion(root: string, name: string): string {
  try {
    const { version } = JSON.parse(
      readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8'),
    ) as {
      version?: unknown
    }
    return typeof version === 'string' ? version : ''
  } catch (error) {
    if (isAbsent(error)) return ''
    throw error
  }
}
