import { placeOf } from '../parse.ts'
import type { Node } from '../nunjucks.ts'
import { below, isSymbol } from './tree.ts'

/** Something in a template that nunjucks' own code generator has to be asked for. */
export interface Uncovered {
  what: string
  line: number
  column: number
}

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u

/** Finds what a template uses that the code generator here leaves to nunjucks. */
export function findUncovered(root: Node): Uncovered[] {
  const found: Uncovered[] = []
  const visit = (node: Node): void => {
    const what = reasonAgainst(node)
    if (what !== undefined) found.push({ what, ...placeOf(node) })
    for (const child of below(node)) visit(child)
  }
  visit(root)
  return found
}

function reasonAgainst(node: Node): string | undefined {
  switch (node.typename) {
    case 'AsyncEach':
    case 'AsyncAll':
    case 'IfAsync':
    case 'FilterAsync':
      return 'an asynchronous tag or filter'
    case 'CallExtension':
    case 'CallExtensionAsync':
      return `a tag of the extension "${node['extName']}"`
    case 'For':
      return loopNames(node).every((name) => isSymbol(name) && name['value'] !== 'loop')
        ? undefined
        : 'a loop variable that is not a plain name, or is named "loop"'
    case 'Set':
      return (node['targets'] as Node[]).every((target) => isSymbol(target) && target['value'] !== 'loop')
        ? capturedNames(node['body'])
        : 'a set of something that is not a plain name, or is named "loop"'
    case 'Macro':
    case 'Caller':
      return signature(node)
    case 'Block':
      return IDENTIFIER.test(node['name'].value) ? undefined : 'a block whose name is not an identifier'
    case 'Import':
      return isSymbol(node['target']) ? undefined : 'an import under something that is not a plain name'
    case 'FromImport':
      return (node['names'].children as Node[]).every((name) =>
        name.typename === 'Pair' ? isSymbol(name['key']) && isSymbol(name['value']) : isSymbol(name),
      )
        ? undefined
        : 'an import of something that is not a plain name'
    case 'Filter':
      return isSymbol(node['name'])
        ? capturedNames(node['args'].children[0])
        : 'a filter without a plain name'
    case 'Is':
      return (node['right'].args?.children.length ?? 0) > 1 ? 'a test with several arguments' : undefined
    case 'Pair': {
      const { typename, value } = node['key']
      const plain = typename === 'Symbol' || (typename === 'Literal' && typeof value === 'string')
      return plain ? undefined : 'a key that is neither a name nor a text'
    }
    case 'Neg':
    case 'Pos':
      return /^(Neg|Pos)$/.test(node['target'].typename) ? 'a sign before a sign' : undefined
    default:
      return KNOWN.has(node.typename) ? undefined : `a part of the tree named "${node.typename}"`
  }
}

const KNOWN = new Set(
  [
    'Root NodeList Output TemplateData Capture If InlineIf Switch Case Extends Include Super Literal Symbol Group',
    'Array Dict KeywordArgs FunCall LookupVal Compare CompareOperand In Or And Not Add Concat Sub Mul Div FloorDiv',
    'Mod Pow',
  ].flatMap((names) => names.split(' ')),
)

export function loopNames(node: Node): Node[] {
  return node['name'].typename === 'Array' ? (node['name'].children as Node[]) : [node['name'] as Node]
}

/** nunjucks forgets the variables of names made within a captured text, yet goes on using them after it. */
function capturedNames(capture: Node | null | undefined): string | undefined {
  if (capture?.typename !== 'Capture') return undefined
  const names = (node: Node): boolean =>
    /^(Macro|Import|FromImport)$/.test(node.typename) || (node.typename !== 'For' && below(node).some(names))
  return below(capture).some(names) ? 'a macro or import inside a captured text' : undefined
}

function signature(node: Node): string | undefined {
  const args = node['args'].children as Node[]
  const plain = args.every((arg, index) => {
    if (index === args.length - 1 && /^(Dict|KeywordArgs)$/.test(arg.typename)) {
      return arg.children.every(({ key }) => isSymbol(key as Node) && IDENTIFIER.test((key as Node)['value']))
    }
    return isSymbol(arg) && IDENTIFIER.test(arg['value'])
  })
  return plain && isSymbol(node['name']) ? undefined : 'a macro whose name or arguments are not plain names'
}
