import type { Collation } from '../bson/collation.ts'
import { compareValues } from '../bson/compare.ts'
import { fail } from '../bson/errors.ts'
import { asNumber } from '../bson/numeric.ts'
import { valueAt } from '../bson/path.ts'
import { isDoc, isNumber } from '../bson/value.ts'
import type { Value } from '../bson/value.ts'

type Compare = (left: Value, right: Value) => number

/**
 * The order of `$sortArray`, which is that of `$push` with `$sort`: by whole elements, or by fields of them, of which
 * an array counts as a whole.
 */
export function compileElementOrder(order: Value, collation: Collation | undefined): Compare {
  if (isNumber(order)) {
    const direction = asNumber(order)
    if (direction !== 1 && direction !== -1) {
      fail(2942506, 'The $sort element value must be either 1 or -1')
    }
    return (left, right) => compareValues(left, right, collation) * direction
  }
  if (!isDoc(order)) {
    return fail(
      2942507,
      'The $sort is invalid: use 1/-1 to sort the whole element, or {field:1/-1} to sort embedded fields',
    )
  }
  if (order.size === 0) refuse('The $sort pattern is empty when it should be a set of fields.')
  const fields = [...order].map(([path, value]) => {
    const direction = isNumber(value) ? asNumber(value) : 0
    if (direction !== 1 && direction !== -1) refuse('The $sort element value must be either 1 or -1')
    if (path === '') refuse('The $sort field cannot be empty')
    if (path.split('.').includes('')) {
      refuse(`The $sort field is a dotted field but has an empty part: ${path}`)
    }
    return { path, direction }
  })
  return (left, right) => {
    for (const { path, direction } of fields) {
      const result = compareValues(fieldOf(left, path), fieldOf(right, path), collation)
      if (result !== 0) return direction * result
    }
    return 0
  }
}

function fieldOf(value: Value, path: string): Value | undefined {
  return isDoc(value) ? valueAt(value, path) : undefined
}

function refuse(words: string): never {
  return fail(2942505, `BadValue: ${words}`)
}
