import { fail } from '../bson/errors.ts'
import type { Value } from '../bson/value.ts'
import { compareAny, makeValueSet } from './compare.ts'
import type { ValueSet } from './compare.ts'
import { fold, folding, valueOf } from './constant.ts'
import { isNullish, typeOf } from './missing.ts'
import { compileArguments, apply, exactly, variadic } from './operands.ts'
import { isTrue } from './truth.ts'
import type { CompileOperator, Expression, OperatorTable, Scope } from './types.ts'

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

/** The operands are looked at from the left, up to the first that differs; constant ones beforehand. */
const compileSetEquals: CompileOperator = (operand, scope) => {
  const operands = compileArguments(operand, scope)
  if (operands.length < 2) fail(17045, `$setEquals needs at least two arguments had: ${operands.length}`)
  const words = (index: number): string =>
    `All operands of $setEquals must be arrays. ${index + 1}-th argument`
  for (const [index, each] of operands.entries()) {
    if (each.constant) folding(() => requireArray(valueOf(each), 5887502, words(index)))
  }
  return fold((doc, variables) => {
    const read = (index: number): ValueSet =>
      setOf(requireArray(operands[index]?.(doc, variables), 17044, words(index)), scope)
    const first = read(0)
    for (let index = 1; index < operands.length; index++) {
      const set = read(index)
      if (set.size() !== first.size() || !set.values().every((each) => first.has(each))) return false
    }
    return true
  }, operands)
}

/** A second operand that is constant is hashed once. */
const compileSetIsSubset: CompileOperator = (operand, scope, name) => {
  const operands = compileArguments(operand, scope)
  if (operands.length !== 2) {
    fail(16020, `Expression ${name} takes exactly 2 arguments. ${operands.length} were passed in.`)
  }
  const [left, right] = operands as [Expression, Expression]
  const words = 'both operands of $setIsSubset must be arrays.'
  if (right.constant && !left.constant) {
    const whole = folding(() => setOf(requireArray(valueOf(right), 17311, `${words} Second argument`), scope))
    return (doc, variables) =>
      requireArray(left(doc, variables), 17310, `${words} First argument`).every((each) => whole.has(each))
  }
  return apply(operands, ([first, second]) => {
    const part = requireArray(first, 17046, `${words} First argument`)
    const whole = setOf(requireArray(second, 17042, `${words} Second argument`), scope)
    return part.every((element) => whole.has(element))
  })
}

function intersection(values: readonly (Value | undefined)[], scope: Scope): Value {
  let common: ValueSet | undefined
  for (const value of values) {
    if (isNullish(value)) return null
    const words = 'All operands of $setIntersection must be arrays. One argument'
    const set = setOf(requireArray(value, 17047, words), scope)
    if (common === undefined) common = set
    else if (common.size() > 0) common = shared(common, set, scope)
  }
  return sorted(common?.values() ?? [], scope)
}

/** What two sets have in common, as it stands in the smaller one: 1 and 1.0 are equal and not the same. */
function shared(left: ValueSet, right: ValueSet, scope: Scope): ValueSet {
  const [few, many] = left.size() > right.size() ? [right, left] : [left, right]
  return setOf(
    few.values().filter((each) => many.has(each)),
    scope,
  )
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
  $setIsSubset: compileSetIsSubset,
  $allElementsTrue: exactly(1, ([value]) => {
    if (Array.isArray(value)) return value.every(isTrue)
    return fail(17040, `$allElementsTrue's argument must be an array, but is ${typeOf(value)}`)
  }),
  $anyElementTrue: exactly(1, ([value]) => {
    if (Array.isArray(value)) return value.some(isTrue)
    return fail(17041, `$anyElementTrue's argument must be an array, but is ${typeOf(value)}`)
  }),
}
