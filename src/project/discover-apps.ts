import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TaoError } from '../base/errors.ts'
import { isWithin } from '../base/files.ts'
import { didYouMean } from '../base/text.ts'
import { appBadName, appPackageMissing, appTwice, appUnknown } from './errors.ts'
import { isFolder, moduleIn } from './find-project.ts'
import type { App, Project } from './project.ts'
import { settingPlace } from './setting-place.ts'
import type { AppSettings, Settings } from './settings.ts'

const BATTERIES = fileURLToPath(new URL('../batteries/', import.meta.url))

/**
 * Finds the apps of a site: batteries and packages as `settings.apps` lists them, then the folders in apps/ with a
 * routes file, in name order.
 *
 * @throws the first of what `inspectApps` finds wrong: `TAO_APP_BAD_NAME`, `TAO_APP_UNKNOWN`,
 *   `TAO_APP_PACKAGE_MISSING`, `TAO_APP_TWICE`.
 */
export function discoverApps(project: Project, settings: Pick<Settings, 'apps'>): App[] {
  const { apps, problems } = inspectApps(project, settings)
  if (problems.length > 0) throw problems[0]!
  return apps
}

/** As `discoverApps`, but returns the apps that are sound together with what is wrong. */
export function inspectApps(
  project: Project,
  settings: Pick<Settings, 'apps'>,
  batteries: string = BATTERIES,
): { apps: App[]; problems: TaoError[] } {
  const problems: TaoError[] = []
  const folders = appFolders(project.appsFolder)
  const own: App[] = []
  const added: Record<'battery' | 'package', App[]> = { battery: [], package: [] }

  for (const { name, folder } of folders) {
    const routesFile = moduleIn(folder, 'routes')
    if (routesFile === undefined) continue
    if (isAppName(name)) own.push(describeApp(name, 'site', routesFile, settings.apps[name]))
    else problems.push(appBadName(name, { hint: NAME_HINT, place: { file: routesFile } }))
  }
  for (const [name, given] of Object.entries(settings.apps)) {
    const at = (...keys: string[]) => ({ place: settingPlace(project.settingsFile, ['apps', name, ...keys]) })
    const folder = own.find((app) => app.name === name)?.folder
    if (!isAppName(name)) problems.push(appUnknown(name, { hint: NAME_HINT, ...at() }))
    else if (given.package !== undefined) {
      const found = packageRoutes(dirname(project.settingsFile), given.package)
      if (typeof found === 'string')
        problems.push(appPackageMissing(name, given.package, found, at('package')))
      else if (folder !== undefined) problems.push(appTwice(name, folder, found.folder, at('package')))
      else added.package.push(describeApp(name, 'package', found.routesFile, given, found.packageFolder))
    } else if (folder === undefined && given.remote === undefined) {
      const routesFile = moduleIn(join(batteries, name), 'routes')
      if (routesFile === undefined) {
        const hint = didYouMean(name, [...own.map((app) => app.name), ...namesIn(batteries)])
        problems.push(appUnknown(name, { hint: hint ?? `"tao new-app ${name}" makes one.`, ...at() }))
      } else added.battery.push(describeApp(name, 'battery', routesFile, given))
    }
  }
  const enabled = [...added.battery, ...added.package, ...own].filter(
    ({ name }) => settings.apps[name]?.enabled !== false,
  )
  return { apps: enabled.map((app) => withStaticSource(app, project)), problems }
}

/** A build has the static files of apps elsewhere: files that come later may still lie where the sources are. */
function withStaticSource(app: App, { root, build }: Project): App {
  if (build === undefined || !isWithin(build.folder, app.folder)) return app
  return { ...app, staticFolder: join(root, relative(build.folder, app.folder), 'static') }
}

const NAME_HINT = 'The name of an app begins with a letter and has letters, digits, - and _.'

/** Whether templates, routes, URLs and commands can carry a name in front: no dots, colons, slashes, spaces. */
export function isAppName(name: string): boolean {
  return /^[A-Za-z][A-Za-z0-9_-]*$/.test(name) && name.length <= 100
}

/** The folders in apps/ that may be apps, in name order: links are followed, hidden ones left alone, as by every tool. */
export function appFolders(appsFolder: string): { name: string; folder: string }[] {
  return namesIn(appsFolder)
    .filter((name) => !name.startsWith('.') && !name.startsWith('__') && name !== 'node_modules')
    .map((name) => ({ name, folder: join(appsFolder, name) }))
    .filter(({ folder }) => isFolder(folder))
}

function namesIn(folder: string): string[] {
  return existsSync(folder) && isFolder(folder) ? readdirSync(folder).sort() : []
}

function describeApp(
  name: string,
  kind: App['kind'],
  routesFile: string,
  given: AppSettings | undefined,
  packageFolder?: string,
): App {
  const folder = dirname(routesFile)
  const inside = (part: string): string | undefined =>
    isFolder(join(folder, part)) ? join(folder, part) : undefined
  // In the site's own apps these may come while it is served: no code changes, and so nothing is discovered anew.
  // A package's compiler moves its code alone: its templates and static files stay where they were.
  const insideLater = (part: string): string | undefined => {
    if (kind === 'site') return join(folder, part)
    const beside = packageFolder === undefined ? undefined : join(packageFolder, part)
    return inside(part) ?? (beside !== undefined && isFolder(beside) ? beside : undefined)
  }
  return {
    name,
    kind,
    folder,
    routesFile,
    middlewareFile: moduleIn(folder, 'middleware'),
    templFolder: insideLater('templ'),
    staticFolder: insideLater('static'),
    commandsFolder: inside('commands'),
    prefix: given?.prefix ?? '',
    namePrefix: given?.namePrefix ?? name,
  }
}

/** Where an app from a package has its routes, or why it has none. */
function packageRoutes(
  root: string,
  specifier: string,
): { folder: string; routesFile: string; packageFolder: string } | string {
  const folder = /^\.{1,2}(?:[\\/]|$)/.test(specifier)
    ? resolve(root, specifier)
    : inNodeModules(root, specifier)
  if (folder === undefined) return `it is not installed: npm install ${specifier}`
  if (!isFolder(folder)) return `there is no folder ${folder}`
  // What is published is compiled, and often one level down; Node runs no TypeScript from packages.
  const packaged = realpathSync(folder).includes(`${sep}node_modules${sep}`)
  const candidates = [moduleIn(folder, 'routes'), moduleIn(join(folder, 'dist'), 'routes')]
  const found = candidates.filter((file) => file !== undefined)
  const routesFile = found.find((file) => !packaged || !file.endsWith('ts'))
  if (routesFile !== undefined) {
    return { folder: dirname(routesFile), routesFile, packageFolder: folder }
  }
  return found.length > 0
    ? `its ${found[0]} is TypeScript, which Node does not run from packages`
    : `${folder} holds no routes file`
}

function inNodeModules(root: string, specifier: string): string | undefined {
  for (let folder = root; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', specifier)
    if (isFolder(candidate)) return candidate
    if (dirname(folder) === folder) return undefined
  }
}
