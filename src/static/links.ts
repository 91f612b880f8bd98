import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs'
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { isWithin, temporaryBeside } from '../base/files.ts'
import { statOf } from './locate.ts'

export interface PlannedLink {
  app: string
  /** Where the link lies, absolute. */
  link: string
  /** What it holds or is to hold, relative to the folder it lies in. */
  target: string
  action: 'keep' | 'make' | 'mend' | 'remove' | 'conflict'
}

export interface LinkPlan {
  staticFolder: string
  links: PlannedLink[]
}

export interface LinkReport {
  made: PlannedLink[]
  mended: PlannedLink[]
  removed: PlannedLink[]
  /** A real folder or file is where the link would be; it was left alone, and goes before the app's files. */
  conflicts: PlannedLink[]
  /** Links cannot be made here: these apps are served from their own folders, which needs none. */
  direct: PlannedLink[]
}

/** What planning has to know of an app. */
export interface LinkedApp {
  name: string
  staticFolder: string | undefined
  /** Only apps of the site are linked; others are served from where they are installed. */
  kind?: string | undefined
}

/** Compares the links under the site's static folder with its apps. Changes nothing. */
export function planLinks(input: {
  staticFolder: string
  appsFolder: string
  apps: readonly LinkedApp[]
}): LinkPlan {
  const { staticFolder, appsFolder } = input
  const wanted = input.apps.filter(
    (app) => (app.kind ?? 'site') === 'site' && app.staticFolder !== undefined && isFolder(app.staticFolder),
  )
  const links = wanted.map((app) => planLink(app.name, staticFolder, app.staticFolder!))
  const names = new Set(wanted.map((app) => app.name))
  for (const name of namesIn(staticFolder)) {
    const link = join(staticFolder, name)
    const target = names.has(name) ? undefined : targetOf(link)
    if (target === undefined) continue
    // Left behind by an app that was removed or renamed. A link of the user's own leads elsewhere or to something.
    const goal = resolve(realOf(staticFolder), target)
    const ours = isWithin(realOf(appsFolder), goal) || isWithin(appsFolder, goal)
    if (ours && statOf(statSync, link) === undefined)
      links.push({ app: name, link, target, action: 'remove' })
  }
  return { staticFolder, links }
}

function planLink(app: string, staticFolder: string, folder: string): PlannedLink {
  const link = join(staticFolder, app)
  // Relative, so that the site can be moved; between real paths, since that is how the system reads a link.
  // The last step is taken as it is named: an app's static folder may be a link itself, and change.
  const wanted = relative(realOf(staticFolder), join(realOf(dirname(folder)), basename(folder)))
  const there = statOf(lstatSync, link)
  if (there === undefined) return { app, link, target: wanted, action: 'make' }
  const held = targetOf(link)
  if (held === undefined) return { app, link, target: wanted, action: 'conflict' }
  return { app, link, target: wanted, action: leadsTo(link, held, wanted, folder) ? 'keep' : 'mend' }
}

/** A junction of Windows holds an absolute path; anywhere else that breaks when the site is moved. */
function leadsTo(link: string, held: string, wanted: string, folder: string): boolean {
  if (process.platform === 'win32') return isSame(link, folder)
  return held.replace(/\/$/, '') === wanted || (!isAbsolute(held) && isSame(link, folder))
}

/**
 * Carries a plan out. A link is replaced in one step: no request meets a moment without it.
 * @returns what was done; nothing fails where links cannot be made
 */
export function mendLinks(plan: LinkPlan): LinkReport {
  const report: LinkReport = { made: [], mended: [], removed: [], conflicts: [], direct: [] }
  for (const planned of plan.links) {
    if (planned.action === 'conflict') report.conflicts.push(planned)
    else if (planned.action === 'remove') {
      if (tryTo(() => unlinkSync(planned.link))) report.removed.push(planned)
    } else if (planned.action !== 'keep') {
      if (tryTo(() => placeLink(plan.staticFolder, planned))) {
        report[planned.action === 'make' ? 'made' : 'mended'].push(planned)
      } else report.direct.push(planned)
    }
  }
  return report
}

function placeLink(staticFolder: string, { link, target }: PlannedLink): void {
  mkdirSync(staticFolder, { recursive: true })
  const temporary = temporaryBeside(link)
  // A junction needs no privilege on Windows, but an absolute target. The type means nothing elsewhere.
  symlinkSync(
    process.platform === 'win32' ? resolve(realOf(staticFolder), target) : target,
    temporary,
    'junction',
  )
  try {
    if (process.platform === 'win32') rmSync(link, { force: true })
    renameSync(temporary, link)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

/** Some shares, containers and Windows accounts allow no links; another process may have been faster. */
function tryTo(step: () => void): boolean {
  try {
    step()
    return true
  } catch {
    return false
  }
}

function isFolder(path: string): boolean {
  return statOf(statSync, path)?.isDirectory() === true
}

function isSame(a: string, b: string): boolean {
  const [first, second] = [statOf(statSync, a), statOf(statSync, b)]
  return first !== undefined && first.ino === second?.ino && first.dev === second.dev
}

function targetOf(link: string): string | undefined {
  try {
    return readlinkSync(link)
  } catch {
    return undefined
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** The real path, also of something that is not there yet. */
function realOf(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return dirname(path) === path ? path : join(realOf(dirname(path)), relative(dirname(path), path))
  }
}
