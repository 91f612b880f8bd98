import { fail } from '../bson/errors.ts'
import { BSONRegExp, isDoc, type Value } from '../bson/value.ts'
import { andNode } from './node.ts'
import { allMatch, type Condition, every, type Match, negation } from './predicate.ts'
import { matchesRegex } from './regex.ts'
import type { FieldOperator, Scope, TopOperator } from './scope.ts'

export const and: TopOperator = (operand, scope) => {
  const branches = compileBranches('$and', operand, scope)
  return {
    node: andNode(branches.map(({ node }) => node)),
    match: allMatch(branches.map(({ match }) => match)),
  }
}

export const or: TopOperator = (operand, scope) => {
  const branches = compileBranches('$or', operand, scope)
  // The server takes an $or of one branch for that branch, which an upsert shows.
  if (branches.length === 1) return branches[0]!
  return { node: { op: 'or', children: branches.map(({ node }) => node) }, match: anyMatch(branches) }
}

export const nor: TopOperator = (operand, scope) => {
  const branches = compileBranches('$nor', operand, scope)
  const match = anyMatch(branches)
  return { node: { op: 'nor', children: branches.map(({ node }) => node) }, match: (doc) => !match(doc) }
}

/** $not: the contrary of the operators it holds, taken together. */
export const not: FieldOperator = (path, operand, scope) => {
  if (operand instanceof BSONRegExp) return negation(matchesRegex(path, operand))
  if (!isDoc(operand)) fail(2, '$not needs a regex or a document')
  if (operand.size === 0) fail(2, '$not cannot be empty')
  return negation(every(scope.compileOperators(path, operand)))
}

function compileBranches(name: string, operand: Value, scope: Scope): Condition[] {
  if (!Array.isArray(operand)) fail(2, `${name} argument must be an array`)
  if (operand.length === 0) fail(2, '$and/$or/$nor must be a nonempty array')
  return operand.map((branch) => {
    if (!isDoc(branch)) fail(2, '$or/$and/$nor entries need to be full objects')
    return scope.compile(branch)
  })
}

function anyMatch(branches: readonly Condition[]): Match {
  const matches = branches.map(({ match }) => match)
  return (doc, details) => {
    for (const match of matches) if (match(doc, details)) return true
    return false
  }
}
