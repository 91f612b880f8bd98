import { fail } from '../bson/errors.ts'
import { BSONRegExp, type Doc, isDoc, type Value } from '../bson/value.ts'
import type { Filter } from '../query/compile-filter.ts'
import type { FilterNode } from '../query/node.ts'

/**
 * The document an upsert starts from: what the filter asks to be equal, by path in their order.
 * @param replacement a replacement takes only the _id.
 * @throws MongoError 54 when a path is asked twice or within another, 111 for a part of _id with a replacement, 224
 *   for $expr.
 */
export function upsertBase(filter: Filter, replacement = false): Doc {
  const equalities = new Map<string, Value>()
  collect(filter.node, equalities, replacement)
  const base: Doc = new Map()
  const sorted = [...equalities].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  for (const [path, value] of sorted) put(base, path.split('.'), value)
  return base
}

function collect(node: FilterNode, equalities: Map<string, Value>, replacement: boolean): void {
  if (node.op === 'expr') fail(224, '$expr is not allowed in the query predicate for an upsert')
  if (node.op === 'and') for (const child of node.children) collect(child, equalities, replacement)
  if (node.op !== 'field' || node.negated) return
  const value = equality(node.operator, node.operand)
  if (value === undefined) return
  const { path } = node
  if (replacement && path !== '_id') {
    if (!path.startsWith('_id.')) return
    fail(111, `field at '_id' must be exactly specified, field at sub-path '${path}'found`)
  }
  checkConflicts(path, equalities)
  equalities.set(path, value)
}

// An $in of one value is an equality to a server.
function equality(operator: string, operand: Value): Value | undefined {
  if (operator === '$eq') return operand
  if (operator !== '$in' || !Array.isArray(operand) || operand.length !== 1) return undefined
  return operand[0] instanceof BSONRegExp ? undefined : operand[0]
}

function checkConflicts(path: string, equalities: ReadonlyMap<string, Value>): void {
  if (equalities.has(path)) fail(54, `cannot infer query fields to set, path '${path}' is matched twice`)
  for (const other of equalities.keys()) {
    if (path.startsWith(`${other}.`)) {
      fail(54, `cannot infer query fields to set, both paths '${path}' and '${other}' are matched`)
    }
    if (other.startsWith(`${path}.`)) {
      fail(54, `cannot infer query fields to set, both paths '${other}' and '${path}' are matched`)
    }
  }
}

function put(base: Doc, parts: readonly string[], value: Value): void {
  let current = base
  for (const part of parts.slice(0, -1)) {
    const next = current.get(part)
    const inner: Doc = isDoc(next) ? next : new Map()
    current.set(part, inner)
    current = inner
  }
  current.set(parts.at(-1)!, value)
}
