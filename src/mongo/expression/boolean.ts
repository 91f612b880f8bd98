import { constant } from './constant.ts'
import { compileArguments, exactly } from './operands.ts'
import { isTrue } from './truth.ts'
import type { CompileOperator, OperatorTable } from './types.ts'

/** `$and` and `$or` stop at the first operand that decides. */
function junction(decides: boolean): CompileOperator {
  return (operand, scope) => {
    const operands = compileArguments(operand, scope)
    if (operands.every((each) => each.constant)) {
      return constant(operands.some((each) => isTrue(each(new Map(), new Map())) === decides) === decides)
    }
    return (doc, variables) => {
      for (const each of operands) if (isTrue(each(doc, variables)) === decides) return decides
      return !decides
    }
  }
}

export const booleanOperators: OperatorTable = {
  $and: junction(false),
  $or: junction(true),
  $not: exactly(1, ([value]) => !isTrue(value)),
}
