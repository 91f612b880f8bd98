import { TemplateContext } from '../context.ts'
import {
  nunjucks,
  type AnyFunction,
  type Callback,
  type Context,
  type Environment,
  type Frame,
  type RenderFunction,
  type Runtime,
  type Template,
} from '../nunjucks.ts'
import { findFilter, findImported, findTest } from '../runtime.ts'
import { calls } from './calls.ts'
import { frames } from './frames.ts'
import { escapeValue, plainUnescaped, plainValue, textOf } from './values.ts'

/** A block or root as our own generated code is called: it returns its text, and throws. */
export type Direct = (context: Context, frame: Frame | undefined, own?: boolean) => string

/** A function as nunjucks calls it, with the direct form where there is one. */
export type Callable = RenderFunction & { direct?: Direct }

/** What generated code stands on besides itself. */
export interface Ground {
  env: Environment
  runtime: Runtime
  /** Who asks, to `getTemplate`. */
  self: unknown
  fail: (error: unknown, place: number) => unknown
  /** Told of each template this one makes use of. */
  used: (part: Template, how: 'extends' | 'include') => void
  /** Runs code of nunjucks' own from within code of ours. */
  apart: <T>(work: () => T) => T
}

const { runtime: nunjucksRuntime } = nunjucks
const EmptyFrame: Runtime['Frame'] = nunjucksRuntime.Frame
const hasOwn = (object: object, key: string): boolean => Object.prototype.hasOwnProperty.call(object, key)

/** Everything that generated code calls, by the names it uses. */
export function createLibrary(ground: Ground): Record<string, unknown> {
  const { env, runtime, self, apart, used } = ground
  const { globals } = env

  function lookup(frame: Frame | undefined, ctx: Record<string, unknown>, name: string): unknown {
    for (let at = frame; at !== undefined; at = at.parent) {
      const value = at.variables[name]
      if (value !== undefined) return value
    }
    const value = ctx[name]
    return value !== undefined || name in ctx ? value : globals[name]
  }

  /** Calls what calls back, and waits for nothing. */
  function atOnce<T>(start: (cb: Callback<T>) => void): T {
    let outcome: { error: unknown; result: T | undefined } | undefined
    apart(() =>
      start((error, result) => {
        outcome ??= { error, result }
      }),
    )
    if (outcome === undefined) throw new Error('an asynchronous tag or filter cannot be used in a page')
    if (outcome.error !== null && outcome.error !== undefined) throw outcome.error
    return outcome.result!
  }

  function callBlock(block: Callable, context: Context, frame: Frame | undefined): string {
    if (block.direct !== undefined) return block.direct(context, frame)
    return atOnce((cb) => block(env, context, frame ?? new EmptyFrame(), runtime, cb))
  }

  function find(name: unknown, eager: boolean, ignoreMissing: boolean): Template {
    return env.getTemplate(name, eager, self, ignoreMissing)
  }

  const { store } = env as { store?: { round: number } }

  return {
    ...calls,
    ...frames,
    Frame: EmptyFrame,
    SafeString: nunjucksRuntime.SafeString,
    keywords: nunjucksRuntime.makeKeywordArgs,
    isIn: nunjucksRuntime.inOperator,
    fromIterator: nunjucksRuntime.fromIterator,
    isArray: nunjucksRuntime.isArray,
    keys: nunjucksRuntime.keys,
    hasOwn,
    globals,
    lookup,
    callBlock,
    find,
    builtin: BUILTIN,
    fail: ground.fail,
    imported: findImported,
    escape: env.opts.autoescape ? escapeValue : textOf,
    escaped: escapeValue,
    plain: env.opts.autoescape ? plainValue : plainUnescaped,
    filter: (name: string) => env.filters[name] || findFilter(env, name),
    test: (name: string) => env.tests[name] || findTest(env, name),

    /** A template of a constant name: looked for once, in development once for each page. */
    link(name: string, eager: boolean, ignoreMissing: boolean): () => Template {
      if (store === undefined) return () => find(name, eager, ignoreMissing)
      let found: Template | undefined
      let round = 0
      return () => {
        if (found === undefined || round !== store.round) {
          found = find(name, eager, ignoreMissing)
          round = store.round
        }
        return found
      }
    },

    callRoot(template: Template, context: Context, frame: Frame | undefined, own: boolean): string {
      const root = template.rootRenderFunc as Callable
      if (root.direct !== undefined) return root.direct(context, frame, own)
      const given = own ? frame! : new EmptyFrame(frame, true)
      given.topLevel = true
      return atOnce((cb) => root(env, context, given, runtime, cb))
    },

    addBlocks(context: Context, parent: Template): void {
      used(parent, 'extends')
      const { blocks } = parent
      for (const name in blocks) context.addBlock(name, blocks[name]!)
    },

    superBlock(context: Context, name: string, block: RenderFunction, frame: Frame | undefined): unknown {
      const all = context.blocks[name] ?? []
      const at = all.indexOf(block)
      const above = all[at + 1]
      if (at === -1 || above === undefined) throw new Error(`no super block available for "${name}"`)
      return runtime.markSafe(callBlock(above, context, frame))
    },

    include(template: Template, ctx: Record<string, unknown>, frame: Frame | undefined): string {
      used(template, 'include')
      template.compile()
      const { direct } = template.rootRenderFunc as Callable
      if (direct !== undefined) return direct(new TemplateContext(ctx, template.blocks, env), frame, false)
      return atOnce((cb) => void template.render(ctx, frame ?? new EmptyFrame(), cb))
    },

    exported(template: Template, ctx?: Record<string, unknown>, frame?: Frame): Record<string, unknown> {
      used(template, 'include')
      template.compile()
      const { direct } = template.rootRenderFunc as Callable
      if (direct === undefined)
        return atOnce((cb) => template.getExported(ctx ?? {}, frame ?? new EmptyFrame(), cb))
      const context = new TemplateContext(ctx ?? {}, template.blocks, env)
      if (frame !== undefined) frame.topLevel = true
      direct(context, frame, frame !== undefined)
      return context.getExported()
    },
  }
}

/** nunjucks' own filters, to tell whether a name still means them. */
const BUILTIN = builtinFilters()

function builtinFilters(): Record<string, AnyFunction> {
  const { safe, escape, e } = new nunjucks.Environment([], {}).filters
  return { safe: safe!, escape: escape!, e: e! }
}
