import type { Node } from '../nunjucks.ts'

/** The nodes directly below one, in the order they stand in. */
export function below(node: Node): Node[] {
  const values: unknown[] = Array.isArray(node.children)
    ? node.children
    : node.fields.flatMap((field) => node[field] as unknown)
  // A set block keeps its body outside its fields, and an extension's tag its contents.
  if (node.typename === 'Set' && node['body']) values.push(node['body'])
  if (Array.isArray(node['contentArgs'])) values.push(...(node['contentArgs'] as unknown[]))
  return values.filter(isNode)
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'typename' in value
}

/** Everything below a node that runs as part of the same function: a block's body is a function of its own. */
export function* insideFunction(node: Node): Generator<Node> {
  for (const child of below(node)) {
    yield child
    if (child.typename !== 'Block') yield* insideFunction(child)
  }
}

/** As `insideFunction`, and not into macros, whose variables are apart from those around them. */
export function* insideFrame(node: Node): Generator<Node> {
  for (const child of below(node)) {
    yield child
    if (child.typename !== 'Block' && child.typename !== 'Macro') yield* insideFrame(child)
  }
}

const OBSERVERS = /^(Set|Include|Import|FromImport|Block|Super|Macro)$/

/**
 * Whether something could look at, or change, the frame that runs this node: then there has to be one. Otherwise what
 * nunjucks keeps in it can be variables.
 */
export function observesFrame(node: Node): boolean {
  return (
    OBSERVERS.test(node.typename) || [...insideFrame(node)].some(({ typename }) => OBSERVERS.test(typename))
  )
}

export function isSymbol(node: Node | null | undefined): boolean {
  return node?.typename === 'Symbol'
}
