import { isNumber } from '../bson/value.ts'
import { typeOf } from './missing.ts'
import { exactly } from './operands.ts'
import type { OperatorTable } from './types.ts'

export const typeOperators: OperatorTable = {
  $type: exactly(1, ([value]) => typeOf(value)),
  $isNumber: exactly(1, ([value]) => isNumber(value)),
}
