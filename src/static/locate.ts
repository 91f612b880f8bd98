import { lstatSync, statSync, type Stats } from 'node:fs'
import { join } from 'node:path'

/** An app, as far as its static files go. */
export interface StaticApp {
  name: string
  staticFolder: string | undefined
}

/** A file that answers a path. */
export interface Located {
  file: string
  app: string | undefined
  stats: Stats
}

/** Looks a path up, without knowing yet whether links on the way leave the static folders. */
export type Locate = (names: readonly string[]) => Located | undefined

/**
 * The order of looking: for `<app>/...` the site's own real folder of that name, file by file, then the app's
 * folder. A link of that name is passed over, so that a missing, stale or impossible link changes nothing.
 */
export function createLocate(siteFolder: string, apps: readonly StaticApp[]): Locate {
  const folders = new Map(
    apps.flatMap(({ name, staticFolder }) => (staticFolder === undefined ? [] : [[name, staticFolder]])),
  )

  return (names) => {
    const [first, ...rest] = names
    const folder = names.length > 1 ? folders.get(first!) : undefined
    if (folder === undefined) return located(join(siteFolder, ...names), undefined)
    const own = statOf(lstatSync, join(siteFolder, first!))
    const overriding =
      own?.isDirectory() === true ? located(join(siteFolder, ...names), undefined) : undefined
    return overriding ?? located(join(folder, ...rest), first)
  }
}

function located(file: string, app: string | undefined): Located | undefined {
  const stats = statOf(statSync, file)
  return stats?.isFile() === true ? { file, app, stats } : undefined
}

/** Synchronous on purpose: a stat that the system has at hand takes microseconds, a trip to the thread pool fifty. */
export function statOf(
  stat: (path: string, options: { throwIfNoEntry: false }) => Stats | undefined,
  path: string,
): Stats | undefined {
  try {
    return stat(path, { throwIfNoEntry: false })
  } catch {
    // A name too long, a loop of links, a folder that may not be entered: there is nothing to serve.
    return undefined
  }
}

/** Tells one state of a file from another: its identity, size and times. */
export function signatureOf(stats: Stats | undefined): string {
  return stats === undefined
    ? '-'
    : `${stats.dev}:${stats.ino}:${stats.size}:${stats.mtimeMs}:${stats.ctimeMs}`
}
