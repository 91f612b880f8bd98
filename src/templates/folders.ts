import { readdirSync, statSync, type Stats } from 'node:fs'
import { extname, join } from 'node:path'
import { formatName, type TemplateName } from './name.ts'

export interface TemplateApp {
  name: string
  templFolder: string | undefined
}

export interface FoldersOptions {
  siteFolder: string
  apps: readonly TemplateApp[]
  /** Templates of tao itself: the last to be looked at for names without an app, and `tao:name`. */
  builtinFolder?: string | undefined
  extensions: readonly string[]
}

/** One template as the folders hold it. */
export interface TemplateFile {
  name: string
  file: string
  app: string | undefined
}

/** Where templates lie, and in which order the folders are asked. */
export interface Folders {
  /** Every file that could be the template, the one that wins first. */
  candidates(name: TemplateName): string[]
  hasApp(name: string): boolean
  readonly appNames: readonly string[]
  /** Every template there is, by name; of several files under one name only the winner. */
  list(): TemplateFile[]
}

/** The folders of templates themselves, by what tells them apart: `''` for the site's own, else the app's name. */
export function templateRoots({
  siteFolder,
  apps,
}: Pick<FoldersOptions, 'siteFolder' | 'apps'>): [key: string, folder: string][] {
  const ofApps = apps.flatMap(({ name, templFolder }): [string, string][] =>
    templFolder === undefined ? [] : [[name, templFolder]],
  )
  return [['', siteFolder], ...ofApps]
}

/** The files of one of these folders, as paths below it, in order. */
export function templatePaths(folder: string): string[] {
  return walk(folder)
}

const BUILTIN_APP = 'tao'

export function createFolders(options: FoldersOptions): Folders {
  const apps = new Map(options.apps.map((app) => [app.name, app.templFolder]))
  if (options.builtinFolder !== undefined && !apps.has(BUILTIN_APP))
    apps.set(BUILTIN_APP, options.builtinFolder)
  const bare = [options.siteFolder, options.builtinFolder].filter((folder) => folder !== undefined)

  function folders(app: string | undefined): string[] {
    if (app === undefined) return bare
    const own = apps.get(app)
    return own === undefined ? [join(options.siteFolder, app)] : [join(options.siteFolder, app), own]
  }

  function files(path: string): string[] {
    const withExtension = options.extensions.map((extension) => path + extension)
    return extname(path) === '' ? withExtension : [path, ...withExtension]
  }

  return {
    candidates: ({ app, path }) =>
      folders(app).flatMap((folder) => files(path).map((file) => join(folder, file))),
    hasApp: (name) => apps.has(name),
    appNames: [...apps.keys()],
    list() {
      const found = new Map<string, TemplateFile>()
      const add = (app: string | undefined, folder: string, path: string): void => {
        const extension = options.extensions.find((known) => path.endsWith(known) && path !== known)
        const name = formatName({
          app,
          path: extension === undefined ? path : path.slice(0, -extension.length),
        })
        if (!found.has(name)) found.set(name, { name, file: join(folder, path), app })
      }
      for (const app of apps.keys()) {
        for (const folder of folders(app)) for (const path of walk(folder)) add(app, folder, path)
      }
      for (const folder of bare) {
        for (const path of walk(folder)) {
          const first = path.split('/', 1)[0]!
          if (!(path.includes('/') && apps.has(first))) add(undefined, folder, path)
        }
      }
      return [...found.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))
    },
  }
}

/** The file's facts, or `undefined` when it is not there or is no file. */
export function statFile(file: string): Stats | undefined {
  try {
    const stats = statSync(file, { throwIfNoEntry: false })
    return stats?.isFile() === true ? stats : undefined
  } catch {
    // ENOTDIR, ELOOP, ENAMETOOLONG, EACCES on a folder: no template can be read there.
    return undefined
  }
}

function walk(folder: string, below = ''): string[] {
  let entries
  try {
    entries = readdirSync(join(folder, below), { withFileTypes: true })
  } catch {
    return []
  }
  return entries
    .filter((entry) => !entry.name.startsWith('.') && !entry.name.endsWith('~'))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = below === '' ? entry.name : `${below}/${entry.name}`
      if (entry.isDirectory()) return walk(folder, path)
      return entry.isFile() || statFile(join(folder, path)) !== undefined ? [path] : []
    })
}
