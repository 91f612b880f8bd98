import { inspect } from 'node:util'
import { TemplateNameInvalid } from './errors.ts'
import type { ReadyPrograms } from './built-templates.ts'
import type { Folders } from './folders.ts'
import { copyWith, type LazyValue } from './lazy.ts'
import { describeMissing } from './missing.ts'
import { formatName, resolveName, type TemplateName } from './name.ts'
import { nunjucks, type AnyFunction, type Callback, type Environment, type Template } from './nunjucks.ts'
import { createRuntime, findFilter, findTest } from './runtime.ts'
import { createStore, type Store, type TemplateSource } from './store.ts'
import { FileTemplate, tellPart, type ProgramMaker, type TemplateHost } from './template.ts'
import { Trace } from './trace.ts'
import { makeTracked } from './tracked.ts'

export interface EnvironmentOptions {
  folders: Folders
  globals: Record<string, unknown>
  filters: Record<string, AnyFunction>
  cache: boolean
  lazy: Record<string, LazyValue>
  ready: ReadyPrograms | undefined
  makeProgram: ProgramMaker
}

/** nunjucks' environment, its templates coming from the folders of the site and its apps by their names. */
export interface SiteEnvironment extends Environment {
  readonly store: Store<FileTemplate>
}

class FolderEnvironment extends nunjucks.Environment implements SiteEnvironment {
  readonly store: Store<FileTemplate>
  override readonly copyValues: SiteEnvironment['copyValues']
  private readonly folders: Folders
  /** What stands for a template that may be missing. */
  private readonly nothing: FileTemplate

  constructor({ folders, globals, filters, cache, lazy, ready, makeProgram }: EnvironmentOptions) {
    super([], { autoescape: true })
    this.folders = folders
    const trace = new Trace()
    this.copyValues = copyWith(lazy)
    Object.assign(this.globals, globals)
    Object.assign(this.filters, filters)
    const host: TemplateHost = {
      env: this,
      runtime: createRuntime(trace, tellPart),
      trace,
      makeProgram,
      makeWaiting: makeTracked,
    }
    this.nothing = new FileTemplate({ name: '', app: undefined, path: '', file: '', text: '' }, host)
    const make = (source: TemplateSource): FileTemplate => {
      this.tellLoaded(source)
      return new FileTemplate(source, host)
    }
    this.store = createStore(folders, make, cache, ready)
  }

  override getFilter(name: string): AnyFunction {
    return findFilter(this, name)
  }

  override getTest(name: string): AnyFunction {
    return findTest(this, name)
  }

  override getTemplate(name: unknown, ...more: unknown[]): Template {
    const cb = more.find((argument) => typeof argument === 'function') as Callback<Template> | undefined
    const [eager, parent, ignoreMissing] = more.filter((argument) => typeof argument !== 'function')
    if (cb === undefined) return this.find(name, parent, eager === true, ignoreMissing === true)
    let template: Template
    try {
      template = this.find(name, parent, eager === true, ignoreMissing === true)
    } catch (error) {
      // Code of nunjucks' own, called back with an error, would go on with its loops: thrown, the error ends it. Where
      // it may have waited, though, nobody is left to catch it.
      const from = parent as Partial<TemplateSource> | undefined | null
      if (from !== undefined && from !== null && from.waits !== true) throw error
      cb(error)
      return undefined as unknown as Template
    }
    cb(null, template)
    return template
  }

  /** nunjucks' own event; the loader it names besides is one of nunjucks', and there is none. */
  private tellLoaded(source: TemplateSource): void {
    const load = {
      // The text of a template compiled ahead is read only when someone asks for it.
      get src() {
        return source.text
      },
      path: source.file,
      noCache: false,
    }
    this.emit('load', source.name, load)
  }

  private find(given: unknown, parent: unknown, eager: boolean, ignoreMissing: boolean): Template {
    // Templates of ours say who they are; a text rendered by hand may have a path, and that is no name.
    const from =
      typeof parent === 'object' ? ((parent ?? undefined) as TemplateSource | undefined) : undefined
    const found =
      given instanceof nunjucks.Template ? given : this.findNamed(given, from, eager, ignoreMissing)
    const template = from?.waits === true && found instanceof FileTemplate ? found.waiting : found
    if (eager) template.compile()
    return template
  }

  private findNamed(
    given: unknown,
    from: TemplateSource | undefined,
    eager: boolean,
    ignoreMissing: boolean,
  ): Template {
    // A name that came out of a macro or a filter is a marked string.
    const name = given instanceof nunjucks.runtime.SafeString ? given.val : given
    if (typeof name !== 'string') throw TemplateNameInvalid(inspect(name), 'it must be a text')
    const wanted = resolveName(name, from)
    const template = this.lookUp(wanted, from, eager)
    if (template === undefined && !ignoreMissing) throw describeMissing(wanted, from, this.folders)
    return template ?? this.nothing
  }

  /** Only `extends` compiles eagerly; one that names its own template means the one it overrides. */
  private lookUp(
    wanted: TemplateName,
    from: TemplateSource | undefined,
    eager: boolean,
  ): FileTemplate | undefined {
    if (eager && from !== undefined && formatName(wanted) === from.name) {
      return this.store.findBehind(wanted, from.file)
    }
    return this.store.find(wanted)
  }
}

export function createEnvironment(options: EnvironmentOptions): SiteEnvironment {
  return new FolderEnvironment(options)
}
