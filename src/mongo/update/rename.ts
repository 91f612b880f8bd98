import { fail } from '../bson/errors.ts'
import { printElement } from '../bson/print.ts'
import type { Value } from '../bson/value.ts'
import type { Modifier } from './modifier.ts'
import { isArrayPart } from './path.ts'

/** Checks the two paths of a $rename and makes what stands at the target. */
export function rename(operand: Value, path: string): { to: string; modifier: Modifier } {
  const shown = printElement(path, operand)
  if (typeof operand !== 'string') fail(2, `The 'to' field for $rename must be a string: ${shown}`)
  if (operand.includes('\0')) fail(2, "The 'to' field for $rename cannot contain an embedded null byte")
  if (operand === path) fail(2, `The source and target field for $rename must differ: ${shown}`)
  if (operand.startsWith(`${path}.`) || path.startsWith(`${operand}.`)) {
    fail(2, `The source and target field for $rename must not be on the same path: ${shown}`)
  }
  const from = path.split('.')
  if (from.some(isArrayPart)) fail(2, `The source field for $rename may not be dynamic: ${path}`)
  if (operand.split('.').some(isArrayPart)) {
    fail(2, `The destination field for $rename may not be dynamic: ${operand}`)
  }
  return { to: operand, modifier: { from, update: (current) => current } }
}
