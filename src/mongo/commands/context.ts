import { makeCollation, type Collation } from '../bson/collation.ts'
import type { EvalContext } from '../bson/context.ts'
import { fail } from '../bson/errors.ts'
import { isDoc, type Doc, type Value } from '../bson/value.ts'
import { compileExpression } from '../expression/compile.ts'
import { checkBindableName } from '../expression/field-path.ts'
import type { Collection } from '../collection/collection.ts'
import type { Request } from './command.ts'
import { wrongType } from './wrong-type.ts'

/** What evaluation needs for a command over a collection; its own collation wins over the collection's. */
export function evalContext(
  request: Request,
  collection: Collection | undefined,
  collation?: Value,
  variables?: ReadonlyMap<string, Value>,
): EvalContext {
  return {
    now: request.now,
    collation: collationOf(collation, collection),
    variables: variables ?? letVariables(request),
    deadline: request.turn.check,
    isOver: request.turn.isOver,
    spill: request.body.get('allowDiskUse') === false ? undefined : () => request.store.spills.open(),
  }
}

function collationOf(given: Value | undefined, collection: Collection | undefined): Collation | undefined {
  if (given === undefined || given === null) return collection?.collation
  if (!isDoc(given)) return wrongType('collation', given, "type 'object'")
  if (given.size === 0) return collection?.collation
  return makeCollation(given)
}

/** `let` of a command: each value may use those before it. */
function letVariables(request: Request): ReadonlyMap<string, Value> | undefined {
  const given = request.body.get('let')
  return isDoc(given) ? variablesOf(given, request) : undefined
}

export function variablesOf(given: Doc, { now }: Request): ReadonlyMap<string, Value> {
  const variables = new Map<string, Value>()
  for (const [name, expression] of given) {
    checkBindableName(name)
    const evaluate = compileExpression(expression, { now, variables }, new Set(variables.keys()))
    if (readsDocument(expression)) {
      fail(
        4890500,
        'Command let Expression tried to access a field, but this is not allowed because Command let Expressions run before the query examines any documents.',
      )
    }
    const value = evaluate(new Map(), variables)
    if (value !== undefined) variables.set(name, value)
  }
  return variables
}

/** Whether an expression speaks of a document, by a path or as a whole. */
function readsDocument(expression: Value): boolean {
  if (typeof expression === 'string') return /^\$(?:[^$]|\$(?:ROOT|CURRENT)(?:\.|$))/.test(expression)
  if (Array.isArray(expression)) return expression.some(readsDocument)
  if (!isDoc(expression) || expression.has('$literal')) return false
  return [...expression.values()].some(readsDocument)
}
