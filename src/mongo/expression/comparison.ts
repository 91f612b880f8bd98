import { compareAny } from './compare.ts'
import { exactly } from './operands.ts'
import type { CompileOperator, OperatorTable } from './types.ts'

function comparing(answer: (order: number) => boolean | number): CompileOperator {
  return exactly(2, ([left, right], scope) => answer(compareAny(left, right, scope.context.collation)))
}

export const comparisonOperators: OperatorTable = {
  $eq: comparing((order) => order === 0),
  $ne: comparing((order) => order !== 0),
  $gt: comparing((order) => order > 0),
  $gte: comparing((order) => order >= 0),
  $lt: comparing((order) => order < 0),
  $lte: comparing((order) => order <= 0),
  $cmp: comparing((order) => Math.sign(order)),
}
