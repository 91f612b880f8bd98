import { compareValues } from '../bson/compare.ts'
import type { EvalContext } from '../bson/context.ts'
import { fail } from '../bson/errors.ts'
import { asBigInt, asNumber, fitsInt64 } from '../bson/numeric.ts'
import { valueAt } from '../bson/path.ts'
import { typeName } from '../bson/type.ts'
import { type Doc, isDoc, isNumber, type Value } from '../bson/value.ts'
import { type MakeModifier, printId } from './modifier.ts'

interface Clauses {
  readonly each: readonly Value[]
  readonly slice: number | undefined
  readonly position: number | undefined
  readonly order: ((a: Value, b: Value) => number) | undefined
}

/** $push, with $each, $position, $sort and $slice, which apply in this order. */
export const push: MakeModifier = (operand, _, context) => {
  const clauses = isDoc(operand) && operand.has('$each') ? parseClauses(operand, context) : plainPush(operand)
  return {
    create: () => pushInto([], clauses),
    update: (current, { path, root }) => {
      if (!Array.isArray(current)) {
        fail(
          2,
          `The field '${path}' must be an array but is of type ${typeName(current)} in document {${printId(root)}}`,
        )
      }
      const isIdle = clauses.each.length === 0 && !clauses.order
      if (isIdle && (clauses.slice === undefined || Math.abs(clauses.slice) >= current.length)) return current
      return pushInto(current, clauses)
    },
  }
}

function plainPush(operand: Value): Clauses {
  return { each: [operand], slice: undefined, position: undefined, order: undefined }
}

function pushInto(array: readonly Value[], { each, slice, position, order }: Clauses): Value[] {
  const at =
    position === undefined ? array.length : position < 0 ? Math.max(0, array.length + position) : position
  let result = array.slice(0, at).concat(each, array.slice(at))
  if (order) result.sort(order)
  if (slice !== undefined) result = slice >= 0 ? result.slice(0, slice) : result.slice(slice)
  return result
}

const clauseNames = new Set(['$each', '$slice', '$sort', '$position'])

function parseClauses(operand: Doc, context: EvalContext): Clauses {
  for (const name of operand.keys()) {
    if (!clauseNames.has(name)) fail(2, `Unrecognized clause in $push: ${name}`)
  }
  const each = operand.get('$each')!
  if (!Array.isArray(each)) {
    fail(2, `The argument to $each in $push must be an array but it was of type: ${typeName(each)}`)
  }
  const order = operand.get('$sort')
  return {
    each,
    slice: integerClause(
      operand.get('$slice'),
      (type) => `The value for $slice must be an integer value but was given type: ${type}`,
    ),
    position: integerClause(
      operand.get('$position'),
      (type) => `The value for $position must be an integer value, not of type: ${type}`,
    ),
    order: order === undefined ? undefined : parseOrder(order, context),
  }
}

function integerClause(value: Value | undefined, message: (type: string) => string): number | undefined {
  if (value === undefined) return undefined
  const whole = isNumber(value) ? asBigInt(value) : undefined
  if (whole === undefined || !fitsInt64(whole)) fail(2, message(typeName(value)))
  // No array is as long as 2^53.
  return Number(whole)
}

function parseOrder(order: Value, { collation }: EvalContext): (a: Value, b: Value) => number {
  if (isNumber(order)) {
    const direction = readDirection(order)
    return (a, b) => direction * compareValues(a, b, collation)
  }
  if (!isDoc(order)) {
    fail(
      2,
      'The $sort is invalid: use 1/-1 to sort the whole element, or {field:1/-1} to sort embedded fields',
    )
  }
  if (order.size === 0) fail(2, 'The $sort pattern is empty when it should be a set of fields.')
  const fields = [...order].map(([path, value]) => {
    const direction = readDirection(value)
    if (path === '') fail(2, 'The $sort field cannot be empty')
    if (path.split('.').includes(''))
      fail(2, `The $sort field is a dotted field but has an empty part: ${path}`)
    return { path, direction }
  })
  return (a, b) => {
    for (const { path, direction } of fields) {
      const result = compareValues(sortField(a, path), sortField(b, path), collation)
      if (result !== 0) return direction * result
    }
    return 0
  }
}

function sortField(value: Value, path: string): Value | undefined {
  return isDoc(value) ? valueAt(value, path) : undefined
}

function readDirection(value: Value): 1 | -1 {
  const direction = isNumber(value) ? asNumber(value) : 0
  if (direction !== 1 && direction !== -1) fail(2, 'The $sort element value must be either 1 or -1')
  return direction
}
