import type { Value } from '../bson/value.ts'

/** A filter as the planner reads it. */
export type FilterNode = TreeNode | FieldNode | OtherNode

export interface TreeNode {
  readonly op: 'and' | 'or' | 'nor'
  readonly children: readonly FilterNode[]
}

/**
 * One operator over one path: $eq, $gt, $gte, $lt, $lte, $in, $exists, $type, $regex, $size, $mod, $elemMatch, $bits...
 * `$ne`, `$nin` and a `$not` of one operator are the operator negated; `$all` is an `and` of the others.
 */
export interface FieldNode {
  readonly op: 'field'
  readonly path: string
  readonly operator: string
  readonly operand: Value
  readonly negated?: boolean
  /** $elemMatch: the condition on an element; of a document (paths within it) or of a bare value (path ''). */
  readonly inner?: FilterNode
}

/** What only evaluation understands: $expr, $jsonSchema, $sampleRate, $alwaysTrue, $alwaysFalse. */
export interface OtherNode {
  readonly op: 'expr' | 'other'
  readonly operator: string
  readonly operand: Value
}

/** The conjunction of nodes, flat. */
export function andNode(nodes: readonly FilterNode[]): FilterNode {
  if (nodes.length === 1) return nodes[0]!
  const children = nodes.flatMap((node) => (node.op === 'and' ? node.children : [node]))
  return children.length === 1 ? children[0]! : { op: 'and', children }
}

/** The negation of a node. */
export function notNode(node: FilterNode): FilterNode {
  return node.op === 'field' ? { ...node, negated: !node.negated } : { op: 'nor', children: [node] }
}
