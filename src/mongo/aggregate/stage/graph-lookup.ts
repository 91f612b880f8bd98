import { hashKey } from '../../bson/compare.ts'
import { fail } from '../../bson/errors.ts'
import { printDoc } from '../../bson/print.ts'
import { isDoc, isNumber } from '../../bson/value.ts'
import type { Doc, Value } from '../../bson/value.ts'
import { compileExpression } from '../../expression/compile.ts'
import { readPath, splitPath } from '../../expression/field-path.ts'
import { typeOf } from '../../expression/missing.ts'
import { integerOf } from '../../expression/number.ts'
import { compileFilter } from '../../query/compile-filter.ts'
import { PAUSE, type Pause } from '../../turn/pause.ts'
import { withValue } from '../nested.ts'
import { requireDoc } from '../spec.ts'
import type { CompileStage } from '../types.ts'
import { NO_VARIABLES } from '../variables.ts'
import { joinFilter } from './lookup.ts'

const STRINGS = ['from', 'as', 'connectFromField', 'connectToField', 'depthField']
const OTHERS = ['startWith', 'maxDepth', 'restrictSearchWithMatch']

function readMaxDepth(value: Value | undefined): number {
  if (value === undefined) return Infinity
  if (!isNumber(value)) fail(40100, `maxDepth must be numeric, found type: ${typeOf(value)}`)
  const depth = integerOf(value)
  if (depth === undefined) return fail(40102, 'maxDepth could not be represented as a long long')
  if (depth < 0n) fail(40101, `maxDepth requires a nonnegative argument, found: ${depth}`)
  return Number(depth)
}

/** `$graphLookup`: follows a link through a collection, breadth first. */
export const compileGraphLookup: CompileStage = (spec, context) => {
  const words = `the $graphLookup stage specification must be an object, but found ${typeOf(spec)}`
  const options = requireDoc(spec, 9, words)
  const where = options.get('from')
  if (where === undefined) {
    fail(9, `missing 'from' option to $graphLookup stage specification: ${printDoc(options)}`)
  }
  if (typeof where !== 'string') {
    fail(9, `$graphLookup 'from' field must be a string, but found ${typeOf(where)}`)
  }
  for (const [name, value] of options) {
    if (STRINGS.includes(name)) {
      if (typeof value !== 'string') {
        fail(40103, `expected string as argument for ${name}, found: ${typeOf(value)}`)
      }
    } else if (!OTHERS.includes(name)) fail(40104, `Unknown argument to $graphLookup: ${name}`)
  }
  const startSpec = options.get('startWith')
  const text = (name: string): string | undefined => options.get(name) as string | undefined
  const [from, as, fromField, toField] = STRINGS.map(text) as [string, string, string, string]
  if ([startSpec, from, as, fromField, toField].includes(undefined)) {
    const needed =
      "$graphLookup requires 'from', 'as', 'startWith', 'connectFromField', and 'connectToField' to be specified."
    return fail(40105, needed)
  }
  const restrict = options.get('restrictSearchWithMatch')
  if (restrict !== undefined && !isDoc(restrict)) {
    return fail(40185, `restrictSearchWithMatch must be an object, found ${typeOf(restrict)}`)
  }
  if (restrict) compileFilter(restrict, context)
  const startWith = compileExpression(startSpec as Value, context)
  const deepest = readMaxDepth(options.get('maxDepth'))
  const depthText = text('depthField')
  const depthField = depthText === undefined ? undefined : splitPath(depthText)
  const connectFrom = splitPath(fromField)
  const { collation } = context
  splitPath(toField)

  function* search(doc: Doc): Generator<Pause, Doc[]> {
    const reached = new Map<string, Doc>()
    const asked = new Set<string>()
    const start = startWith(doc, NO_VARIABLES)
    let frontier = fresh(Array.isArray(start) ? start : start === undefined ? [] : [start])
    for (let depth = 0; frontier.length > 0 && depth <= deepest; depth++) {
      const found: Value[] = []
      const linked = joinFilter(toField, frontier)
      for (const next of context.read(from, restrict ? new Map([['$and', [linked, restrict]]]) : linked)) {
        if (next === PAUSE) {
          yield PAUSE
          continue
        }
        const key = hashKey(next.get('_id'))
        if (reached.has(key)) continue
        reached.set(key, depthField ? withValue(next, depthField, BigInt(depth)) : next)
        const value = readPath(next, connectFrom)
        if (Array.isArray(value)) for (const each of value) found.push(each)
        else if (value !== undefined) found.push(value)
      }
      frontier = fresh(found)
    }
    return [...reached.values()]

    function fresh(values: readonly Value[]): Value[] {
      return values.filter((value) => {
        const key = hashKey(value, collation)
        if (asked.has(key)) return false
        asked.add(key)
        return true
      })
    }
  }
  const target = splitPath(as)
  return function* graphLookup(source) {
    for (const doc of source) {
      if (doc === PAUSE) yield PAUSE
      else {
        const reached = yield* search(doc)
        yield withValue(doc, target, reached)
      }
    }
  }
}
