import { equalValues, hashKey } from '../bson/compare.ts'
import { fail } from '../bson/errors.ts'
import { typeName } from '../bson/type.ts'
import { BSONRegExp, isDoc, type Value } from '../bson/value.ts'
import { compilePlainFilter, compileValueTest } from '../query/compile-filter.ts'
import { integerOperand } from '../query/integer-operand.ts'
import { fieldOperators } from '../query/operators.ts'
import type { MakeModifier, Modifier } from './modifier.ts'

/** $pull: takes out the elements that equal the operand or meet the condition it is. */
export const pull: MakeModifier = (operand, _, context) => {
  if (operand instanceof BSONRegExp) return cull(compileValueTest(operand, context))
  if (!isDoc(operand)) return cull((item) => equalValues(item, operand, context.collation))
  const [first] = operand.keys()
  if (first !== undefined && fieldOperators.has(first)) return cull(compileValueTest(operand, context))
  const filter = compilePlainFilter(operand, context)
  return cull((item) => isDoc(item) && filter.matches(item))
}

/** $pullAll: takes out every element of the list. */
export const pullAll: MakeModifier = (operand, _, { collation }) => {
  if (!Array.isArray(operand))
    fail(2, `$pullAll requires an array argument but was given a ${typeName(operand)}`)
  const keys = new Set(operand.map((item) => hashKey(item, collation)))
  return cull((item) => keys.has(hashKey(item, collation)))
}

function cull(goes: (item: Value) => boolean): Modifier {
  return {
    update: (current) => {
      if (!Array.isArray(current)) fail(2, 'Cannot apply $pull to a non-array value')
      const kept = current.filter((item) => !goes(item))
      return kept.length === current.length ? current : kept
    },
  }
}

/** $pop: takes out the last element (1) or the first (-1). */
export const pop: MakeModifier = (operand, path) => {
  const end = integerOperand(path, operand)
  if (end !== 1n && end !== -1n) fail(9, `$pop expects 1 or -1, found: ${end}`)
  return {
    update: (current, where) => {
      if (!Array.isArray(current)) {
        fail(14, `Path '${where.path}' contains an element of non-array type '${typeName(current)}'`)
      }
      if (current.length === 0) return current
      return end === 1n ? current.slice(0, -1) : current.slice(1)
    },
  }
}
