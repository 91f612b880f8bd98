import { fail } from '../../bson/errors.ts'
import { isDoc } from '../../bson/value.ts'
import type { Doc, Value } from '../../bson/value.ts'
import { splitPath } from '../../expression/field-path.ts'
import { isNullish, typeOf } from '../../expression/missing.ts'
import { PAUSE } from '../../turn/pause.ts'
import { valueAt, withValue } from '../nested.ts'
import type { CompileStage } from '../types.ts'

interface Options {
  readonly path: readonly string[]
  readonly index: readonly string[] | undefined
  readonly preserve: boolean
}

/** Reads the two forms of `$unwind`. */
export function readUnwind(spec: Value): Options {
  if (typeof spec === 'string') return { path: readPath(spec), index: undefined, preserve: false }
  if (!isDoc(spec)) {
    const found = typeOf(spec)
    return fail(
      15981,
      `expected either a string or an object as specification for $unwind stage, got ${found}`,
    )
  }
  let path: string | undefined
  let index: readonly string[] | undefined
  let preserve = false
  for (const [name, value] of spec) {
    if (name === 'path') {
      if (typeof value !== 'string')
        fail(28808, `expected a string as the path for $unwind stage, got ${typeOf(value)}`)
      path = value
    } else if (name === 'preserveNullAndEmptyArrays') {
      if (typeof value !== 'boolean') {
        const words = 'expected a boolean for the preserveNullAndEmptyArrays option to $unwind stage'
        fail(28809, `${words}, got ${typeOf(value)}`)
      }
      preserve = value
    } else if (name === 'includeArrayIndex') {
      if (typeof value !== 'string' || value === '') {
        const words = 'expected a non-empty string for the includeArrayIndex  option to $unwind stage'
        return fail(28810, `${words}, got ${typeOf(value)}`)
      }
      if (value.startsWith('$')) {
        fail(28822, `includeArrayIndex option to $unwind stage should not be prefixed with a '$': ${value}`)
      }
      index = splitPath(value)
    } else fail(28811, `unrecognized option to $unwind stage: ${name}`)
  }
  if (path === undefined) return fail(28812, 'no path specified to $unwind stage')
  return { path: readPath(path), index, preserve }
}

function readPath(text: string): string[] {
  if (text === '') fail(28812, 'no path specified to $unwind stage')
  if (!text.startsWith('$')) {
    fail(28818, `path option to $unwind stage should be prefixed with a '$': ${text}`)
  }
  return splitPath(text.slice(1))
}

/** `$unwind`: one document for each element. */
export const compileUnwind: CompileStage = (spec) => {
  const { path, index, preserve } = readUnwind(spec)
  const numbered = (doc: Doc, position: bigint | null): Doc => (index ? withValue(doc, index, position) : doc)
  return function* unwind(source) {
    for (const doc of source) {
      if (doc === PAUSE) {
        yield PAUSE
        continue
      }
      const value = valueAt(doc, path)
      if (Array.isArray(value) && value.length > 0) {
        for (const [position, element] of value.entries()) {
          yield numbered(withValue(doc, path, element), BigInt(position))
        }
      } else if (Array.isArray(value)) {
        if (preserve) yield numbered(withValue(doc, path, undefined), null)
      } else if (!isNullish(value) || preserve) yield numbered(doc, null)
    }
  }
}
