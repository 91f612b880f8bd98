import type { Node } from '../nunjucks.ts'

const NONE: readonly Node[] = []

/** The nodes directly below one, in the order they stand in. */
export function below(node: Node): readonly Node[] {
  switch (node.typename) {
    case 'Literal':
    case 'Symbol':
    case 'TemplateData':
      return NONE
    case 'Set':
      // A set block keeps its body outside of its fields.
      return [node['targets'], node['value'], node['body']].flat().filter(isNode)
    case 'CallExtension':
    case 'CallExtensionAsync':
      return [node['args'], node['contentArgs']].flat().filter(isNode)
    default:
      return Array.isArray(node.children) ? node.children : fieldsOf(node)
  }
}

function fieldsOf(node: Node): Node[] {
  const found: Node[] = []
  for (const field of node.fields) {
    const value: unknown = node[field]
    if (Array.isArray(value)) found.push(...value.filter(isNode))
    else if (isNode(value)) found.push(value)
  }
  return found
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'typename' in value
}

/** Whether there is such a node in the same function: a block's body is a function of its own. */
export function hasInFunction(node: Node, test: (node: Node) => boolean): boolean {
  return below(node).some(
    (child) => test(child) || (child.typename !== 'Block' && hasInFunction(child, test)),
  )
}

/** As `hasInFunction`, and not in macros, whose variables are apart from those around them. */
export function hasInFrame(node: Node, test: (node: Node) => boolean): boolean {
  return below(node).some(
    (child) => test(child) || (!/^(Block|Macro)$/.test(child.typename) && hasInFrame(child, test)),
  )
}

const OBSERVERS = /^(Set|Include|Import|FromImport|Block|Super|Macro)$/
const observes = ({ typename }: Node): boolean => OBSERVERS.test(typename)

/**
 * Whether something could look at, or change, the frame that runs this node: then there has to be one. Otherwise what
 * nunjucks keeps in it can be variables.
 */
export function observesFrame(node: Node): boolean {
  return observes(node) || hasInFrame(node, observes)
}

export function isSymbol(node: Node | null | undefined): boolean {
  return node?.typename === 'Symbol'
}
