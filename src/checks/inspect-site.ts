import { readFileSync } from 'node:fs'
import {
  appFolders,
  describeProject,
  inspectApps,
  inspectSettings,
  loadEnv,
  loadSettingsToInspect,
  type App,
  type Mode,
  type Project,
  type Settings,
} from '../project/index.ts'
import { createStatic, type StaticFiles } from '../static/index.ts'
import { createTemplateEngine, type TemplateEngine } from '../templates/index.ts'
import type { CheckId } from './check-ids.ts'
import { codeReferences } from './code-references.ts'
import { finding, type Finding } from './finding.ts'
import { fromError } from './from-error.ts'
import { inspectRoutes, type InspectedRoutes } from './inspect-routes.ts'
import type { Reference } from './reference.ts'
import { readSources, type SourceFile } from './source-files.ts'
import { templateReferences } from './template-references.ts'

export interface InspectOptions {
  /** The folder of `settings.ts`. */
  root: string
  /** Where `.env` is read into; `process.env` when left out. */
  env?: Record<string, string | undefined> | undefined
  /** Look at the site as it will run in production, and at what only matters there. */
  deploy?: boolean | undefined
}

export interface SiteTemplate {
  name: string
  file: string
  app: string | undefined
  text: string
  references: readonly Reference[]
}

/** A site taken to pieces: each part as far as it could be read, whatever is wrong with the others. */
export interface InspectedSite {
  readonly project: Project
  readonly env: Readonly<Record<string, string>>
  readonly deploy: boolean
  readonly settings: Settings
  readonly apps: readonly App[]
  readonly folders: readonly { name: string; folder: string }[]
  readonly routes: InspectedRoutes
  readonly templ: TemplateEngine
  readonly templates: readonly SiteTemplate[]
  readonly statics: StaticFiles
  readonly sources: readonly SourceFile[]
  /** Names in code. Those in templates are with each template. */
  readonly references: readonly Reference[]
  /** What reading the parts brought to light by itself. */
  readonly found: readonly Finding[]
}

/** Reads a site part by part. What cannot be read becomes a finding, and the rest goes on without it. */
export async function inspectSite({
  root,
  env: given,
  deploy = false,
}: InspectOptions): Promise<InspectedSite> {
  const found: Finding[] = []
  const project = describeProject(root)
  const env = readEnv(root, given, found)
  const mode: Mode = deploy ? 'production' : env['NODE_ENV'] === 'test' ? 'test' : 'development'
  const settings = await readSettings(project, env, mode, found)
  const { apps, problems } = inspectApps(project, settings)
  for (const problem of problems) found.push(fromError(problem, APP_IDS[problem.code] ?? 'tao.E205'))

  const routes = await inspectRoutes(project, apps, settings, found)
  const templ = createTemplateEngine({
    siteFolder: project.templFolder,
    apps,
    extensions: settings.templ.extensions,
    globals: { ...settings.templ.globals },
    filters: { ...settings.templ.filters },
    cache: true,
  })
  const statics = createStatic({
    siteFolder: project.staticFolder,
    apps,
    url: settings.static.url,
    maxAge: settings.static.maxAge,
    fresh: true,
  })
  const sources = readSources(project.root)
  return {
    project,
    env,
    deploy,
    settings,
    apps,
    folders: appFolders(project.appsFolder),
    routes,
    templ,
    templates: readTemplates(templ, apps),
    statics,
    sources,
    references: sources.flatMap(codeReferences),
    found,
  }
}

const APP_IDS: Readonly<Record<string, CheckId>> = {
  TAO_APP_BAD_NAME: 'tao.E203',
  TAO_APP_UNKNOWN: 'tao.E204',
}

const SETTING_IDS: Readonly<Record<string, CheckId>> = {
  TAO_SETTINGS_UNKNOWN_KEY: 'tao.E102',
  TAO_SETTINGS_INVALID: 'tao.E103',
  TAO_SETTINGS_SECRET: 'tao.E104',
}

function readEnv(root: string, given: InspectOptions['env'], found: Finding[]): Record<string, string> {
  try {
    return loadEnv(root, given)
  } catch (error) {
    found.push(fromError(error, 'tao.E105'))
    return Object.fromEntries(
      Object.entries(given ?? process.env).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      ),
    )
  }
}

async function readSettings(
  project: Project,
  env: Record<string, string>,
  mode: Mode,
  found: Finding[],
): Promise<Settings> {
  const warn = (): void => {
    found.push(
      finding('tao.I107', 'There is no SECRET_KEY in .env: sessions end with the process', {
        hint: 'Run "tao secret".',
      }),
    )
  }
  try {
    const { settings, problems } = await loadSettingsToInspect(project, { env, mode, warn })
    for (const problem of problems) found.push(fromError(problem, SETTING_IDS[problem.code] ?? 'tao.E103'))
    return settings
  } catch (error) {
    found.push(fromError(error, 'tao.E101'))
    return inspectSettings({}, { env, mode, root: project.root, name: project.name }).settings
  }
}

/** The templates that are the site's to mend: not those of batteries and packages, but what overrides them. */
function readTemplates(templ: TemplateEngine, apps: readonly App[]): SiteTemplate[] {
  const foreign = apps.filter(({ kind }) => kind !== 'site').map(({ folder }) => folder)
  return templ
    .list()
    .filter(({ file }) => !foreign.some((folder) => file.startsWith(folder)))
    .map(({ name, file, app }) => {
      const text = readFileSync(file, 'utf8')
      return { name, file, app, text, references: templateReferences(file, text) }
    })
}
