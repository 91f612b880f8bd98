import { FoldingError, MongoError } from '../bson/errors.ts'
import type { Doc, Value } from '../bson/value.ts'
import type { Expression, Variables } from './types.ts'

const NO_DOC: Doc = new Map()
const NO_VARIABLES: Variables = new Map()

/** An expression that always answers `value`. */
export function constant(value: Value | undefined): Expression {
  return Object.assign(() => value, { constant: true as const })
}

/**
 * Evaluates once, at compile time, what depends on constants only.
 * mongod does the same while it optimises, so `{$divide: [1, 0]}` fails even over an empty collection.
 */
export function fold(evaluate: Expression, operands: readonly Expression[]): Expression {
  if (!operands.every((operand) => operand.constant)) return evaluate
  return constant(folding(() => evaluate(NO_DOC, NO_VARIABLES)))
}

/** Does what is known of constants at compile time; its error is told as one of optimising. */
export function folding<T>(evaluate: () => T): T {
  try {
    return evaluate()
  } catch (error) {
    throw error instanceof MongoError ? new FoldingError(error.code, error.message, error.extra) : error
  }
}

/** The value of an expression known to be constant. */
export function valueOf(expression: Expression): Value | undefined {
  return expression(NO_DOC, NO_VARIABLES)
}
