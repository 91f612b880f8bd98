import { fail } from '../bson/errors.ts'
import type { Value } from '../bson/value.ts'
import { compareAny, makeValueSet } from './compare.ts'
import type { ValueSet } from './compare.ts'
import { isNullish, typeOf } from './missing.ts'
import { compileArguments, apply, exactly, variadic } from './operands.ts'
import { isTrue } from './truth.ts'
import type { CompileOperator, OperatorTable, Scope } from './types.ts'

function requireArray(value: Value | undefined, code: number, words: string): Value[] {
  return Array.isArray(value) ? value : fail(code, `${words} is of type: ${typeOf(value)}`)
}

function setOf(array: readonly Value[], scope: Scope): ValueSet {
  const set = makeValueSet(scope.context.collation)
  for (const element of array) set.add(element)
  return set
}

/** mongod keeps sets in order, so the elements come out sorted. */
function sorted(values: Value[], scope: Scope): Value[] {
  return values.sort((left, right) => compareAny(left, right, scope.context.collation))
}

const compileSetEquals: CompileOperator = (operand, scope) => {
  const operands = compileArguments(operand, scope)
  if (operands.length < 2) fail(17045, `$setEquals needs at least two arguments had: ${operands.length}`)
  return apply(operands, (values) => {
    const sets = values.map((value) =>
      setOf(requireArray(value, 17044, 'All operands of $setEquals must be arrays. One argument'), scope),
    )
    const [first] = sets
    return sets.every((set) => set.size() === first?.size() && set.values().every((each) => first.has(each)))
  })
}

function intersection(values: readonly (Value | undefined)[], scope: Scope): Value {
  let common: Value[] | undefined
  for (const value of values) {
    if (isNullish(value)) return null
    const words = 'All operands of $setIntersection must be arrays. One argument'
    const set = setOf(requireArray(value, 17047, words), scope)
    common = common === undefined ? set.values() : common.filter((each) => set.has(each))
  }
  return sorted(common ?? [], scope)
}

function union(values: readonly (Value | undefined)[], scope: Scope): Value {
  const all = makeValueSet(scope.context.collation)
  for (const value of values) {
    if (isNullish(value)) return null
    const words = 'All operands of $setUnion must be arrays. One argument'
    for (const element of requireArray(value, 17043, words)) all.add(element)
  }
  return sorted(all.values(), scope)
}

function difference(left: Value | undefined, right: Value | undefined, scope: Scope): Value {
  if (isNullish(left) || isNullish(right)) return null
  const words = 'both operands of $setDifference must be arrays.'
  const from = requireArray(left, 17048, `${words} First argument`)
  const seen = setOf(requireArray(right, 17049, `${words} Second argument`), scope)
  return from.filter((element) => seen.add(element))
}

export const setOperators: OperatorTable = {
  $setEquals: compileSetEquals,
  $setIntersection: variadic(intersection),
  $setUnion: variadic(union),
  $setDifference: exactly(2, ([left, right], scope) => difference(left, right, scope)),
  $setIsSubset: exactly(2, ([left, right], scope) => {
    const words = 'both operands of $setIsSubset must be arrays.'
    const part = requireArray(left, 17046, `${words} First argument`)
    const whole = setOf(requireArray(right, 17042, `${words} Second argument`), scope)
    return part.every((element) => whole.has(element))
  }),
  $allElementsTrue: exactly(1, ([value]) => {
    if (Array.isArray(value)) return value.every(isTrue)
    return fail(17040, `$allElementsTrue's argument must be an array, but is ${typeOf(value)}`)
  }),
  $anyElementTrue: exactly(1, ([value]) => {
    if (Array.isArray(value)) return value.some(isTrue)
    return fail(17041, `$anyElementTrue's argument must be an array, but is ${typeOf(value)}`)
  }),
}
