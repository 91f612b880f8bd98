import { fail } from '../../bson/errors.ts'
import { asNumber } from '../../bson/numeric.ts'
import { isNumber, toDouble } from '../../bson/value.ts'
import type { Value } from '../../bson/value.ts'
import { compileExpression } from '../../expression/compile.ts'
import type { Expression } from '../../expression/types.ts'
import { NO_VARIABLES } from '../variables.ts'
import type { CompileWindowFunction } from './window-function.ts'
import { compileWindow } from './window.ts'

/** `$covariancePop` and `$covarianceSamp` of two expressions; documents without both numbers do not take part. */
export const compileCovariance: CompileWindowFunction = (operand, { context, ordering, window }, name) => {
  if (!Array.isArray(operand) || operand.length !== 2) {
    return fail(5424100, `${name} requires an array of two expressions`)
  }
  const [left, right] = operand.map((each) => compileExpression(each, context)) as [Expression, Expression]
  const find = compileWindow(window, ordering, context)
  const sample = name === '$covarianceSamp'
  return (partition) => {
    const pairs = partition.docs.map((doc): [number, number] | undefined => {
      const x = left(doc, NO_VARIABLES)
      const y = right(doc, NO_VARIABLES)
      return isNumber(x) && isNumber(y) ? [asNumber(x), asNumber(y)] : undefined
    })
    return partition.docs.map((_doc, index) => {
      const [first, last] = find(partition, index)
      return covariance(pairs.slice(first, last + 1), sample)
    })
  }
}

function covariance(pairs: readonly ([number, number] | undefined)[], sample: boolean): Value {
  let count = 0
  let meanX = 0
  let meanY = 0
  let products = 0
  for (const pair of pairs) {
    if (!pair) continue
    const [x, y] = pair
    count++
    const distance = x - meanX
    meanX += distance / count
    meanY += (y - meanY) / count
    products += distance * (y - meanY)
  }
  const divisor = sample ? count - 1 : count
  return divisor <= 0 ? null : toDouble(products / divisor)
}
