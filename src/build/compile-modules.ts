import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, posix, relative, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { isWithin } from '../base/files.ts'
import { didYouMean } from '../base/text.ts'
import {
  lineAndColumn,
  loadModuleCompiler,
  nearbyModules,
  type ModuleCompiler,
  type SourcePath,
} from '../project/index.ts'
import { findReferences, type ModuleReference } from './local-references.ts'
import { nameModules } from './module-names.ts'
import type { Problem } from './problem.ts'

export interface CompiledModules {
  /** The texts of files, by their paths in the build. */
  files: Map<string, string>
  /** How many modules there are; maps are not counted. */
  count: number
  problems: Problem[]
  /** The packages they import, by the names that are written. */
  packages: Set<string>
}

/**
 * Compiles the modules of a project: TypeScript becomes JavaScript with a source map, and the names of other modules
 * become those they have in the build. Files that are no modules are left to the caller.
 */
export async function compileModules(root: string, sources: readonly SourcePath[]): Promise<CompiledModules> {
  const compiler = await loadModuleCompiler()
  const names = nameModules(root, sources)
  const modules = sources.filter(({ path }) => names.isModule(path))
  const result: CompiledModules = { files: new Map(), count: 0, problems: [], packages: new Set() }
  // Node resolves imports from where a file really is, links followed.
  const pathOfFile = new Map<string, string>()
  for (const { path, file } of sources) {
    const real = realpathSync(file)
    if (!pathOfFile.has(real)) pathOfFile.set(real, path)
  }
  const madeFrom = new Map<string, string>()
  for (const { path, file } of modules) {
    const built = names.built(path)
    const other = madeFrom.get(built) ?? (built !== path && sources.find((one) => one.path === built)?.path)
    if (other) {
      result.problems.push({
        id: 'TAO_BUILD_CLASH',
        level: 'error',
        message: `${other} lies beside ${posix.basename(path)}: in the build both would be called ${built}`,
        hint: 'Remove or rename one of them.',
        place: { file },
      })
      continue
    }
    madeFrom.set(built, path)
    const text = readFileSync(file, 'utf8')
    const renamed = renameReferences({ root, path, file, text, builtName: names.built, pathOfFile }, result)
    compile({ path, file, built, text: renamed }, compiler, result)
  }
  return result
}

function compile(
  { path, file, built, text }: { path: string; file: string; built: string; text: string },
  compiler: ModuleCompiler,
  { files, problems }: CompiledModules,
): void {
  const isTypeScript = built !== path
  const compiled = isTypeScript ? compiler.compileModule(file, text) : undefined
  const mistake =
    compiled === undefined
      ? compiler.findSyntaxMistake(file, text)
      : 'reason' in compiled
        ? compiled
        : undefined
  if (mistake !== undefined) {
    const { reason, hint, line, column } = mistake
    problems.push({
      id: 'TAO_IMPORT_SYNTAX',
      level: 'error',
      message: `${path} has a syntax error: ${reason}`,
      hint,
      place: { file, line, column },
    })
  } else if (compiled !== undefined && 'code' in compiled) {
    const map = `${posix.basename(built)}.map`
    files.set(built, `${compiled.code}//# sourceMappingURL=${encodeURIComponent(map)}\n`)
    files.set(`${built}.map`, `${compiled.map}\n`)
  } else files.set(built, text)
}

interface Renaming {
  root: string
  path: string
  file: string
  text: string
  builtName: (path: string) => string
  pathOfFile: ReadonlyMap<string, string>
}

/** The text with the names that other modules have in the build. */
function renameReferences(renaming: Renaming, result: CompiledModules): string {
  const { path, file, text, builtName, pathOfFile } = renaming
  const { references, computed } = findReferences(text)
  result.count++
  for (const start of computed) {
    result.problems.push({
      id: 'TAO_BUILD_COMPUTED',
      level: 'warning',
      message: `${path} imports what it puts together while it runs, and that cannot be followed`,
      hint: 'In the build, names of modules end in .js.',
      place: { file, ...lineAndColumn(text, start) },
    })
  }
  const base = pathToFileURL(realpathSync(file))
  let renamed = ''
  let at = 0
  for (const reference of references) {
    const { specifier, start, end, typeOnly } = reference
    if (typeOnly) continue
    if (!/^(?:\.{1,2}\/|\/|file:)/.test(specifier)) {
      const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0]
      if (name !== undefined && !specifier.includes(':')) result.packages.add(name)
      continue
    }
    const url = new URL(specifier, base)
    const target = asFile(url)
    const targetPath = target === undefined ? undefined : pathOfFile.get(target)
    if (targetPath === undefined) {
      const problem = target === undefined ? undefined : explain(renaming, reference, target)
      if (problem !== undefined) result.problems.push(problem)
      continue
    }
    const way = posix.relative(posix.dirname(path), builtName(targetPath))
    const name = `${way.startsWith('.') ? '' : './'}${way.split('/').map(encodePart).join('/')}${url.search}${url.hash}`
    if (name === specifier) continue
    renamed += text.slice(at, start) + JSON.stringify(name)
    at = end
  }
  return renamed + text.slice(at)
}

/** What a URL would take for something else. */
function encodePart(part: string): string {
  return part.replace(/[%?#]/g, encodeURIComponent)
}

function asFile(url: URL): string | undefined {
  try {
    const file = fileURLToPath(url)
    return existsSync(file) ? realpathSync(file) : file
  } catch {
    return undefined
  }
}

function hintFor(specifier: string, target: string): string | undefined {
  const { exact, names } = nearbyModules(specifier, target)
  return exact === undefined ? didYouMean(specifier, names) : `Did you mean "${exact}"?`
}

/** What is wrong with an import of something that is not in the build. */
function explain(
  { root, path, file, text }: Renaming,
  { specifier, start, dynamic }: ModuleReference,
  target: string,
): Problem | undefined {
  const place = { file, ...lineAndColumn(text, start) }
  if (target.includes(`${sep}node_modules${sep}`)) return undefined
  if (!existsSync(target)) {
    // It may be there later, or be asked for in case it is.
    if (dynamic) return undefined
    return {
      id: 'TAO_IMPORT_MISSING',
      level: 'error',
      message: `${path} imports "${specifier}", which does not exist`,
      hint: hintFor(specifier, target),
      place,
    }
  }
  const real = realpathSync(root)
  // A folder, such as new URL('.', import.meta.url); or data, which the code reads where it runs.
  if (dynamic && !/\.m?[jt]s$/.test(target)) return undefined
  const where = isWithin(real, target)
    ? `${relative(real, target).split(sep).join('/')}, which is left out of a build`
    : `${target}, which lies outside of the project`
  return {
    id: 'TAO_BUILD_OUTSIDE',
    level: 'error',
    message: `${path} imports ${where}`,
    hint: isWithin(real, target)
      ? `Move it: tests, types and what lies in ${dirname(relative(real, target))}/ are no part of the site.`
      : 'A build cannot take it along: make it a package, or move it into the project.',
    place,
  }
}
