import { fail } from '../bson/errors.ts'
import { isNumber } from '../bson/value.ts'
import type { Value } from '../bson/value.ts'
import { compareAny, makeValueSet } from './compare.ts'
import { folding, valueOf } from './constant.ts'
import { isNullish, typeOf } from './missing.ts'
import { int32Of } from './number.ts'
import { between, compileArguments, exactly, readNamed, variadic } from './operands.ts'
import { printDouble, printValue } from './print.ts'
import { asNumber } from '../bson/numeric.ts'
import { compileElementOrder, type RefuseOrder } from './element-order.ts'
import type { CompileOperator, Expression, OperatorTable, Scope } from './types.ts'

/** What `$range` may take in mongod's memory, and what an element and the array take there. */
const RANGE_BYTES = 100 * 1024 * 1024
const ELEMENT_BYTES = 16
const ARRAY_BYTES = 24

function elementAt(
  array: Value | undefined,
  position: Value | undefined,
  name: string,
  which: string,
): Value | undefined {
  if (isNullish(array) || isNullish(position)) return null
  if (!Array.isArray(array)) {
    return fail(28689, `${name}'s ${which} must be an array, but is ${typeOf(array)}`)
  }
  if (!isNumber(position)) {
    return fail(28690, `${name}'s second argument must be a numeric value, but is ${typeOf(position)}`)
  }
  const index = int32Of(position)
  if (index === undefined) {
    const found = printDouble(asNumber(position))
    return fail(28691, `${name}'s second argument must be representable as a 32-bit integer: ${found}`)
  }
  return array.at(index)
}

function compileArrayElemAt(): CompileOperator {
  return exactly(2, ([array, position], _scope, name) => elementAt(array, position, name, 'first argument'))
}

function concatArrays(values: readonly (Value | undefined)[]): Value {
  const all: Value[] = []
  for (const value of values) {
    if (isNullish(value)) return null
    if (!Array.isArray(value)) return fail(28664, `$concatArrays only supports arrays, not ${typeOf(value)}`)
    for (const element of value) all.push(element)
  }
  return all
}

/** A constant list is hashed once; missing is in no list. */
const compileIn: CompileOperator = (operand, scope, name) => {
  const operands = compileArguments(operand, scope)
  if (operands.length !== 2) {
    fail(16020, `Expression ${name} takes exactly 2 arguments. ${operands.length} were passed in.`)
  }
  const [needle, haystack] = operands as [Expression, Expression]
  const { collation } = scope.context
  if (haystack.constant) {
    const set = makeValueSet(collation)
    for (const element of requireList(valueOf(haystack))) set.add(element)
    return (doc, variables) => {
      const value = needle(doc, variables)
      return value !== undefined && set.has(value)
    }
  }
  return (doc, variables) => {
    const value = needle(doc, variables)
    return requireList(haystack(doc, variables)).some((each) => compareAny(value, each, collation) === 0)
  }
}

function requireList(value: Value | undefined): Value[] {
  return Array.isArray(value)
    ? value
    : fail(40081, `$in requires an array as a second argument, found: ${typeOf(value)}`)
}

/** Checks an optional start or end of `$indexOfArray` and its like. */
export function readBound(value: Value | undefined, name: string, which: string): number {
  const bound = int32Of(value)
  if (bound === undefined) {
    const found = `${typeOf(value)}, with value: ${printValue(value)}`
    return fail(40096, `${name}requires an integral ${which}, found a value of type: ${found}`)
  }
  if (bound < 0) fail(40097, `${name} requires a nonnegative ${which}, found: ${bound}`)
  return bound
}

/** A constant that is no array is told while the pipeline is optimised, in words of its own. */
const compileIndexOfArray: CompileOperator = (operand, scope, name) => {
  if (Array.isArray(operand) && operand.length >= 2 && operand.length <= 4) {
    const [array, ...others] = operand.map((each) => scope.compile(each)) as [Expression, ...Expression[]]
    const value = array.constant ? valueOf(array) : undefined
    if (
      array.constant &&
      !isNullish(value) &&
      !Array.isArray(value) &&
      !others.every((each) => each.constant)
    ) {
      const words = 'First operand of $indexOfArray must be an array. First argument is of type:'
      folding(() => fail(50809, `${words} ${typeOf(value)}`))
    }
  }
  return between(2, 4, indexOfArray)(operand, scope, name)
}

function indexOfArray(values: readonly (Value | undefined)[], scope: Scope, name: string): Value {
  const [array, needle] = values
  if (isNullish(array)) return null
  if (!Array.isArray(array)) {
    return fail(40090, `$indexOfArray requires an array as a first argument, found: ${typeOf(array)}`)
  }
  const start = values.length > 2 ? readBound(values[2], name, 'starting index') : 0
  const end = values.length > 3 ? readBound(values[3], name, 'ending index') : array.length
  for (let index = start; index < Math.min(end, array.length); index++) {
    if (compareAny(array[index], needle, scope.context.collation) === 0) return index
  }
  return -1
}

function range(values: readonly (Value | undefined)[]): Value {
  const start = rangeBound(values[0], 34443, 'a numeric starting value', 'a starting value')
  const end = rangeBound(values[1], 34445, 'a numeric ending value', 'an ending value')
  const step = values.length > 2 ? rangeBound(values[2], 34447, 'a numeric step value', 'a step value') : 1
  if (step === 0) fail(34449, '$range requires a non-zero step value')
  const steps = Math.trunc((end - start) / step)
  const bytes = ARRAY_BYTES + (steps >= 0 ? steps + 1 : 0) * ELEMENT_BYTES
  if (bytes >= RANGE_BYTES) {
    const words = `$range would use too much memory (${bytes} bytes) and cannot spill to disk.`
    fail(146, `${words} Memory limit: ${RANGE_BYTES} bytes`)
  }
  const length = Math.max(0, Math.ceil((end - start) / step))
  return Array.from({ length }, (_, index) => start + index * step)
}

function rangeBound(value: Value | undefined, code: number, numeric: string, which: string): number {
  if (!isNumber(value)) return fail(code, `$range requires ${numeric}, found value of type: ${typeOf(value)}`)
  const words = `$range requires ${which} that can be represented as a 32-bit integer`
  return int32Of(value) ?? fail(code + 1, `${words}, found value: ${printValue(value)}`)
}

function reverseArray(value: Value | undefined): Value {
  if (isNullish(value)) return null
  if (!Array.isArray(value)) {
    return fail(34435, `The argument to $reverseArray must be an array, but was of type: ${typeOf(value)}`)
  }
  return value.toReversed()
}

function slice(values: readonly (Value | undefined)[]): Value {
  const [array, second, third] = values
  if (isNullish(array) || isNullish(second)) return null
  if (!Array.isArray(array)) {
    return fail(28724, `First argument to $slice must be an array, but is of type: ${typeOf(array)}`)
  }
  const first = sliceBound(second, 28725, 'Second')
  if (values.length === 2) return first >= 0 ? array.slice(0, first) : array.slice(first)
  if (isNullish(third)) return null
  const count = sliceBound(third, 28727, 'Third')
  if (count <= 0) fail(28729, `Third argument to $slice must be positive: ${count}`)
  const start = first < 0 ? Math.max(0, array.length + first) : first
  return array.slice(start, start + count)
}

function sliceBound(value: Value, code: number, which: string): number {
  if (!isNumber(value)) {
    const be = which === 'Third' ? 'numeric, but' : 'a numeric value, but'
    return fail(code, `${which} argument to $slice must be ${be} is of type: ${typeOf(value)}`)
  }
  const found = printDouble(asNumber(value))
  return (
    int32Of(value) ??
    fail(code + 1, `${which} argument to $slice can't be represented as a 32-bit integer: ${found}`)
  )
}

const compileZip: CompileOperator = (operand, scope, name) => {
  const named = readNamed(operand, name, {
    required: {},
    optional: ['inputs', 'defaults', 'useLongestLength'],
    notObject: [34460, (op, type) => `${op} only supports an object as an argument, found ${type}`],
    unknown: [34464, (op, what) => `${op} found an unknown argument: ${what}`],
  })
  const list = (argument: string, code: number): Expression[] => {
    const value = named.get(argument)
    if (value === undefined) return []
    if (Array.isArray(value)) return value.map((each) => scope.compile(each))
    return fail(code, `${argument} must be an array of expressions, found ${typeOf(value)}`)
  }
  const inputs = list('inputs', 34461)
  const defaults = list('defaults', 34462)
  const longest = named.get('useLongestLength') ?? false
  if (typeof longest !== 'boolean') {
    return fail(34463, `useLongestLength must be a bool, found ${typeOf(longest)}`)
  }
  if (inputs.length === 0) fail(34465, '$zip requires at least one input array')
  if (defaults.length > 0 && !longest) {
    fail(34466, 'cannot specify defaults unless useLongestLength is true')
  }
  if (defaults.length > 0 && defaults.length !== inputs.length) {
    fail(34467, 'defaults and inputs must have the same length')
  }
  return (doc, variables) => {
    const arrays: Value[][] = []
    for (const input of inputs) {
      const value = input(doc, variables)
      if (isNullish(value)) return null
      if (!Array.isArray(value)) {
        return fail(34468, `$zip found a non-array expression in input: ${printValue(value)}`)
      }
      arrays.push(value)
    }
    const lengths = arrays.map((each) => each.length)
    const length = longest ? Math.max(...lengths) : Math.min(...lengths)
    const fill = inputs.map((_, index) => defaults[index]?.(doc, variables) ?? null)
    return Array.from({ length }, (_, row) =>
      arrays.map((array, column) => array[row] ?? (fill[column] as Value)),
    )
  }
}

const compileSortArray: CompileOperator = (operand, scope, name) => {
  const named = readNamed(operand, name, {
    required: { input: 2942502, sortBy: 2942503 },
    notObject: [2942500, (op, type) => `${op} requires an object as an argument, found: ${type}`],
    unknown: [2942501, (op, what) => `${op} found an unknown argument: ${what}`],
    missing: (op, what) => `${op} requires '${what}' to be specified`,
  })
  const input = scope.compile(named.get('input') as Value)
  const order = named.get('sortBy') as Value
  const { collation } = scope.context
  const compare = compileElementOrder(order, collation, refuseOrder)
  return (doc, variables) => {
    const array = input(doc, variables)
    if (isNullish(array)) return null
    if (Array.isArray(array)) return array.toSorted(compare)
    const words = 'The input argument to $sortArray must be an array, but was of type'
    return fail(2942504, `${words}: ${typeOf(array)}`)
  }
}

const refuseOrder: RefuseOrder = (mistake, words) => {
  if (mistake === 'direction') return fail(2942506, words)
  return mistake === 'kind' ? fail(2942507, words) : fail(2942505, `BadValue: ${words}`)
}

export const arrayOperators: OperatorTable = {
  $arrayElemAt: compileArrayElemAt(),
  $first: exactly(1, ([array], _scope, name) => elementAt(array, 0, name, 'argument')),
  $last: exactly(1, ([array], _scope, name) => elementAt(array, -1, name, 'argument')),
  $concatArrays: variadic(concatArrays),
  $in: compileIn,
  $indexOfArray: compileIndexOfArray,
  $isArray: exactly(1, ([value]) => Array.isArray(value)),
  $range: between(2, 3, range),
  $reverseArray: exactly(1, ([value]) => reverseArray(value)),
  $size: exactly(1, ([value]) =>
    Array.isArray(value)
      ? value.length
      : fail(17124, `The argument to $size must be an array, but was of type: ${typeOf(value)}`),
  ),
  $slice: between(2, 3, slice),
  $sortArray: compileSortArray,
  $zip: compileZip,
}
