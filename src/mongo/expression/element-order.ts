import type { Collation } from '../bson/collation.ts'
import { compareValues } from '../bson/compare.ts'
import { asNumber } from '../bson/numeric.ts'
import { valueAt } from '../bson/path.ts'
import { isDoc, isNumber } from '../bson/value.ts'
import type { Value } from '../bson/value.ts'

type Compare = (left: Value, right: Value) => number

/** Throws for an order that is none; which code a mistake has depends on who is asked. */
export type RefuseOrder = (mistake: 'direction' | 'kind' | 'fields', words: string) => never

/**
 * The order of `$sortArray` and of `$push` with `$sort`: by whole elements, or by fields of them, of which
 * an array counts as a whole.
 */
export function compileElementOrder(
  order: Value,
  collation: Collation | undefined,
  refuse: RefuseOrder,
): Compare {
  if (isNumber(order)) {
    const direction = asNumber(order)
    if (direction !== 1 && direction !== -1) {
      return refuse('direction', 'The $sort element value must be either 1 or -1')
    }
    return (left, right) => compareValues(left, right, collation) * direction
  }
  if (!isDoc(order)) {
    return refuse(
      'kind',
      'The $sort is invalid: use 1/-1 to sort the whole element, or {field:1/-1} to sort embedded fields',
    )
  }
  if (order.size === 0) refuse('fields', 'The $sort pattern is empty when it should be a set of fields.')
  const fields = [...order].map(([path, value]) => {
    const direction = isNumber(value) ? asNumber(value) : 0
    if (direction !== 1 && direction !== -1)
      return refuse('fields', 'The $sort element value must be either 1 or -1')
    if (path === '') refuse('fields', 'The $sort field cannot be empty')
    if (path.split('.').includes('')) {
      refuse('fields', `The $sort field is a dotted field but has an empty part: ${path}`)
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
