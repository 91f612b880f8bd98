import type { Doc, Value } from '../bson/value.ts'
import { isOperators } from '../query/is-operators.ts'

/** One condition of a filter, as the filter words it. */
export type Clause =
  | { readonly kind: 'tree'; readonly operator: '$and' | '$or' | '$nor'; readonly branches: readonly Doc[] }
  | { readonly kind: 'not'; readonly path: string; readonly operand: Value; readonly filter: Doc }
  | {
      readonly kind: 'field'
      readonly path: string
      readonly operator: string
      readonly operand: Value
      readonly filter: Doc
    }
  | { readonly kind: 'other'; readonly operator: string; readonly operand: Value; readonly filter: Doc }

/** Takes a filter apart. */
export function clausesOf(filter: Doc): Clause[] {
  const clauses: Clause[] = []
  for (const [name, operand] of filter) {
    if (name === '$comment') continue
    if (name === '$and' || name === '$or' || name === '$nor') {
      clauses.push({ kind: 'tree', operator: name, branches: operand as Doc[] })
    } else if (name.startsWith('$')) {
      clauses.push({ kind: 'other', operator: name, operand, filter: new Map([[name, operand]]) })
    } else if (isOperators(operand)) clauses.push(...fieldClauses(name, operand))
    else {
      const filter: Doc = new Map([[name, operand]])
      clauses.push({ kind: 'field', path: name, operator: '$eq', operand, filter })
    }
  }
  return clauses
}

function fieldClauses(path: string, operators: Doc): Clause[] {
  const clauses: Clause[] = []
  for (const [operator, operand] of operators) {
    if (operator === '$options') continue
    const condition: Doc = new Map([[operator, operand]])
    const options = operators.get('$options')
    if (operator === '$regex' && options !== undefined) condition.set('$options', options)
    const filter: Doc = new Map([[path, condition]])
    if (operator === '$not') clauses.push({ kind: 'not', path, operand, filter })
    else clauses.push({ kind: 'field', path, operator, operand, filter })
  }
  return clauses
}
