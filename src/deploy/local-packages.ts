import { existsSync, readFileSync, statSync } from 'node:fs'
import { join, posix } from 'node:path'

/** What package.json has from this machine and no registry. */
export interface LocalPackages {
  /** Paths in the project, with `/`: files that npm unpacks, and folders that it links. */
  files: readonly string[]
  folders: readonly string[]
  /** Names of dependencies that lie elsewhere. */
  outside: readonly string[]
}

interface Manifest {
  dependencies?: Record<string, string>
  workspaces?: unknown
}

/** Dependencies by a path, and workspaces, that an install needs beside package.json. */
export function findLocalPackages(root: string): LocalPackages {
  const { dependencies = {}, workspaces } = readManifest(root)
  const files = new Set<string>()
  const folders = new Set(workspaceFolders(workspaces))
  const outside: string[] = []
  for (const [name, wanted] of Object.entries(dependencies)) {
    const path = /^(?:file|link|portal):(?:\/\/)?(.*)$/.exec(wanted)?.[1]
    if (path === undefined) continue
    const inside = posix.normalize(path).replace(/\/$/, '')
    if (posix.isAbsolute(inside) || inside === '.' || inside.startsWith('..')) outside.push(name)
    else if (isFile(join(root, inside))) files.add(inside)
    else folders.add(inside)
  }
  return {
    files: [...files],
    folders: [...folders].filter((folder) => existsSync(join(root, folder))),
    outside,
  }
}

/** `["packages/*"]` → `packages`: what lies before the first pattern, whole. */
function workspaceFolders(workspaces: unknown): string[] {
  const patterns = Array.isArray(workspaces) ? workspaces : (workspaces as { packages?: unknown })?.packages
  if (!Array.isArray(patterns)) return []
  return patterns.flatMap((pattern: unknown) => {
    if (typeof pattern !== 'string' || pattern.startsWith('!')) return []
    const folder = posix.normalize(pattern.replace(/[^/]*[*?{[].*$/, '')).replace(/\/$/, '')
    return folder === '.' || folder.startsWith('..') ? [] : [folder]
  })
}

function readManifest(root: string): Manifest {
  try {
    return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest
  } catch {
    return {}
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}
