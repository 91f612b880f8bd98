import type { AnyFunction } from '../nunjucks.ts'
import { uncallable } from '../runtime.ts'

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

/** A macro as it is called: positional arguments by keyword and keyword arguments by position, as nunjucks has it. */
function macro(argNames: string[], keywordNames: string[], body: AnyFunction): AnyFunction {
  const wanted = argNames.length
  return function called(this: unknown, ...args: unknown[]): unknown {
    const last = args.at(-1)
    const hasKeywords = last && Object.prototype.hasOwnProperty.call(last, '__keywords')
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

/** Calls of functions, methods and macros, by the names generated code uses. */
export const calls: Record<string, AnyFunction> = {
  bound,
  member,
  call0,
  call1,
  call2,
  call3,
  callMany,
  callMethod,
  apply,
  macro,
}
