import type { EvalContext } from '../bson/context.ts'
import { MongoError } from '../bson/errors.ts'
import { BSONRegExp, type Doc, type Value } from '../bson/value.ts'
import { compileExpression } from '../expression/compile.ts'
import { compileFilter } from '../query/compile-filter.ts'
import { compileSchema } from '../query/json-schema/compile-schema.ts'
import { type Clause, clausesOf } from './clause.ts'
import { explainField } from './explain-field.ts'

/**
 * Why a document does not meet a filter, in the form of a server's `errInfo.details`.
 * @param inverted why it does, for what stands under $nor or $not.
 */
export function explainFilter(filter: Doc, doc: Doc, context: EvalContext, inverted = false): Doc {
  return explainClauses(clausesOf(filter), doc, context, inverted)
}

function explainClauses(clauses: readonly Clause[], doc: Doc, context: EvalContext, inverted: boolean): Doc {
  if (clauses.length === 1) return explainClause(clauses[0]!, doc, context, inverted)
  const entries = clauses
    .map((clause, index) => ({ clause, index }))
    .filter(({ clause }) => holds(clause, doc, context) === inverted)
    .map(({ clause, index }) => clauseEntry(index, explainClause(clause, doc, context, inverted)))
  return treeDetails('$and', inverted, entries)
}

function clauseEntry(index: number, details: Doc): Doc {
  return new Map<string, Value>([
    ['index', index],
    ['details', details],
  ])
}

function treeDetails(operator: string, satisfied: boolean, entries: Doc[]): Doc {
  return new Map<string, Value>([
    ['operatorName', operator],
    [satisfied ? 'clausesSatisfied' : 'clausesNotSatisfied', entries],
  ])
}

function explainClause(clause: Clause, doc: Doc, context: EvalContext, inverted: boolean): Doc {
  switch (clause.kind) {
    case 'tree': {
      const { operator, branches } = clause
      // $nor fails by the branches that hold.
      const satisfied = (operator === '$nor') !== inverted
      const entries = [...branches.entries()]
        .filter(([, branch]) => compileFilter(branch, context).matches(doc) === satisfied)
        .map(([index, branch]) => clauseEntry(index, explainFilter(branch, doc, context, satisfied)))
      return treeDetails(operator, satisfied, entries)
    }
    case 'not': {
      const inner =
        clause.operand instanceof BSONRegExp ? new Map([['$regex', clause.operand]]) : clause.operand
      return new Map<string, Value>([
        ['operatorName', '$not'],
        ['details', explainFilter(new Map([[clause.path, inner]]), doc, context, !inverted)],
      ])
    }
    case 'field':
      return explainField(clause, doc, inverted)
    case 'other':
      return explainOther(clause, doc, context, inverted)
  }
}

function explainOther(
  clause: Clause & { kind: 'other' },
  doc: Doc,
  context: EvalContext,
  inverted: boolean,
): Doc {
  const { operator, operand, filter } = clause
  if (operator === '$jsonSchema') {
    if (!inverted) return compileSchema(operand as Doc).explain(doc)
    return new Map<string, Value>([
      ['operatorName', operator],
      ['reason', 'schema matched'],
    ])
  }
  const details: Doc = new Map<string, Value>([
    ['operatorName', operator],
    ['specifiedAs', filter],
  ])
  if (operator !== '$expr') {
    return details.set('reason', `expression always evaluates to ${String(inverted)}`)
  }
  try {
    const result = compileExpression(operand, context)(doc, context.variables ?? new Map())
    details.set('reason', inverted ? 'expression did match' : 'expression did not match')
    if (result !== undefined) details.set('expressionResult', result)
  } catch (error) {
    if (!(error instanceof MongoError)) throw error
    details.set('reason', 'failed to evaluate aggregation expression')
    details.set(
      'details',
      new Map<string, Value>([
        ['code', error.code],
        ['codeName', error.codeName],
        ['errmsg', error.message],
      ]),
    )
  }
  return details
}

function holds(clause: Clause, doc: Doc, context: EvalContext): boolean {
  const filter: Doc =
    clause.kind === 'tree' ? new Map([[clause.operator, clause.branches as Doc[]]]) : clause.filter
  return compileFilter(filter, context).matches(doc)
}
