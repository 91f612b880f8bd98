import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, realpathSync, statSync, type Stats } from 'node:fs'
import { join, sep } from 'node:path'
import type { SourceState } from './site-build.ts'

/** A file that a build is made from. */
export interface SourcePath {
  /** Below the project's root, with `/`. */
  path: string
  file: string
  stats: Stats
}

/** In the root alone: what the site writes, what tools make, and tests. */
const NOT_SOURCE = new Set(
  'data uploads logs log tmp temp dist build coverage test-results test tests node_modules'.split(' '),
)
/** In the root alone: what is about the project and no part of the site. */
const ABOUT =
  /^(?:README|CHANGELOG|CONTRIBUTING|LICEN[CS]E|SECURITY|Dockerfile|Procfile)\b|^(?:docker-)?compose[\w.-]*\.ya?ml$|^tsconfig[\w.-]*\.json$|^(?:package-lock|npm-shrinkwrap)\.json$|^(?:pnpm-lock|pnpm-workspace)\.yaml$|^yarn\.lock$|^bun\.lockb?$|^(?:vitest|vite|playwright|eslint|prettier|oxlint)\.config\./i
const TEST_OR_TYPES = /\.(?:test|spec|bench)\.[cm]?[jt]s$|\.d\.[cm]?ts$/
/** Beside the file being edited, and what programs leave behind. */
const LEFT_BEHIND = /~$|\.(?:tmp|bak|orig|log|pid|sock)$|^#.*#$/

/**
 * The files a build is made from, in order of their paths: everything in the project but names that begin with a dot,
 * packages, tests, and folders that the site itself writes. Links to folders are followed, except in static folders,
 * where they stand for the folders of apps.
 * @param except further folders, by their paths
 */
export function listSources(root: string, except: readonly string[] = []): SourcePath[] {
  const found: SourcePath[] = []
  const walk = (folder: string, prefix: string, above: readonly string[]): void => {
    for (const entry of entriesOf(folder)) {
      const { name } = entry
      const path = prefix + name
      const isTop = prefix === ''
      if (name.startsWith('.') || name === 'node_modules' || except.includes(path)) continue
      const file = join(folder, name)
      const stats = statSync(file, { throwIfNoEntry: false })
      if (stats?.isDirectory()) {
        if (isTop && NOT_SOURCE.has(name)) continue
        if (entry.isSymbolicLink() && /(?:^|\/)static\//.test(prefix)) continue
        const real = entry.isSymbolicLink() ? realpathSync(file) : join(above.at(-1)!, name)
        // A link that leads back up would go round for ever; one into a package leads to what is no source.
        if (above.includes(real) || real.includes(`${sep}node_modules${sep}`)) continue
        walk(file, `${path}/`, [...above, real])
      } else if (stats?.isFile() && !(isTop && ABOUT.test(name)) && !isLeftOut(name)) {
        found.push({ path, file, stats })
      }
    }
  }
  walk(root, '', [realpathSync(root)])
  return found
}

function isLeftOut(name: string): boolean {
  return TEST_OR_TYPES.test(name) || LEFT_BEHIND.test(name)
}

function entriesOf(folder: string): ReturnType<typeof readEntries> {
  return readEntries(folder).sort((a, b) => (a.name < b.name ? -1 : 1))
}

function readEntries(folder: string) {
  return readdirSync(folder, { withFileTypes: true })
}

/** What the record of a build keeps of a file. */
export function stateOf(content: Buffer): SourceState {
  return [content.length, createHash('sha256').update(content).digest('hex').slice(0, 16)]
}

/** As `stateOf`, of a file on disk. */
export function stateOfFile(file: string): SourceState {
  return stateOf(readFileSync(file))
}
