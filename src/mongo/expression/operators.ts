import { arithmeticOperators } from './arithmetic.ts'
import { arrayAccumulators } from './array-accumulators.ts'
import { arrayOperators } from './array.ts'
import { bitwiseOperators } from './bitwise.ts'
import { booleanOperators } from './boolean.ts'
import { comparisonOperators } from './comparison.ts'
import { conditionalOperators } from './conditional.ts'
import { convertOperators } from './convert.ts'
import { dateOperators } from './date/operators.ts'
import { dateShiftOperators } from './date/shift-operators.ts'
import { iterationOperators } from './iteration.ts'
import { literalOperators } from './literal.ts'
import { objectOperators } from './object.ts'
import { powerOperators } from './power.ts'
import { regexOperators } from './regex.ts'
import { roundingOperators } from './rounding.ts'
import { setOperators } from './set.ts'
import { stringOperators } from './string.ts'
import { trigonometryOperators } from './trigonometry.ts'
import { typeOperators } from './type.ts'
import type { OperatorTable } from './types.ts'

/** Every operator of an aggregation expression. */
export const operators: OperatorTable = {
  ...arithmeticOperators,
  ...powerOperators,
  ...roundingOperators,
  ...trigonometryOperators,
  ...bitwiseOperators,
  ...booleanOperators,
  ...comparisonOperators,
  ...conditionalOperators,
  ...arrayOperators,
  ...iterationOperators,
  ...arrayAccumulators,
  ...setOperators,
  ...objectOperators,
  ...stringOperators,
  ...regexOperators,
  ...typeOperators,
  ...convertOperators,
  ...dateOperators,
  ...dateShiftOperators,
  ...literalOperators,
}
