import { explainFailure, TemplateFailure } from './failure.ts'
import { templatePartEvents, type TemplatePartEvent } from '../base/events.ts'
import type { Uncovered } from './compiled/coverage.ts'
import type { Callable } from './compiled/library.ts'
import { TemplateContext } from './context.ts'
import {
  nunjucks,
  type Callback,
  type Context,
  type Environment,
  type Frame,
  type Program,
  type Template,
} from './nunjucks.ts'
import type { TrackedRuntime } from './runtime.ts'
import type { TemplateSource } from './store.ts'
import type { Trace } from './trace.ts'

/** A template's functions, and what was in it that our own generator left to nunjucks'. */
export interface Made {
  program: Program
  uncovered: readonly Uncovered[]
}

/** Turns a template's text into functions. There are two makers: nunjucks' own generator, and ours. */
export type ProgramMaker = (template: TemplateSource, host: TemplateHost) => Made

/** What the templates of one engine share. */
export interface TemplateHost {
  env: Environment
  runtime: TrackedRuntime
  trace: Trace
  makeProgram: ProgramMaker
  /** Makes programs that can wait. */
  makeWaiting: ProgramMaker
}

type Values = Record<string, unknown>

const NunjucksTemplate: new (source: string, env: Environment, path: string) => Template = nunjucks.Template

/** A template of a file, to nunjucks one of its own: it is included, extended and imported like any other. */
export class FileTemplate extends NunjucksTemplate {
  readonly source: TemplateSource
  uncovered: readonly Uncovered[] = []
  private readonly host: TemplateHost
  private twin: FileTemplate | undefined = undefined

  constructor(source: TemplateSource, host: TemplateHost) {
    // Its text is asked for by `source`, and by nobody else.
    super('', host.env, source.name)
    this.source = source
    this.host = host
  }

  /** The same template in code that can wait for what is asynchronous: nunjucks' own. */
  get waiting(): FileTemplate {
    if (this.source.waits === true) return this
    if (this.twin === undefined) {
      const source = Object.create(this.source, { waits: { value: true } }) as TemplateSource
      this.twin = new FileTemplate(source, { ...this.host, makeProgram: this.host.makeWaiting })
    }
    return this.twin
  }

  override compile(): void {
    if (this.compiled) return
    const { program, uncovered } = this.host.makeProgram(this.source, this.host)
    this.uncovered = uncovered
    this.blocks = {}
    for (const key of Object.keys(program)) {
      if (key.startsWith('b_')) this.blocks[key.slice(2)] = program[key as `b_${string}`]!
    }
    this.rootRenderFunc = program.root
    this.compiled = true
  }

  override render(...given: unknown[]): unknown {
    const { values, frame, cb } = sortArguments<string>(given)
    if (frame !== undefined) {
      this.tellInclude()
      return this.run(values, frame.push(true), (_, text) => text, cb, true)
    }
    const { asyncFilters, extensionsList } = this.env
    if (cb !== undefined && asyncFilters.length + extensionsList.length > 0 && this !== this.waiting) {
      return this.waiting.render(values, cb)
    }
    const { Frame } = this.host.runtime
    return this.host.trace.apart(() => {
      try {
        return this.run(values, new Frame(), (_, text) => text, cb && explained(cb, this.source), false)
      } catch (error) {
        throw explainFailure(error, this.source)
      }
    })
  }

  /**
   * Renders a page at once.
   * @param under values that are there unless `values` has others of their names
   * @throws the errors of `TemplateEngine.render`
   */
  renderPage(values: Values, under?: Readonly<Values>): string {
    try {
      this.compile()
      const { direct } = this.rootRenderFunc as Callable
      if (direct !== undefined)
        return direct(new TemplateContext(values, this.blocks, this.env, under), undefined, false)
    } catch (error) {
      throw explainFailure(error, this.source)
    }
    return this.render(under === undefined ? values : { ...under, ...values }) as string
  }

  override getExported(...given: unknown[]): void {
    const { values, frame, cb } = sortArguments<Values>(given)
    this.tellInclude()
    const own = frame?.push() ?? new this.host.runtime.Frame()
    this.run(values, own, (context) => context.getExported(), cb, true)
  }

  /** Runs the whole template and hands on what `finish` makes of it, at once unless something in it is asynchronous. */
  private run<T>(
    values: Values,
    frame: Frame,
    finish: (context: Context, text: string) => T,
    cb: Callback<T> | undefined,
    nested: boolean,
  ): T | undefined {
    const { env, runtime, trace } = this.host
    let outcome: { failure?: TemplateFailure; result?: T } | undefined
    let returned = false
    let delivered = false
    let context: Context | undefined
    const settle: Callback<string> = (error, text) => {
      // nunjucks' code goes on after an error in a loop: the first one counts.
      if (error !== null && error !== undefined)
        outcome = { failure: outcome?.failure ?? this.toFailure(error) }
      else if (outcome === undefined) outcome = { result: finish(context!, text ?? '') }
      if (returned) deliver(true)
    }
    // A callback called from within the template's own code would have its errors caught by that code's `try`.
    const deliver = (late: boolean): T | undefined => {
      const { failure, result } = outcome!
      if (delivered) return result
      delivered = true
      // Code of nunjucks' own goes on with its loops after it was called back with an error, and with a template that
      // includes itself in one it would never end. Thrown, the error ends it, unless nobody may be left to catch it.
      const caught = nested && !late && this.source.waits !== true
      if (failure !== undefined && (cb === undefined || caught)) throw failure
      cb?.(failure ?? null, result)
      return result
    }
    try {
      this.compile()
      const depth = trace.enter()
      context = new TemplateContext(values, this.blocks, env)
      frame.topLevel = true
      this.rootRenderFunc(env, context, frame, runtime, settle)
      trace.leave(depth)
    } catch (error) {
      // Its own text is at fault, and it has not begun to run: the places are those that led to it.
      outcome = { failure: outcome?.failure ?? this.toFailure(error) }
    }
    returned = true
    if (outcome !== undefined) return deliver(false)
    if (cb === undefined)
      throw this.toFailure(new Error('an asynchronous tag or filter cannot be used in a page'))
    return undefined
  }

  /** Included or imported by code of nunjucks' own, which does not say so itself. */
  private tellInclude(): void {
    const { name } = this.host.trace
    if (name !== undefined) tellPart(name, this, 'include')
  }

  private toFailure(error: unknown): TemplateFailure {
    return TemplateFailure.from(error, this.host.trace)
  }
}

/** Tells whoever listens that one template makes use of another. */
export function tellPart(from: string, part: Template, how: TemplatePartEvent['how']): void {
  if (!templatePartEvents.hasSubscribers || !(part instanceof FileTemplate)) return
  const { name, file } = part.source
  // An include that may be missing, and is.
  if (file === '') return
  templatePartEvents.publish({ name, file, from, how })
}

function explained(cb: Callback<string>, source: TemplateSource): Callback<string> {
  return (error, text) => cb(error ? explainFailure(error, source) : null, text)
}

/** nunjucks lets values and frame be left out before the callback. */
function sortArguments<T>(given: unknown[]): {
  values: Values
  frame: Frame | undefined
  cb: Callback<T> | undefined
} {
  const cb = given.find((argument) => typeof argument === 'function') as Callback<T> | undefined
  const [values, frame] = given.filter((argument) => typeof argument !== 'function')
  return { values: (values ?? {}) as Values, frame: (frame ?? undefined) as Frame | undefined, cb }
}
