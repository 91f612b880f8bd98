import type { Node } from '../nunjucks.ts'
import { tellsPlaces } from './expressions.ts'
import { writeLoop } from './loops.ts'
import type { Scope } from './scope.ts'
import type { Generator } from './writing.ts'

type Write = (node: Node, scope: Scope, to: Generator) => void

/** A tag or a piece of text as JavaScript statements. */
export function writeStatement(node: Node, scope: Scope, to: Generator): void {
  const write = WRITERS[node.typename]
  if (write === undefined) throw new Error(`no statement: ${node.typename}`)
  write(node, scope, to)
}

const WRITERS: Record<string, Write> = {
  Root: writeList,
  NodeList: writeList,
  Output: writeOutput,
  If: writeIf,
  For: writeLoop,
  Set: writeSet,
  Switch: writeSwitch,
  Macro: writeMacroTag,
  Block: writeBlockTag,
  Super: writeSuper,
  Extends: writeExtends,
  Include: writeInclude,
  Import: writeImport,
  FromImport: writeFromImport,
}

function writeList(node: Node, scope: Scope, to: Generator): void {
  for (const child of node.children) to.statement(child, scope)
}

function writeOutput(node: Node, scope: Scope, to: Generator): void {
  for (const child of node.children) {
    if (child.typename === 'TemplateData') {
      to.writer.literal(child['value'])
    } else to.writer.output(writeValue(child, scope, to))
  }
}

/** A value as text. `safe` and `escape` at the end of it need not mark a string only to have the mark removed. */
function writeValue(node: Node, scope: Scope, to: Generator): string {
  const name = node.typename === 'Filter' ? (node['name'].value as string) : ''
  const args = node.typename === 'Filter' ? (node['args'] as Node).children : []
  if (args.length === 1 && /^(safe|e|escape)$/.test(name)) {
    const [filter, value] = [to.variable(), to.variable()]
    const place = to.place(node['name'])
    const again = tellsPlaces(args) ? `${place}, ` : ''
    const direct = name === 'safe' ? 'plain' : 'escaped'
    return (
      `(${to.place(node)}, ${place}, ${filter} = filter(${JSON.stringify(name)}), ` +
      `${value} = (${to.expression(args[0]!, scope)}), ${again}` +
      `${filter} === builtin.${name} ? ${direct}(${value}) : escape(${filter}.call(context, ${value})))`
    )
  }
  return `escape(${to.placed(node, scope)})`
}

function writeIf(node: Node, scope: Scope, to: Generator): void {
  to.writer.statement(`if (${to.placed(node['cond'], scope)}) {`)
  to.statement(node['body'], scope)
  if (node['else_']) {
    to.writer.statement('} else {')
    to.statement(node['else_'], scope)
  }
  to.writer.statement('}')
}

function writeSwitch(node: Node, scope: Scope, to: Generator): void {
  to.writer.statement(`switch (${to.placed(node['expr'], scope)}) {`)
  for (const branch of node['cases'] as Node[]) {
    to.writer.statement(`case ${to.placed(branch['cond'], scope)}:`)
    to.statement(branch['body'], scope)
    // A case without a body falls through to the next.
    if ((branch['body'] as Node).children.length > 0) to.writer.statement('break;')
  }
  if (node['default']) {
    to.writer.statement('default:')
    to.statement(node['default'], scope)
  }
  to.writer.statement('}')
}

function writeSet(node: Node, scope: Scope, to: Generator): void {
  const names = (node['targets'] as Node[]).map((target) => target['value'] as string)
  const variables = names.map((name) => scope.variable(name) ?? to.variable())
  const value = node['value'] ? to.placed(node['value'], scope) : to.capture(node['body'], scope)
  to.writer.statement(`${variables.join(' = ')} = ${value};`)
  names.forEach((name, index) => {
    const key = JSON.stringify(name)
    to.writer.statement(`assign(frame, ${key}, ${variables[index]});`)
    if (scope.kind !== 'root') return
    to.writer.statement(`ctx[${key}] = ${variables[index]};`)
    if (!name.startsWith('_')) to.writer.statement(`context.addExport(${key});`)
  })
}

function writeMacroTag(node: Node, scope: Scope, to: Generator): void {
  const name = node['name'].value as string
  const variable = to.variable()
  to.writer.statement(`${variable} = ${to.macro(node, undefined)};`)
  scope.names.set(name, variable)
  if (!scope.nested && !name.startsWith('_')) {
    to.writer.statement(`context.addExport(${JSON.stringify(name)});`)
  }
  keep(name, variable, scope, to)
}

/** A macro or an import is known to the whole template, or to the frame it is made in. */
function keep(name: string, variable: string, scope: Scope, to: Generator): void {
  const key = JSON.stringify(name)
  to.writer.statement(scope.nested ? `frame.variables[${key}] = ${variable};` : `ctx[${key}] = ${variable};`)
}

function writeBlockTag(node: Node, _: Scope, to: Generator): void {
  if (to.writer.silent) return
  const name = JSON.stringify(node['name'].value)
  const call = `(${to.place(node)}, callBlock(context.getBlock(${name}), context, frame))`
  // In the root of a template with a parent, the parent calls the blocks. What nunjucks puts there instead is only
  // ever seen within a captured text.
  to.writer.output(to.inBlock ? call : `(parent !== null ? "undefined" : ${call})`)
}

function writeSuper(node: Node, scope: Scope, to: Generator): void {
  const hole = node['symbol'].value as string
  const variable = to.variable()
  const name = node['blockName'].value as string
  const call = `superBlock(context, ${JSON.stringify(name)}, blocks.b_${to.block}, frame)`
  to.writer.statement(`${to.place(node)}; ${variable} = ${call};`)
  scope.names.set(hole, variable)
}

function writeExtends(node: Node, scope: Scope, to: Generator): void {
  const template = node['template'] as Node
  to.writer.statement(`${to.place(template)}; parent = ${to.link(template, true, false, scope)};`)
  to.writer.statement(`extended = p; addBlocks(context, parent);`)
}

function writeInclude(node: Node, scope: Scope, to: Generator): void {
  const link = to.link(node['template'], false, node['ignoreMissing'] === true, scope)
  to.writer.output(`(${to.place(node['template'])}, include(${link}, ctx, frame))`)
}

function exportsOf(node: Node, scope: Scope, to: Generator): string {
  const link = to.link(node['template'], false, false, scope)
  const visible = node['withContext'] ? `, ctx, new Frame(frame)` : ''
  return `(${to.place(node['template'])}, exported(${link}${visible}))`
}

function writeImport(node: Node, scope: Scope, to: Generator): void {
  const variable = to.variable()
  const name = node['target'].value as string
  to.writer.statement(`${variable} = ${exportsOf(node, scope, to)};`)
  scope.names.set(name, variable)
  keep(name, variable, scope, to)
}

function writeFromImport(node: Node, scope: Scope, to: Generator): void {
  const all = to.variable()
  to.writer.statement(`${all} = ${exportsOf(node, scope, to)};`)
  for (const child of node['names'].children as Node[]) {
    const [from, as] = child.typename === 'Pair' ? [child['key'], child['value']] : [child, child]
    const variable = to.variable()
    to.writer.statement(`${to.place(from)}; ${variable} = imported(${all}, ${JSON.stringify(from.value)});`)
    scope.names.set(as.value, variable)
    keep(as.value as string, variable, scope, to)
  }
}
