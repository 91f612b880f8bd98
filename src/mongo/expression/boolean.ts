import { constant, valueOf } from './constant.ts'
import { compileArguments, exactly } from './operands.ts'
import { isTrue } from './truth.ts'
import type { CompileOperator, OperatorTable } from './types.ts'

/** `$and` and `$or` stop at the first operand that decides. */
function junction(decides: boolean): CompileOperator {
  return (operand, scope) => {
    const operands = compileArguments(operand, scope)
    // A constant that decides does so for every document, even for one that an operand before it would fail on.
    if (operands.some((each) => each.constant && isTrue(valueOf(each)) === decides)) return constant(decides)
    if (operands.every((each) => each.constant)) return constant(!decides)
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
