import { readdirSync, statSync, type Dirent } from 'node:fs'
import { join } from 'node:path'
import { statOf, type StaticApp } from './locate.ts'
import { isServable, realPathOf, realRoots } from './roots.ts'
import { isPlainName } from './static-path.ts'

export interface StaticListing {
  /** As `static()` takes it. */
  path: string
  file: string
  /** The app whose folder it lies in; `undefined`: the site's own. */
  app: string | undefined
}

/**
 * Every file that is served, in order of path. A site's file goes before an app's of the same path; a link that leads
 * out of the static folders is left out.
 */
export function listFiles(siteFolder: string, apps: readonly StaticApp[]): StaticListing[] {
  const roots = realRoots([siteFolder, ...apps.flatMap((app) => app.staticFolder ?? [])])
  const found = new Map<string, StaticListing>()
  const names = new Set(apps.filter((app) => app.staticFolder !== undefined).map((app) => app.name))
  // An app's link is passed over: its files are the app's.
  walk(
    siteFolder,
    '',
    (entry, prefix) => !(prefix === '' && entry.isSymbolicLink() && names.has(entry.name)),
    undefined,
    found,
  )
  for (const { name, staticFolder } of apps) {
    if (staticFolder !== undefined) walk(staticFolder, `${name}/`, () => true, name, found)
  }
  const served = [...found.values()].filter(({ file }) => isServable(realPathOf(file), roots))
  return served.sort((a, b) => (a.path < b.path ? -1 : 1))
}

function walk(
  folder: string,
  prefix: string,
  enter: (entry: Dirent, prefix: string) => boolean,
  app: string | undefined,
  found: Map<string, StaticListing>,
): void {
  for (const entry of entriesOf(folder)) {
    if (!isPlainName(entry.name) || !enter(entry, prefix)) continue
    const file = join(folder, entry.name)
    const path = prefix + entry.name
    // Links to folders are not followed: they can lead round in circles. Served they are, if they stay inside.
    if (entry.isDirectory()) walk(file, `${path}/`, enter, app, found)
    else if (statOf(statSync, file)?.isFile() === true && !found.has(path))
      found.set(path, { path, file, app })
  }
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}
