import { hashKey } from '../bson/compare.ts'
import { fail } from '../bson/errors.ts'
import { printDoc } from '../bson/print.ts'
import { typeName } from '../bson/type.ts'
import { isDoc, type Value } from '../bson/value.ts'
import type { MakeModifier } from './modifier.ts'

/** $addToSet, with $each: appends what the array does not hold yet. */
export const addToSet: MakeModifier = (operand, _, { collation }) => {
  const elements = new Map<string, Value>()
  for (const item of readElements(operand)) {
    const key = hashKey(item, collation)
    if (!elements.has(key)) elements.set(key, item)
  }
  return {
    create: () => [...elements.values()],
    update: (current, { field }) => {
      if (!Array.isArray(current)) {
        fail(
          2,
          `Cannot apply $addToSet to non-array field. Field named '${field}' has non-array type ${typeName(current)}`,
        )
      }
      const held = new Set(current.map((item) => hashKey(item, collation)))
      const added = [...elements].filter(([key]) => !held.has(key)).map(([, item]) => item)
      return added.length === 0 ? current : [...current, ...added]
    },
  }
}

function readElements(operand: Value): readonly Value[] {
  if (!isDoc(operand) || operand.keys().next().value !== '$each') return [operand]
  const each = operand.get('$each')!
  if (!Array.isArray(each)) {
    fail(14, `The argument to $each in $addToSet must be an array but it was of type ${typeName(each)}`)
  }
  if (operand.size > 1) fail(2, `Found unexpected fields after $each in $addToSet: ${printDoc(operand)}`)
  return each
}
