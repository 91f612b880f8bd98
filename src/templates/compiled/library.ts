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
import { findFilter, findImported, findTest, uncallable } from '../runtime.ts'
import { escapeText } from './escape.ts'

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
  fail(error: unknown, place: number): unknown
  /** Runs code of nunjucks' own from within code of ours. */
  apart<T>(work: () => T): T
}

const { makeKeywordArgs, inOperator, fromIterator, isArray, keys } = nunjucks.runtime
const SafeString: Runtime['SafeString'] = nunjucks.runtime.SafeString
const EmptyFrame: Runtime['Frame'] = nunjucks.runtime.Frame
const hasOwn = (object: object, key: string): boolean => Object.prototype.hasOwnProperty.call(object, key)

/** Everything that generated code calls, by the names it uses. */
export function createLibrary(ground: Ground): Record<string, unknown> {
  const { env, runtime, self, apart } = ground
  const { globals } = env
  const builtin = { ...BUILTIN }

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
    ...{
      SafeString,
      Frame: EmptyFrame,
      keywords: makeKeywordArgs,
      isIn: inOperator,
      fromIterator,
      isArray,
      keys,
      hasOwn,
    },
    ...{ globals, lookup, callBlock, find, builtin, fail: ground.fail, imported: findImported },
    ...{
      bound,
      member,
      macro,
      assign,
      tellLoop,
      loopIn,
      call0,
      call1,
      call2,
      call3,
      callMany,
      callMethod,
      apply,
    },
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

    addBlocks(context: Context, { blocks }: Template): void {
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
      template.compile()
      const { direct } = template.rootRenderFunc as Callable
      if (direct !== undefined) return direct(new TemplateContext(ctx, template.blocks, env), frame, false)
      return atOnce((cb) => void template.render(ctx, frame ?? new EmptyFrame(), cb))
    },

    exported(template: Template, ctx?: Record<string, unknown>, frame?: Frame): Record<string, unknown> {
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

/* In these two the parameters are called as in nunjucks: their names are in the messages of the errors. */

function escapeValue(val: any): string {
  if (typeof val === 'string') return escapeText(val)
  if (val === undefined || val === null) return ''
  // None of the characters of a number means anything in HTML.
  if (typeof val === 'number') return String(val)
  if (val instanceof SafeString) return joined(val)
  return escapeText(val.toString())
}

function textOf(value: unknown): string {
  return value === undefined || value === null ? '' : joined(value)
}

/** As `+=` would append it. */
function joined(value: unknown): string {
  return '' + (value as string)
}

function plainValue(str: any): string {
  if (typeof str === 'string') return str
  if (str === undefined || str === null) return ''
  if (str instanceof SafeString) return joined(str)
  const text: unknown = str.toString()
  return typeof text === 'string' ? text : escapeValue(text)
}

function plainUnescaped(str: any): string {
  if (str === undefined || str === null || str instanceof SafeString) return textOf(str)
  return textOf(str.toString())
}

function bound(object: any, key: string | number): AnyFunction {
  return (...args) => object[key].apply(object, args)
}

function member(object: any, key: any): unknown {
  if (object === undefined || object === null) return undefined
  const value: unknown = object[key]
  return typeof value === 'function' ? bound(object, key) : value
}

function call0(fn: unknown, name: string, context: unknown): unknown {
  if (typeof fn !== 'function') throw uncallable(fn, name, context)
  return (fn as AnyFunction).call(context)
}

function call1(fn: unknown, name: string, context: unknown, a: unknown): unknown {
  if (typeof fn !== 'function') throw uncallable(fn, name, context)
  return (fn as AnyFunction).call(context, a)
}

function call2(fn: unknown, name: string, context: unknown, a: unknown, b: unknown): unknown {
  if (typeof fn !== 'function') throw uncallable(fn, name, context)
  return (fn as AnyFunction).call(context, a, b)
}

function call3(fn: unknown, name: string, context: unknown, a: unknown, b: unknown, c: unknown): unknown {
  if (typeof fn !== 'function') throw uncallable(fn, name, context)
  return (fn as AnyFunction).call(context, a, b, c)
}

function callMany(fn: unknown, name: string, context: unknown, args: unknown[]): unknown {
  if (typeof fn !== 'function') throw uncallable(fn, name, context)
  return (fn as AnyFunction).apply(context, args)
}

function callMethod(fn: unknown, object: unknown, name: string, context: unknown, args: unknown[]): unknown {
  if (typeof fn !== 'function') throw uncallable(fn, name, context)
  return (fn as AnyFunction).apply(object, args)
}

function apply(filter: AnyFunction, context: unknown, args: unknown[]): unknown {
  return filter.apply(context, args)
}

/** Sets a variable where it is, or else in the frame at hand; frames beyond the first do not stop the search. */
function assign(frame: Frame, name: string, value: unknown): void {
  let target = frame
  if (frame.variables[name] === undefined && !frame.isolateWrites) {
    for (let at = frame.parent; at !== undefined; at = at.parent) {
      if (at.variables[name] !== undefined) {
        target = at
        break
      }
    }
  }
  target.variables[name] = value
}

function tellLoop(loop: Record<string, unknown>, index: number, length: number): void {
  loop['index'] = index + 1
  loop['index0'] = index
  loop['revindex'] = length - index
  loop['revindex0'] = length - index - 1
  loop['first'] = index === 0
  loop['last'] = index === length - 1
  loop['length'] = length
}

function loopIn({ variables }: Frame, index: number, length: number): void {
  const loop = (variables['loop'] ||= {})
  tellLoop(loop as Record<string, unknown>, index, length)
}

/** A macro as it is called: positional arguments by keyword and keyword arguments by position, as nunjucks has it. */
function macro(argNames: string[], keywordNames: string[], body: AnyFunction): AnyFunction {
  const wanted = argNames.length
  return function called(this: unknown, ...args: unknown[]): unknown {
    const last = args.at(-1)
    const hasKeywords = last && hasOwn(last as object, '__keywords')
    const given = hasKeywords ? args.length - 1 : args.length
    if (given === wanted) return body.apply(this, args)
    const keywords = (hasKeywords ? last : {}) as Record<string, unknown>
    const positional = args.slice(0, Math.min(given, wanted))
    for (let i = wanted; i < given; i++) {
      const name = keywordNames[i - wanted]
      if (name !== undefined) keywords[name] = args[i]
    }
    for (let i = given; i < wanted; i++) {
      positional.push(keywords[argNames[i]!])
      delete keywords[argNames[i]!]
    }
    return body.apply(this, [...positional, keywords])
  }
}
