import type { FieldNode, FilterNode } from '../query/compile-filter.ts'

/** A predicate every result meets, on a path of the document. */
export interface PathPredicate {
  readonly path: string
  readonly node: FieldNode
  /** Predicates of one `$elemMatch` hold for one element together; others have no group. */
  readonly group: FieldNode | undefined
}

/** What a filter demands of single paths; conditions it does not name are left to the filter itself. */
export function predicatesOf(node: FilterNode): PathPredicate[] {
  const found: PathPredicate[] = []
  collect(node, '', undefined, found)
  return found
}

/** The `$or`s every result meets. */
export function alternativesOf(node: FilterNode): (readonly FilterNode[])[] {
  const nodes = node.op === 'and' ? node.children : [node]
  return nodes.flatMap((one) => (one.op === 'or' ? [one.children] : []))
}

function collect(
  node: FilterNode,
  prefix: string,
  group: FieldNode | undefined,
  found: PathPredicate[],
): void {
  if (node.op === 'and') {
    for (const child of node.children) collect(child, prefix, group, found)
    return
  }
  if (node.op !== 'field') return
  const path = prefix + node.path
  // Below a dot another array may part what the $elemMatch holds together.
  found.push({ path, node, group: node.path.includes('.') ? undefined : group })
  if (node.operator !== '$elemMatch' || node.negated || !node.inner || isOnValue(node.inner)) return
  collect(node.inner, `${path}.`, node, found)
}

function isOnValue(inner: FilterNode): boolean {
  return inner.op === 'field' ? inner.path === '' : inner.op === 'and' && inner.children.some(isOnValue)
}
