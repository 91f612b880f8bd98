import { ensureDir } from 'fs-extra/esm'
import { readFileSync } from 'node:fs'
import { join, posix, relative, sep } from 'node:path'
import { isWithin } from '../base/files.ts'
import { taoVersion } from '../base/version.ts'
import { inspectSite, type InspectedSite } from '../checks/index.ts'
import {
  buildFolders,
  listSources,
  packageVersion,
  stateOf,
  type BuildRecord,
  type SourcePath,
} from '../project/index.ts'
import { formatManifest, loadStaticBuilder, MANIFEST, readManifest } from '../static/index.ts'
import { precompileTemplates, TEMPLATES, type Precompiled } from '../templates/index.ts'
import { compileModules, type CompiledModules } from './compile-modules.ts'
import { findProblems } from './find-problems.ts'
import { needsTypeScript } from './linked-typescript.ts'
import { nameModules } from './module-names.ts'
import type { Problem } from './problem.ts'
import { stageBuild } from './write-build.ts'

export interface BuildProjectOptions {
  /** The folder of `settings.ts`. */
  root: string
  env?: Record<string, string | undefined> | undefined
  /** Do everything but leave the build that is there in place. */
  dryRun?: boolean | undefined
  /** Remove the static files of earlier builds that neither this one nor the one before names. */
  clean?: boolean | undefined
  /** Ends the build, nothing being left behind. */
  signal?: AbortSignal | undefined
}

export interface BuiltProject {
  /** Where it is. */
  folder: string
  modules: number
  templates: Pick<Precompiled, 'count' | 'interpreted'>
  static: { files: number; bytes: number; compressedBytes: number }
  /** Files that were taken along as they are. */
  others: { files: number; bytes: number }
  /** Static files of earlier builds that were removed. */
  pruned: { files: number; bytes: number } | undefined
  /** What there is to say, although it was built. */
  warnings: readonly Problem[]
}

/** What keeps a site from being built. */
export interface RefusedBuild {
  problems: readonly Problem[]
}

/**
 * Makes the production form of a site in `.tao/build` and `.tao/static`. The build that was there is whole until the
 * new one is, and stays where anything is wrong.
 * @throws the signal's reason; what the disk throws
 */
export async function buildProject(options: BuildProjectOptions): Promise<BuiltProject | RefusedBuild> {
  const { root, env, signal } = options
  const startedAt = new Date()
  const site = await inspectSite({ root, env })
  const except = dataFolders(site)
  const sources = listSources(root, except)
  const modules = await compileModules(root, sources)
  const found = findProblems(site)
  const problems = [...found, ...notYetTold(modules.problems, found)]
  const errors = problems.filter(({ level }) => level === 'error')
  if (errors.length > 0) return { problems: errors }
  signal?.throwIfAborted()

  const templates = precompileTemplates({
    env: site.templ.nunjucks,
    siteFolder: site.project.templFolder,
    apps: site.apps,
  })
  const others = otherFiles(sources, site)
  const templFolders = [
    site.project.templFolder,
    ...site.apps.flatMap(({ templFolder }) => templFolder ?? []),
  ]
  const data = others.filter(({ file }) => !templFolders.some((folder) => isWithin(folder, file)))
  const record = makeRecord(root, sources, site, modules, except)
  const { folder, staticFolder } = buildFolders(root)
  const { buildStatic, pruneStatic } = await loadStaticBuilder()
  const before = readManifest(join(folder, MANIFEST), staticFolder)
  const statics = await buildStatic({
    siteFolder: site.project.staticFolder,
    apps: site.apps,
    url: site.settings.static.url,
    folder: staticFolder,
    before,
    signal,
  })
  try {
    const files = new Map([
      ...modules.files,
      ...packageFiles(root, sources),
      [TEMPLATES, templates.code],
      [MANIFEST, formatManifest(statics.manifest)],
    ])
    const copies = new Map(others.map(({ path, file }): [string, string] => [path, file]))
    const staged = await stageBuild(folder, { files, copies, record, startedAt }, signal)
    if (options.dryRun) {
      await staged.discard()
      await statics.undo()
    } else {
      // Also for a site without static files: a recipe that copies the folder does not ask.
      await ensureDir(staticFolder)
      await staged.putInPlace()
    }
  } catch (error) {
    await statics.undo()
    throw error
  }
  // What the build before names is what servers that have not been told of this one still send.
  const pruned = options.clean && !options.dryRun ? await pruneStatic(statics.manifest, before) : undefined
  const { manifest, bytes, compressedBytes } = statics
  return {
    folder,
    modules: modules.count,
    templates,
    static: { files: Object.keys(manifest.files).length, bytes, compressedBytes },
    others: { files: data.length, bytes: data.reduce((sum, { stats }) => sum + stats.size, 0) },
    pruned,
    warnings: problems,
  }
}

/** The folder of the embedded store, if it lies in the project. */
function dataFolders({ project, settings }: InspectedSite): string[] {
  const folder = /^embedded:(.+)$/.exec(settings.database)?.[1]
  if (folder === undefined) return []
  const path = relative(project.root, join(project.root, folder)).split(sep).join('/')
  return path === '' || path.startsWith('..') ? [] : [path]
}

/** What is neither code nor a static file: templates, data that code reads. They are taken along as they are. */
function otherFiles(sources: readonly SourcePath[], { project, apps }: InspectedSite): SourcePath[] {
  const names = nameModules(project.root, sources)
  const folders = [project.staticFolder, ...apps.flatMap(({ staticFolder }) => staticFolder ?? [])]
  return sources.filter(
    ({ path, file }) =>
      !names.isModule(path) &&
      posix.basename(path) !== 'package.json' &&
      !folders.some((folder) => isWithin(folder, file)),
  )
}

/** Each package.json says what a file is to Node; the modules its "imports" name have other names in the build. */
function packageFiles(root: string, sources: readonly SourcePath[]): [string, string][] {
  const names = nameModules(root, sources)
  return sources
    .filter(({ path }) => posix.basename(path) === 'package.json')
    .map(({ path, file }) => {
      const text = readFileSync(file, 'utf8')
      const content = JSON.parse(text) as { imports?: unknown }
      if (content.imports === undefined) return [path, text]
      const folder = posix.dirname(path)
      const rename = (value: unknown): unknown => {
        if (typeof value === 'string') {
          if (!value.startsWith('./')) return value
          return `./${posix.relative(folder, names.built(posix.join(folder, value)))}`
        }
        if (Array.isArray(value)) return value.map(rename)
        if (typeof value !== 'object' || value === null) return value
        return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, rename(one)]))
      }
      return [path, `${JSON.stringify({ ...content, imports: rename(content.imports) }, undefined, 2)}\n`]
    })
}

function makeRecord(
  root: string,
  sources: readonly SourcePath[],
  { apps, settings }: InspectedSite,
  modules: CompiledModules,
  except: readonly string[],
): BuildRecord {
  const packages = apps.flatMap(({ name, kind }): [string, string][] => {
    const specifier = kind === 'package' ? settings.apps[name]?.package : undefined
    if (specifier === undefined || specifier.startsWith('.')) return []
    return [[specifier, packageVersion(root, specifier)]]
  })
  return {
    version: 1,
    tao: taoVersion(),
    typescript: needsTypeScript(root, modules.packages, apps),
    packages: Object.fromEntries(packages),
    except,
    sources: Object.fromEntries(sources.map(({ path, file }) => [path, stateOf(readFileSync(file))])),
  }
}

/** What the checks found need not be told twice: an import that fails is seen by both. */
function notYetTold(problems: readonly Problem[], told: readonly Problem[]): Problem[] {
  return problems.filter(
    ({ place }) =>
      place?.line === undefined ||
      !told.some((other) => other.place?.file === place.file && other.place.line === place.line),
  )
}
