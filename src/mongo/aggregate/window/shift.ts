import { fail } from '../../bson/errors.ts'
import type { Value } from '../../bson/value.ts'
import { compileExpression } from '../../expression/compile.ts'
import { valueOf } from '../../expression/constant.ts'
import { int32Of } from '../../expression/number.ts'
import { readNamed } from '../../expression/operands.ts'
import { NO_VARIABLES } from '../variables.ts'
import type { CompileWindowFunction } from './window-function.ts'

/** `$shift`: the value of a document some places before or behind. */
export const compileShift: CompileWindowFunction = (operand, { context, ordering, window }, name) => {
  const named = readNamed(operand, name, {
    required: { output: 9, by: 9 },
    optional: ['default'],
    notObject: [9, (op) => `Argument to ${op} must be an object`],
    unknown: [9, (op, what) => `Unknown argument in ${op}: ${what}`],
    missing: (op, what) => `${op} requires an '${what}' argument`,
  })
  if (ordering.fields === 0) fail(9, `'$shift' requires a sortBy`)
  if (window !== undefined) fail(9, `$shift does not accept a 'window' field`)
  const output = compileExpression(named.get('output') as Value, context)
  const by = int32Of(named.get('by')) ?? fail(9, `'$shift:by' field must be an integer`)
  const other = named.has('default') ? compileExpression(named.get('default') as Value, context) : undefined
  if (other && !other.constant) fail(9, "'$shift:default' expression must yield a constant value.")
  const fallback = (other && valueOf(other)) ?? null
  return ({ docs }) =>
    docs.map((_doc, index) => {
      const shifted = docs[index + by]
      return shifted ? (output(shifted, NO_VARIABLES) ?? null) : fallback
    })
}
