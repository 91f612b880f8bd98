import type { EvalContext } from '../bson/context.ts'
import { fail } from '../bson/errors.ts'
import { asBigInt, fitsInt64 } from '../bson/numeric.ts'
import { typeName } from '../bson/type.ts'
import { type Doc, isDoc, isNumber, type Value } from '../bson/value.ts'
import { compileElementOrder, type RefuseOrder } from '../expression/element-order.ts'
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
    order: order === undefined ? undefined : compileElementOrder(order, context.collation, refuseOrder),
  }
}

const refuseOrder: RefuseOrder = (_, words) => fail(2, words)

function integerClause(value: Value | undefined, message: (type: string) => string): number | undefined {
  if (value === undefined) return undefined
  const whole = isNumber(value) ? asBigInt(value) : undefined
  if (whole === undefined || !fitsInt64(whole)) fail(2, message(typeName(value)))
  // No array is as long as 2^53.
  return Number(whole)
}
