import { TaoError } from '../base/errors.ts'
import { templateEvents } from '../base/events.ts'
import type { ReadyPrograms } from './built-templates.ts'
import { makeCompiled, makeReady } from './compiled.ts'
import type { Uncovered } from './compiled/coverage.ts'
import { createEnvironment } from './environment.ts'
import { TemplateNameInvalid } from './errors.ts'
import { explainFailure } from './failure.ts'
import { createFolders, type TemplateApp, type TemplateFile } from './folders.ts'
import type { LazyValue } from './lazy.ts'
import { describeMissing } from './missing.ts'
import { parseName } from './name.ts'
import type { AnyFunction, Environment } from './nunjucks.ts'
import type { FileTemplate } from './template.ts'
import { makeTracked } from './tracked.ts'

export interface TemplateEngineOptions {
  /** The site's own `templ` folder; `templ/blog/index.html` in it overrides `blog:index`. */
  siteFolder: string
  /** The apps in order; each one's templates are named `app:path`. */
  apps: readonly TemplateApp[]
  /** Templates of last resort for names without an app. */
  builtinFolder?: string | undefined
  /** What a name without an extension may end in, the first one wins: `['.html', '.njk', '.tpl']`. */
  extensions: readonly string[]
  /** Names every template sees. */
  globals: Record<string, unknown>
  /** Filters of the site and its apps; `this` in them is the render's context. */
  filters: Record<string, AnyFunction>
  /** Names every template sees whose values are made when one asks for them: `{ session: ({ request }) => ... }`. */
  lazy?: Readonly<Record<string, LazyValue>> | undefined
  /** Keep templates for good (production), or look at each page whether the files are still the same. */
  cache: boolean
  /** Templates that a build has compiled, by their files; `cache` goes with them. */
  ready?: ReadyPrograms | undefined
  /** Which code generator is used: tao's own (nunjucks' for what it leaves out), or only nunjucks'. */
  generator?: 'tao' | 'nunjucks' | undefined
}

/** How a template is run. */
export interface TemplateExplanation extends TemplateFile {
  generator: 'tao' | 'nunjucks'
  /** What in it made nunjucks' generator necessary. */
  because: readonly Uncovered[]
}

export interface TemplateEngine {
  /**
   * Renders a template by name, with every value in it escaped.
   * @param under values that are there unless the context has others of their names
   * @throws TAO_TEMPLATE_MISSING, TAO_TEMPLATE_SYNTAX, TAO_TEMPLATE_RENDER, TAO_TEMPLATE_NAME with the template's own
   *   file, line and column, `details.chain` with the places on the way there, and what was thrown as `cause`
   */
  render(
    name: string,
    context: Readonly<Record<string, unknown>>,
    under?: Readonly<Record<string, unknown>>,
  ): string
  /** Whether a template of that name exists; false, too, for what is no name at all. */
  has(name: string): boolean
  /** The file behind a name. @throws TAO_TEMPLATE_MISSING, TAO_TEMPLATE_NAME */
  resolve(name: string): TemplateFile
  /** Every template there is, by name. */
  list(): TemplateFile[]
  /** A template's text as it is used. @throws TAO_TEMPLATE_MISSING, TAO_TEMPLATE_NAME */
  sourceOf(name: string): string
  /** Which code generator a template goes through, and why. @throws TAO_TEMPLATE_MISSING, _NAME, _SYNTAX */
  explain(name: string): TemplateExplanation
  /** nunjucks' own environment, for whatever else it can do. */
  readonly nunjucks: Environment
}

/**
 * Makes the engine for one site: nunjucks' language, names like `blog:index`, errors that point into templates.
 */
export function createTemplateEngine(options: TemplateEngineOptions): TemplateEngine {
  const folders = createFolders(options)
  const { globals, filters, cache, lazy = {}, ready, generator = 'tao' } = options
  const makeProgram = generator === 'tao' ? (ready ? makeReady(ready) : makeCompiled) : makeTracked
  const env = createEnvironment({ folders, globals, filters, cache, lazy, ready, makeProgram })

  // By the names as they were asked for: only what was found is here, so this cannot grow without an end.
  const kept = new Map<string, FileTemplate>()

  function get(name: string): FileTemplate {
    const known = kept.get(name)
    if (known !== undefined) return known
    env.store.nextRound()
    const wanted = parseName(name)
    const template = env.store.find(wanted)
    if (template === undefined) throw describeMissing(wanted, undefined, folders)
    if (cache) kept.set(name, template)
    return template
  }

  return {
    render(name, context, under) {
      const template = get(name)
      if (!templateEvents.hasSubscribers) return template.renderPage(context, under)
      const start = performance.now()
      const text = template.renderPage(context, under)
      const { name: fullName, file } = template.source
      const ms = performance.now() - start
      templateEvents.publish({ name: fullName, file, ms, context: { ...under, ...context } })
      return text
    },
    has(name) {
      if (kept.has(name)) return true
      try {
        env.store.nextRound()
        return env.store.find(parseName(name)) !== undefined
      } catch (error) {
        if (error instanceof TaoError && error.code === TemplateNameInvalid.code) return false
        throw error
      }
    },
    resolve(name) {
      const { source } = get(name)
      return { name: source.name, file: source.file, app: source.app }
    },
    list: () => folders.list(),
    sourceOf: (name) => get(name).source.text,
    explain(name) {
      const template = get(name)
      try {
        template.compile()
      } catch (error) {
        throw explainFailure(error, template.source)
      }
      const { name: fullName, file, app } = template.source
      const own = generator === 'tao' && template.uncovered.length === 0
      return { name: fullName, file, app, generator: own ? 'tao' : 'nunjucks', because: template.uncovered }
    },
    nunjucks: env,
  }
}
