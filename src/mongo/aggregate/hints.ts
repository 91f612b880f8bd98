import type { EvalContext } from '../bson/context.ts'
import { isDoc } from '../bson/value.ts'
import type { Doc, Value } from '../bson/value.ts'
import { compileExpression } from '../expression/compile.ts'
import { isNullish } from '../expression/missing.ts'
import type { Expression } from '../expression/types.ts'
import { namesUsed } from './names-used.ts'
import { NO_VARIABLES } from './variables.ts'

/**
 * What a leading `$match` lets the store find by an index: its plain conditions, and the equalities of its `$expr`
 * (`{$eq: ['$path', '$$variable']}`) with the values the variables have when it is asked. Each condition holds for
 * every document that the match passes; the match still runs.
 */
export function equalityHints(match: Doc | undefined, context: EvalContext): () => Doc[] {
  const plain: Doc[] = []
  const equalities: [path: string, value: Expression][] = []
  for (const [name, value] of conjuncts(match)) {
    if (name === '$expr') for (const pair of readEqualities(value, context)) equalities.push(pair)
    else if (namesUsed(value).size === 0) plain.push(new Map([[name, value]]))
  }
  return () => {
    const conditions = [...plain]
    for (const [path, expression] of equalities) {
      const value = expression(new Map(), NO_VARIABLES)
      // $expr tells null from missing and compares arrays as a whole, a filter does not.
      if (isNullish(value) || Array.isArray(value)) continue
      conditions.push(new Map([[path, new Map([['$eq', value]])]]))
    }
    return conditions
  }
}

/**
 * A filter with the equalities that its `$expr` implies beside it, where their values are known: the same documents,
 * but an index can find them.
 */
export function withEqualities(match: Doc | undefined, context: EvalContext): Doc | undefined {
  if (!match?.has('$expr')) return match
  const implied = equalityHints(new Map([['$expr', match.get('$expr') as Value]]), context)()
  return implied.length === 0 ? match : new Map([['$and', [match, ...implied]]])
}

function* conjuncts(match: Doc | undefined): Generator<[name: string, value: Value]> {
  for (const [name, value] of match ?? []) {
    if (name !== '$and' || !Array.isArray(value)) yield [name, value]
    else for (const each of value) if (isDoc(each)) yield* conjuncts(each)
  }
}

function* readEqualities(
  expression: Value,
  context: EvalContext,
): Generator<[path: string, value: Expression]> {
  if (!isDoc(expression)) return
  const both = expression.get('$and')
  if (Array.isArray(both)) for (const each of both) yield* readEqualities(each, context)
  const pair = expression.get('$eq')
  if (!Array.isArray(pair) || pair.length !== 2) return
  const [left, right] = pair as [Value, Value]
  if (isPath(left) && isIndependent(right)) yield [left.slice(1), compileExpression(right, context)]
  else if (isPath(right) && isIndependent(left)) yield [right.slice(1), compileExpression(left, context)]
}

function isPath(value: Value): value is string {
  return typeof value === 'string' && /^\$[^$]/.test(value)
}

/** A variable or a plain value: nothing of the document. */
function isIndependent(value: Value): boolean {
  if (typeof value !== 'string') return !isDoc(value) && !Array.isArray(value)
  return !value.startsWith('$') || (value.startsWith('$$') && !/^\$\$(ROOT|CURRENT)\b/.test(value))
}
