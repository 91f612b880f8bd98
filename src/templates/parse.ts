import { didYouMean } from '../base/text.ts'
import { SyntaxFailure } from './failure.ts'
import { nunjucks, transform, type Environment, type Node, type Parser, type Token } from './nunjucks.ts'
import type { TemplateIdentity } from './trace.ts'

const TAGS = [
  [
    'if',
    'elif',
    'elseif',
    'else',
    'endif',
    'for',
    'endfor',
    'block',
    'endblock',
    'extends',
    'include',
    'set',
  ],
  [
    'endset',
    'macro',
    'endmacro',
    'call',
    'endcall',
    'import',
    'from',
    'filter',
    'endfilter',
    'switch',
    'case',
  ],
  [
    'default',
    'endswitch',
    'raw',
    'endraw',
    'verbatim',
    'endverbatim',
    'asyncEach',
    'endeach',
    'asyncAll',
    'endall',
  ],
].flat()

const OPENING = ['If', 'For', 'Block', 'Macro', 'Call', 'Set', 'FilterStatement', 'Switch'] as const

/**
 * Reads a template's text into nunjucks' syntax tree, as nunjucks itself would before it generates code.
 * @throws SyntaxFailure with the line and column, also where nunjucks gives none.
 */
export function parseTemplate(source: string, template: TemplateIdentity, env: Environment): Node {
  const text = env.extensionsList.reduce(
    (all, { preprocess }) => (preprocess ? preprocess(all) : all),
    source,
  )
  const parser = new nunjucks.parser.Parser(nunjucks.lexer.lex(text, env.opts))
  parser.extensions = env.extensionsList
  const open = watchOpenTags(parser)
  let root: Node
  try {
    root = parser.parseAsRoot()
  } catch (error) {
    throw explain(error, parser, open, template, env)
  }
  refuseTwoBlocks(root, template)
  const transformed = transform(root, env.asyncFilters)
  placeSupers(transformed)
  return transformed
}

/** `super()` is hoisted to the beginning of its block; its node there gets back the place it was written at. */
function placeSupers(root: Node): void {
  for (const block of root.findAll(nunjucks.nodes['Block']!)) {
    const [first] = block['body'].children as Node[]
    if (first?.typename !== 'Super') continue
    const symbols = (block['body'] as Node).findAll(nunjucks.nodes['Symbol']!)
    const used = symbols.find(
      (symbol) => symbol['value'] === first['symbol'].value && symbol !== first['symbol'],
    )
    first.lineno = used?.lineno
    // The call's place is its parenthesis.
    first.colno = used?.colno === undefined ? undefined : Math.max(0, used.colno - 'super'.length)
  }
}

/** The tags that wait for their end, so that a missing `endif` is reported where its `if` stands. */
function watchOpenTags(parser: Parser): Token[] {
  const open: Token[] = []
  const methods = parser as unknown as Record<string, () => Node>
  for (const kind of OPENING) {
    const parse = methods[`parse${kind}`]!
    methods[`parse${kind}`] = function watched(): Node {
      const depth = open.length
      const token = parser.peekToken()
      if (token !== null) open.push(token)
      const node = parse.call(parser)
      open.length = depth
      return node
    }
  }
  return open
}

function explain(
  error: unknown,
  parser: Parser,
  open: Token[],
  template: TemplateIdentity,
  env: Environment,
): SyntaxFailure {
  const { message, lineno, colno } = error as { message: string; lineno?: number; colno?: number }
  const atEnd = /end of file|got EOF/.test(message) || error instanceof TypeError
  const tag = open.at(-1)
  if (atEnd && tag !== undefined) {
    const why = `the text ends inside {% ${tag.value} %}, or its end tag is missing`
    return new SyntaxFailure(template, why, { line: tag.lineno + 1, column: tag.colno + 1 })
  }
  const known = [...TAGS, ...env.extensionsList.flatMap((extension) => extension.tags ?? [])]
  const unknownTag = /unknown block tag: (.*)/.exec(message)?.[1]
  return new SyntaxFailure(
    template,
    plainWords(error instanceof TypeError ? 'unexpected end of file' : message),
    {
      line: lineno ?? parser.tokens.lineno + 1,
      column: colno ?? parser.tokens.colno + 1,
      hint: unknownTag === undefined ? undefined : didYouMean(unknownTag, known),
    },
  )
}

/** The error for what nunjucks' compiler refuses in a tree that could be read. */
export function explainSyntax(error: unknown, template: TemplateIdentity): SyntaxFailure {
  const { message, lineno, colno } = error as { message: string; lineno?: number; colno?: number }
  return new SyntaxFailure(template, plainWords(message), { line: lineno, column: colno })
}

/** nunjucks puts the names of its own functions before what it says. */
function plainWords(message: string): string {
  return message
    .replace(/^(parse\w+|advance\w+|compile\w*|assertType): /, '')
    .replace(/^unknown block tag: (.*)/, 'there is no tag {% $1 %}')
}

function refuseTwoBlocks(root: Node, template: TemplateIdentity): void {
  const seen = new Set<string>()
  for (const { name, lineno, colno } of root.findAll(nunjucks.nodes['Block']!)) {
    if (seen.has(name.value)) {
      const at = { line: (lineno ?? 0) + 1, column: (colno ?? 0) + 1 }
      throw new SyntaxFailure(template, `the block "${name.value}" is defined more than once`, at)
    }
    seen.add(name.value)
  }
}

/** Where a reader would say that an expression begins; counted from 1. */
export function placeOf(node: Node): { line: number; column: number } {
  const first = leftmost(node)
  return { line: (first.lineno ?? 0) + 1, column: (first.colno ?? 0) + 1 }
}

function leftmost(node: Node): Node {
  switch (node.typename) {
    case 'LookupVal':
      return leftmost(node['target'])
    case 'FunCall':
      return leftmost(node['name'])
    case 'Filter':
      return node['args'].children.length === 0 ? node : leftmost(node['args'].children[0])
    case 'Compare':
      return leftmost(node['expr'])
    case 'InlineIf':
      return leftmost(node['body'])
    default:
      return node['left'] instanceof nunjucks.nodes['Node']! ? leftmost(node['left']) : node
  }
}
