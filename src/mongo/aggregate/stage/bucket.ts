import { compareValues } from '../../bson/compare.ts'
import type { EvalContext } from '../../bson/context.ts'
import { fail } from '../../bson/errors.ts'
import { printBson } from '../../bson/print.ts'
import { canonicalType } from '../../bson/type.ts'
import { isDoc } from '../../bson/value.ts'
import type { Doc, Value } from '../../bson/value.ts'
import { compileExpression } from '../../expression/compile.ts'
import { valueOf } from '../../expression/constant.ts'
import { isNullish, typeOf } from '../../expression/missing.ts'
import { printValue } from '../../expression/print.ts'
import { PAUSE } from '../../turn/pause.ts'
import { requireDoc } from '../spec.ts'
import type { CompileStage } from '../types.ts'
import { NO_VARIABLES } from '../variables.ts'
import { addToGroup, closeGroup, compileFields, openGroup } from './group.ts'
import type { AccumulatedField } from './group.ts'

/** The fields of a bucket: `count` unless told otherwise. */
export function compileOutput(
  output: Value | undefined,
  context: EvalContext,
  stage: string,
  code: number,
): AccumulatedField[] {
  if (output === undefined) return compileFields([['count', new Map([['$sum', 1]])]], context)
  const words = `The ${stage} 'output' field must be an object, but found type: ${typeOf(output)}.`
  return compileFields(requireDoc(output, code, words), context)
}

/** Refuses a `groupBy` that is no expression. */
export function checkGroupBy(value: Value | undefined, refuse: (found: string) => never): Value {
  const [first] = isDoc(value) ? value.keys() : []
  const fine = isDoc(value) ? first?.startsWith('$') : typeof value === 'string' && value.startsWith('$')
  return value !== undefined && fine ? value : refuse(printBson(value))
}

function refuseGroupBy(found: string): never {
  const words = "The $bucket 'groupBy' field must be defined as a $-prefixed path or an expression"
  return fail(40202, `${words}, but found: ${found}.`)
}

function readBoundaries(value: Value | undefined, context: EvalContext): Value[] {
  if (!Array.isArray(value)) {
    return fail(40200, `The $bucket 'boundaries' field must be an array, but found type: ${typeOf(value)}.`)
  }
  const boundaries = value.map((each) => {
    const expression = compileExpression(each, context)
    if (!expression.constant) {
      const found = printValue(each)
      fail(
        40191,
        `The $bucket 'boundaries' field must be an array of constant values, but found value: ${found}.`,
      )
    }
    return valueOf(expression) ?? null
  })
  if (boundaries.length < 2) {
    const words = "The $bucket 'boundaries' field must have at least 2 values, but found"
    fail(40192, `${words} ${boundaries.length} value(s).`)
  }
  for (const [index, upper] of boundaries.entries()) {
    const lower = boundaries[index - 1]
    if (lower === undefined) continue
    if (canonicalType(lower) !== canonicalType(upper)) {
      const types = `${typeOf(lower)} and ${typeOf(upper)}`
      fail(
        40193,
        `All values in the the 'boundaries' option to $bucket must have the same type. Found conflicting types ${types}.`,
      )
    }
    if (compareValues(lower, upper, context.collation) >= 0) {
      const words = "The 'boundaries' option to $bucket must be sorted, but elements"
      fail(
        40194,
        `${words} ${index - 1} and ${index} are not in ascending order (${printValue(lower)} is not less than ${printValue(upper)}).`,
      )
    }
  }
  return boundaries
}

function readDefault(
  value: Value | undefined,
  boundaries: readonly Value[],
  context: EvalContext,
): Value | undefined {
  if (value === undefined) return undefined
  const expression = compileExpression(value, context)
  if (!expression.constant) {
    fail(40195, `The $bucket 'default' field must be a constant expression, but found: ${printValue(value)}.`)
  }
  const other = valueOf(expression) ?? null
  const { collation } = context
  const below = compareValues(other, boundaries[0], collation) < 0
  if (!below && compareValues(other, boundaries.at(-1), collation) < 0) {
    const words =
      "The $bucket 'default' field must be less than the lowest boundary or greater than or equal to"
    fail(40199, `${words} the highest boundary.`)
  }
  return other
}

/** `$bucket`: groups by the boundaries a value lies between; buckets come out in order. */
export const compileBucket: CompileStage = (spec, context) => {
  const options = requireDoc(
    spec,
    40201,
    `Argument to $bucket stage must be an object, but found type: ${typeOf(spec)}.`,
  )
  for (const name of options.keys()) {
    if (!['groupBy', 'boundaries', 'default', 'output'].includes(name)) {
      fail(40197, `Unrecognized option to $bucket: ${name}.`)
    }
  }
  if (!options.has('groupBy') || !options.has('boundaries')) {
    fail(40198, "$bucket requires 'groupBy' and 'boundaries' to be specified.")
  }
  const groupBy = compileExpression(checkGroupBy(options.get('groupBy'), refuseGroupBy), context)
  const boundaries = readBoundaries(options.get('boundaries'), context)
  const other = readDefault(options.get('default'), boundaries, context)
  const fields = compileOutput(options.get('output'), context, '$bucket', 40196)
  const { collation } = context
  return function* bucket(source) {
    const groups = new Map<number, ReturnType<typeof openGroup>>()
    const numberOf = (doc: Doc): number => {
      const value = groupBy(doc, NO_VARIABLES)
      // Nothing lies below the first boundary but what the default is for: null among it.
      const index = isNullish(value) && boundaries[0] !== null ? 0 : upperBound(boundaries, value ?? null)
      if (index > 0 && index < boundaries.length) return index - 1
      if (other !== undefined) return -1
      const words = '$switch could not find a matching branch for an input, and no default was specified.'
      return fail(40066, words)
    }
    function upperBound(sorted: readonly Value[], value: Value): number {
      let index = 0
      while (index < sorted.length && compareValues(sorted[index], value, collation) <= 0) index++
      return index
    }
    for (const doc of source) {
      if (doc === PAUSE) {
        yield PAUSE
        continue
      }
      const index = numberOf(doc)
      let group = groups.get(index)
      if (!group) {
        group = openGroup(index === -1 ? (other as Value) : (boundaries[index] as Value), fields)
        groups.set(index, group)
      }
      addToGroup(group, fields, doc)
    }
    const inOrder = [...groups.values()].sort((left, right) => compareValues(left.id, right.id, collation))
    for (const group of inOrder) yield closeGroup(group, fields)
  }
}
