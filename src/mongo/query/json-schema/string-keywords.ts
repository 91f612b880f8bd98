import { compilePattern } from '../../pattern/compile-pattern.ts'
import { countOperand, stringOperand } from './operands.ts'
import { type Keyword, simpleRule } from './rule.ts'

export const minLength: Keyword = (operand, _, name) => length(name, operand, (size, limit) => size >= limit)
export const maxLength: Keyword = (operand, _, name) => length(name, operand, (size, limit) => size <= limit)

function length(
  name: string,
  operand: Parameters<Keyword>[0],
  holds: (size: number, limit: number) => boolean,
): ReturnType<Keyword> {
  const limit = countOperand(name, operand)
  return simpleRule(name, operand, 'specified string length was not satisfied', (value) => {
    return typeof value !== 'string' || holds(countCodePoints(value), limit)
  })
}

function countCodePoints(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}

export const pattern: Keyword = (operand, _, name) => {
  const expression = compilePattern(stringOperand(name, operand), '')
  return simpleRule(name, operand, 'regular expression did not match', (value) => {
    return typeof value !== 'string' || expression.test(value)
  })
}
