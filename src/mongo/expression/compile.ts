import type { EvalContext } from '../bson/context.ts'
import { fail } from '../bson/errors.ts'
import { printDoc } from '../bson/print.ts'
import { isDoc } from '../bson/value.ts'
import type { Doc, Value } from '../bson/value.ts'
import { constant, fold } from './constant.ts'
import { checkSingleName, compileFieldPath } from './field-path.ts'
import { operators } from './operators.ts'
import type { Expression, Scope } from './types.ts'

/**
 * Compiles an aggregation expression.
 *
 * @param expression what stands in the pipeline: a field path, a literal, an operator, an object or an array of them
 * @param context the clock, the collation and the variables of the command; `context.variables` is read while the
 *   expression runs, so its values may change between documents, its names may not
 * @param known further variables that the caller will hand in when it evaluates
 * @returns a function of the document and of the variables; it answers `undefined` for "missing"
 * @throws MongoError with mongod's code: 168 unknown operator, 17276 undefined variable, 16020 wrong number of
 *   arguments, ...
 */
export function compileExpression(
  expression: Value,
  context: EvalContext,
  known: ReadonlySet<string> = new Set(),
): Expression {
  return makeScope(context, known).compile(expression)
}

function makeScope(context: EvalContext, names: ReadonlySet<string>): Scope {
  const scope: Scope = {
    context,
    names,
    compile: (operand) => compileOperand(operand, scope),
    bind: (more) => makeScope(context, new Set([...names, ...more])),
  }
  return scope
}

function compileOperand(operand: Value, scope: Scope): Expression {
  if (typeof operand === 'string') {
    return operand.startsWith('$') ? compileFieldPath(operand, scope) : constant(operand)
  }
  if (Array.isArray(operand)) return compileArray(operand, scope)
  if (!isDoc(operand)) return constant(operand)
  const [first] = operand.keys()
  return first?.startsWith('$') ? compileOperator(operand, first, scope) : compileObject(operand, scope)
}

function compileArray(array: readonly Value[], scope: Scope): Expression {
  const elements = array.map((element) => scope.compile(element))
  return fold((doc, variables) => elements.map((element) => element(doc, variables) ?? null), elements)
}

function compileObject(object: Doc, scope: Scope): Expression {
  const fields = [...object].map(([name, value]) => {
    checkSingleName(name)
    return [name, scope.compile(value)] as const
  })
  const evaluate: Expression = (doc, variables) => {
    const made: Doc = new Map()
    for (const [name, expression] of fields) {
      const value = expression(doc, variables)
      if (value !== undefined) made.set(name, value)
    }
    return made
  }
  return fold(
    evaluate,
    fields.map(([, expression]) => expression),
  )
}

function compileOperator(object: Doc, name: string, scope: Scope): Expression {
  if (object.size !== 1) {
    fail(15983, `An object representing an expression must have exactly one field: ${printDoc(object)}`)
  }
  const compile = Object.hasOwn(operators, name) ? operators[name] : undefined
  if (!compile) return fail(168, `Unrecognized expression '${name}'`)
  return compile(object.get(name) as Value, scope, name)
}
