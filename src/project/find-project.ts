import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { projectNotFound } from './errors.ts'
import type { Project } from './project.ts'
import { buildFolders, readBuild, RECORD, type SiteBuild } from './site-build.ts'

/**
 * Finds the project a folder belongs to: the folder itself or the nearest one above it with `settings.ts` and either
 * `apps/` or `routes.ts`, or with nothing but a build of them.
 *
 * @throws `TAO_PROJECT_NOT_FOUND`, naming a project nearby when there is one.
 */
export function findProject(from: string): Project {
  const start = resolve(from)
  for (let folder = start; ; folder = dirname(folder)) {
    if (isProjectRoot(folder)) return describeProject(folder)
    if (dirname(folder) === folder) break
  }
  const below = findBelow(start)
  if (below !== undefined) {
    const there = relative(start, below)
    throw projectNotFound(`No project in ${start}. A project was found in ${there}: cd ${quote(there)}`, {
      details: { from: start, nearby: below },
    })
  }
  throw projectNotFound(`No project in ${start} or above it`, {
    hint: 'A project is a folder with settings.ts and apps/ or routes.ts; "tao new-project NAME" makes one.',
    details: { from: start },
  })
}

/** The project at a root, without looking elsewhere: its sources, and its build where there are none. */
export function describeProject(root: string): Project {
  const settingsFile = moduleIn(root, 'settings')
  if (settingsFile !== undefined) return describe(root, root, settingsFile)
  const build = readBuild(root)
  if (build === undefined) throw projectNotFound(`${root} has no settings.ts`)
  return describeBuilt(root, build)
}

/** The project at a root, its code being that of its build. */
export function describeBuilt(root: string, build: SiteBuild): Project {
  const settingsFile = moduleIn(build.folder, 'settings')
  if (settingsFile === undefined) throw projectNotFound(`${build.folder} has no settings.js`)
  return { ...describe(root, build.folder, settingsFile), build }
}

function describe(root: string, code: string, settingsFile: string): Project {
  const commandsFolder = join(code, 'commands')
  return {
    root,
    name: packageName(root) ?? basename(root),
    settingsFile,
    routesFile: moduleIn(code, 'routes'),
    middlewareFile: moduleIn(code, 'middleware'),
    appsFolder: join(code, 'apps'),
    templFolder: join(code, 'templ'),
    staticFolder: join(root, 'static'),
    commandsFolder: isFolder(commandsFolder) ? commandsFolder : undefined,
  }
}

/** `NAME.ts` or `NAME.js` in a folder. */
export function moduleIn(folder: string, name: string): string | undefined {
  return ['.ts', '.js', '.mts', '.mjs']
    .map((extension) => join(folder, name + extension))
    .find((file) => statSync(file, { throwIfNoEntry: false })?.isFile())
}

export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

function isProjectRoot(folder: string): boolean {
  if (moduleIn(folder, 'settings') === undefined) return existsSync(join(buildFolders(folder).folder, RECORD))
  return isFolder(join(folder, 'apps')) || moduleIn(folder, 'routes') !== undefined
}

function findBelow(start: string): string | undefined {
  let level = [start]
  for (let depth = 0; depth < 2; depth++) {
    level = level.flatMap(foldersIn)
    const found = level.find(isProjectRoot)
    if (found !== undefined) return found
  }
  return undefined
}

// Enough for a folder of projects; a home folder with thousands of entries must not hold up an error message.
const MOST_FOLDERS = 200

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
      .slice(0, MOST_FOLDERS)
      .map((entry) => join(folder, entry.name))
  } catch {
    return []
  }
}

function packageName(root: string): string | undefined {
  const file = join(root, 'package.json')
  if (!existsSync(file)) return undefined
  try {
    const { name } = JSON.parse(readFileSync(file, 'utf8')) as { name?: unknown }
    return typeof name === 'string' && name !== '' ? name : undefined
  } catch {
    return undefined
  }
}

function quote(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}
