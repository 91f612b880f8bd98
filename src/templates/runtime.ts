import { TemplateFailure, UnknownName } from './failure.ts'
import { nunjucks, type AnyFunction, type Environment, type Runtime, type Template } from './nunjucks.ts'
import type { Trace, TemplateIdentity } from './trace.ts'

/** nunjucks' runtime and what tracked code calls besides. */
export interface TrackedRuntime extends Runtime {
  at(template: TemplateIdentity, line: number, column: number): void
  enter(): number
  leave(depth: number): void
  filter(
    env: Environment,
    name: string,
    template: TemplateIdentity,
    line: number,
    column: number,
  ): AnyFunction
  applyFilter(
    filter: AnyFunction,
    context: unknown,
    args: unknown[],
    template: TemplateIdentity,
    line: number,
    column: number,
  ): unknown
  imported(exported: Record<string, unknown>, name: string): unknown
  used: TellPart
}

/** Told of each template that another one makes use of. */
export type TellPart = (from: string, part: Template, how: 'extends' | 'include') => void

export function createRuntime(trace: Trace, used: TellPart): TrackedRuntime {
  const { runtime } = nunjucks
  return {
    ...runtime,
    // nunjucks' Jinja mode puts others in their place, at any time.
    memberLookup: (...given) => runtime.memberLookup(...given),
    contextOrFrameLookup: (...given) => runtime.contextOrFrameLookup(...given),
    at: (template, line, column) => trace.at(template, line, column),
    enter: () => trace.enter(),
    leave: (depth) => trace.leave(depth),
    callWrap(
      callee: unknown,
      name: string,
      context: unknown,
      args: unknown[],
      template?: TemplateIdentity,
      line = 1,
      column = 1,
    ): unknown {
      if (template !== undefined) trace.at(template, line, column)
      if (typeof callee !== 'function') throw uncallable(callee, name, context)
      return (callee as AnyFunction).apply(context, args)
    },
    makeMacro(argNames: string[], kwargNames: string[], body: AnyFunction): AnyFunction {
      const macro = runtime.makeMacro(argNames, kwargNames, body)
      return function tracked(this: unknown, ...args: unknown[]): unknown {
        const depth = trace.enter()
        const result: unknown = macro.apply(this, args)
        trace.leave(depth)
        return result
      }
    },
    filter(env, name, template, line, column) {
      trace.at(template, line, column)
      return findFilter(env, name)
    },
    applyFilter(filter, context, args, template, line, column) {
      trace.at(template, line, column)
      return filter.apply(context, args)
    },
    imported: findImported,
    used,
    handleError: (error) => TemplateFailure.from(error, trace),
  }
}

export function findFilter(env: Environment, name: string): AnyFunction {
  const filter = env.filters[name]
  if (!filter) throw new UnknownName(`filter not found: ${name}`, name, () => Object.keys(env.filters))
  return filter
}

export function findTest(env: Environment, name: string): AnyFunction {
  const test = env.tests[name]
  if (!test) throw new UnknownName(`test not found: ${name}`, name, () => Object.keys(env.tests))
  return test
}

export function findImported(exported: Record<string, unknown>, name: string): unknown {
  if (Object.hasOwn(exported, name)) return exported[name]
  throw new UnknownName(`cannot import '${name}'`, name, () => Object.keys(exported))
}

/** What nunjucks says of a call that cannot be, with the names it could have meant. */
export function uncallable(callee: unknown, name: string, context: unknown): Error {
  const what = callee ? 'which is not a function' : 'which is undefined or falsey'
  return new UnknownName(`Unable to call \`${name}\`, ${what}`, name, () => {
    const { env, ctx } = context as { env?: Environment; ctx?: object }
    return [...Object.keys(ctx ?? {}), ...Object.keys(env?.globals ?? {})]
  })
}
