import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { changedOptions } from './changed-options.ts'
import { findUncovered, type Uncovered } from './compiled/coverage.ts'
import { generate } from './compiled/generator.ts'
import { createLibrary } from './compiled/library.ts'
import { evaluate, loaderBody } from './compiled/make.ts'
import { templatePaths, templateRoots, type TemplateApp } from './folders.ts'
import { nunjucks, type Environment } from './nunjucks.ts'
import { parseTemplate } from './parse.ts'

export interface PrecompileOptions {
  /** That of the engine that is to run them: it knows filters and tags. */
  env: Environment
  siteFolder: string
  apps: readonly TemplateApp[]
}

export interface Precompiled {
  /** The text of a CommonJS module, for `loadBuiltTemplates`. */
  code: string
  /** How many templates are in it. */
  count: number
  /** Those that are not, and what in them is left to nunjucks at run time. */
  interpreted: { file: string; because: readonly Uncovered[] }[]
}

/**
 * Compiles every template of a site and its apps, those included that another one overrides.
 *
 * The module is CommonJS because the code was generated for functions that are not strict.
 */
export function precompileTemplates({ env, siteFolder, apps }: PrecompileOptions): Precompiled {
  const library = Object.keys(
    createLibrary({
      env,
      runtime: nunjucks.runtime,
      self: undefined,
      fail: () => undefined,
      used: () => {},
      apart: (work) => work(),
    }),
  )
  const interpreted: Precompiled['interpreted'] = []
  let count = 0
  const roots = templateRoots({ siteFolder, apps }).map(([key, folder]) => {
    const programs = templatePaths(folder).flatMap((path) => {
      const file = join(folder, path)
      const program = precompile(file, env, library)
      if (typeof program === 'string') {
        count++
        return `${JSON.stringify(path)}: ${program}`
      }
      interpreted.push({ file, because: program })
      return []
    })
    return `${JSON.stringify(key)}: {\n${programs.join(',\n')}\n}`
  })
  return { code: `module.exports = {\n${roots.join(',\n')}\n}\n`, count, interpreted }
}

/** The source text of a program, or what keeps it from being one. */
function precompile(file: string, env: Environment, library: readonly string[]): string | Uncovered[] {
  const [changed] = changedOptions(env)
  // A site may change them when it likes: only at run time it is known what they are.
  if (changed !== undefined) return [{ what: `the option ${changed} of nunjucks`, line: 1, column: 1 }]
  const text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '')
  try {
    const root = parseTemplate(text, { name: file, file }, env)
    const uncovered = findUncovered(root)
    if (uncovered.length > 0) return uncovered
    const generated = generate(root)
    const body = loaderBody(generated, library)
    evaluate(body)
    return `{ places: ${JSON.stringify(generated.places)}, make: function (wrap, library) {\n${body}\n} }`
  } catch (error) {
    // Those of the site have been checked; one of a package may be nobody's mistake here, and never be used.
    const { message, line, column } = error as Error & { line?: number; column?: number }
    return [{ what: message, line: line ?? 1, column: column ?? 1 }]
  }
}
