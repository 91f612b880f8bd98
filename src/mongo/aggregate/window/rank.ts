import { compareValues } from '../../bson/compare.ts'
import { fail } from '../../bson/errors.ts'
import { isDoc } from '../../bson/value.ts'
import type { CompileWindowFunction } from './window-function.ts'

/** `$rank`, `$denseRank` and `$documentNumber`: a place in the order of the partition. */
export const compileRank: CompileWindowFunction = (operand, { ordering, window, context }, name) => {
  if (window !== undefined) fail(5371601, 'Rank style window functions take no other arguments')
  if (!isDoc(operand) || operand.size > 0) {
    fail(5371603, `${name} must be specified with '{}' as the value`)
  }
  if (ordering.fields !== 1) {
    fail(5371602, `${name} must be specified with a top level sortBy expression with exactly one element`)
  }
  if (name === '$documentNumber') return ({ docs }) => docs.map((_doc, index) => index + 1)
  return ({ sortValues }) => {
    let rank = 0
    let dense = 0
    return sortValues.map((value, index) => {
      if (index === 0 || compareValues(value, sortValues[index - 1], context.collation) !== 0) {
        rank = index + 1
        dense++
      }
      return name === '$rank' ? rank : dense
    })
  }
}
