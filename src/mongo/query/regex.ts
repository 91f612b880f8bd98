import { fail } from '../bson/errors.ts'
import { BSONRegExp, BSONSymbol, type Doc, type Value } from '../bson/value.ts'
import { compilePattern } from '../pattern/compile-pattern.ts'
import { leaf, type Predicate, type Test } from './predicate.ts'
import type { FieldOperator } from './scope.ts'

/** $regex with $options, given as text or as a regular expression. */
export const regex: FieldOperator = (path, operand, _, siblings) => {
  const options = siblings.get('$options')
  if (options !== undefined && typeof options !== 'string') fail(2, '$options has to be a string')
  return matchesRegex(path, readRegex(operand, options, siblings))
}

/** $options: read by $regex; alone it has no meaning. */
export const options: FieldOperator = (_path, _operand, _scope, siblings) => {
  if (!siblings.has('$regex')) fail(2, '$options needs a $regex')
  return undefined
}

/** A field that holds a text the expression matches, or the same expression. */
export function matchesRegex(path: string, expression: BSONRegExp): Predicate {
  return leaf(path, '$regex', expression, regexTest(expression))
}

export function regexTest(expression: BSONRegExp): Test {
  const { pattern, options: flags } = expression
  const compiled = compilePattern(pattern, flags)
  return (value) => {
    if (typeof value === 'string') return compiled.test(value)
    if (value instanceof BSONSymbol) return compiled.test(value.value)
    return value instanceof BSONRegExp && value.pattern === pattern && value.options === flags
  }
}

function readRegex(operand: Value, options: string | undefined, siblings: Doc): BSONRegExp {
  if (operand instanceof BSONRegExp) {
    if (options === undefined || (options === '' && operand.options === '')) return operand
    if (operand.options !== '') {
      const first = [...siblings.keys()].find((name) => name === '$regex' || name === '$options')
      fail(first === '$options' ? 51074 : 51075, 'options set in both $regex and $options')
    }
    return makeRegex(operand.pattern, options)
  }
  if (typeof operand !== 'string') fail(2, '$regex has to be a string')
  return makeRegex(operand, options ?? '')
}

function makeRegex(pattern: string, options: string): BSONRegExp {
  if (pattern.includes('\0')) fail(2, 'Regular expression cannot contain an embedded null byte')
  if (options.includes('\0'))
    fail(2, 'Regular expression options string cannot contain an embedded null byte')
  const unknown = /[^imsux]/.exec(options)
  if (unknown) fail(51108, `invalid flag in regex options: ${unknown[0]}`)
  return new BSONRegExp(pattern, options)
}
