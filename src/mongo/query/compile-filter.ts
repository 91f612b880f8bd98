import type { EvalContext } from '../bson/context.ts'
import { fail } from '../bson/errors.ts'
import { BSONRegExp, UNDEFINED, type Doc, type Value } from '../bson/value.ts'
import { equals } from './comparison.ts'
import { isOperators } from './is-operators.ts'
import { andNode, type FilterNode } from './node.ts'
import { fieldOperators, topOperators } from './operators.ts'
import { allMatch, type Condition, every, type Predicate } from './predicate.ts'
import { matchesRegex } from './regex.ts'
import type { Scope } from './scope.ts'

export type { FieldNode, FilterNode, OtherNode, TreeNode } from './node.ts'

/** A compiled filter. */
export interface Filter {
  /** What the planner reads. */
  readonly node: FilterNode
  matches(doc: Doc): boolean
  /** For a document that matches: the position in the array it matched by, which `$` in an update stands for. */
  arrayIndexFor(doc: Doc): number | undefined
}

/**
 * Compiles a query filter.
 * @param filter the filter document of a find, an update, a delete or a $match.
 * @param context the moment, the collation and the variables of the command.
 * @throws MongoError with the code and words of a server: 2 for what is malformed, 9, 14, 51091 and so on.
 */
export function compileFilter(filter: Doc, context: EvalContext): Filter {
  return equalityOf(filter, context) ?? toFilter(makeScope(context, false, false).compile(filter))
}

/**
 * Compiles the condition of a $pull, where $expr, $jsonSchema, $where and $text are refused.
 * @param value the operators (or regular expression) every value must meet, on the path ''.
 */
export function compileValueTest(value: Doc | BSONRegExp, context: EvalContext): (value: Value) => boolean {
  const scope = makeScope(context, false, true)
  const match =
    value instanceof BSONRegExp
      ? matchesRegex('', value).match
      : every(scope.compileOperators('', value)).match
  return (item) => match(new Map([['', item]]))
}

/** Compiles a filter in which $expr, $jsonSchema, $where and $text are refused. */
export function compilePlainFilter(filter: Doc, context: EvalContext): Filter {
  return toFilter(makeScope(context, false, true).compile(filter))
}

/** One field that equals a value: nothing can be wrong with it, and mostly an index answers it, so it is compiled when asked. */
function equalityOf(filter: Doc, context: EvalContext): Filter | undefined {
  if (filter.size !== 1) return undefined
  for (const [path, operand] of filter) {
    if (path.startsWith('$') || operand === UNDEFINED) return undefined
    if (operand instanceof BSONRegExp || isOperators(operand)) return undefined
    let compiled: Filter | undefined
    const made = (): Filter => (compiled ??= toFilter(makeScope(context, false, false).compile(filter)))
    return {
      node: { op: 'field', path, operator: '$eq', operand },
      matches: (doc) => made().matches(doc),
      arrayIndexFor: (doc) => made().arrayIndexFor(doc),
    }
  }
  return undefined
}

function toFilter({ node, match }: Condition): Filter {
  return {
    node,
    matches: (doc) => match(doc),
    arrayIndexFor: (doc) => {
      const details = { index: undefined }
      return match(doc, details) ? details.index : undefined
    },
  }
}

function makeScope(context: EvalContext, nested: boolean, plain: boolean): Scope {
  const scope: Scope = {
    context,
    nested,
    plain,
    compile: (filter, within = false) =>
      compileFields(filter, within && !nested ? makeScope(context, true, plain) : scope),
    compileOperators: (path, operators) => compileOperators(path, operators, scope),
  }
  return scope
}

function compileFields(filter: Doc, scope: Scope): Condition {
  const conditions: Condition[] = []
  for (const [name, value] of filter) {
    if (name.startsWith('$') && !isDBRefField(name)) {
      const operator = topOperators.get(name)
      if (!operator) {
        fail(
          2,
          `unknown top level operator: ${name}. If you have a field name that starts with a '$' symbol, consider using $getField or $setField.`,
        )
      }
      const condition = operator(value, scope)
      if (condition) conditions.push(condition)
    } else conditions.push(...compileField(name, value, scope))
  }
  return {
    node: andNode(conditions.map(({ node }) => node)),
    match: conditions.length === 0 ? () => true : allMatch(conditions.map(({ match }) => match)),
  }
}

// The fields of a DBRef may stand where an operator would: { a: { $elemMatch: { $id: 1 } } }.
function isDBRefField(name: string): boolean {
  return name === '$ref' || name === '$id' || name === '$db'
}

function compileField(path: string, value: Value, scope: Scope): Predicate[] {
  if (isOperators(value)) return compileOperators(path, value, scope)
  if (value instanceof BSONRegExp) return [matchesRegex(path, value)]
  return [equals(path, value, scope, new Map())!]
}

function compileOperators(path: string, operators: Doc, scope: Scope): Predicate[] {
  const predicates: Predicate[] = []
  for (const [name, operand] of operators) {
    const operator = fieldOperators.get(name)
    if (!operator) {
      fail(2, name === '$where' ? '$where cannot be applied to a field' : `unknown operator: ${name}`)
    }
    const predicate = operator(path, operand, scope, operators)
    if (predicate) predicates.push(predicate)
  }
  return predicates
}
