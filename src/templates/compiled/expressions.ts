import type { Node } from '../nunjucks.ts'
import type { Generator } from './writing.ts'
import type { Scope } from './scope.ts'
import { hasInFrame } from './tree.ts'

type Write = (node: Node, scope: Scope, to: Generator) => string

/**
 * An expression as JavaScript. Operators are put down as nunjucks puts them down, without parentheses: its own
 * precedence is JavaScript's by this, whatever its tree says, and so is ours. Everything else is one closed term.
 */
export function writeExpression(node: Node, scope: Scope, to: Generator): string {
  const write = WRITERS[node.typename]
  if (write === undefined) throw new Error(`no expression: ${node.typename}`)
  return write(node, scope, to)
}

const binary =
  (operator: string): Write =>
  (node, scope, to) =>
    `${to.expression(node['left'], scope)}${operator}${to.expression(node['right'], scope)}`

const call =
  (name: string, infix: string): Write =>
  (node, scope, to) =>
    `${name}(${to.expression(node['left'], scope)}${infix}${to.expression(node['right'], scope)})`

const prefix =
  (operator: string): Write =>
  (node, scope, to) =>
    `${operator}${to.expression(node['target'], scope)}`

const list =
  (open: string, close: string): Write =>
  (node, scope, to) =>
    `${open}${writeAll(node.children, scope, to)}${close}`

const WRITERS: Record<string, Write> = {
  Literal: writeLiteral,
  Symbol: writeSymbol,
  Group: list('(', ')'),
  Array: list('[', ']'),
  Dict: list('{', '}'),
  KeywordArgs: list('keywords({', '})'),
  Pair: (node, scope, to) =>
    `${JSON.stringify(String(node['key'].value))}: ${to.expression(node['value'], scope)}`,
  Caller: (node, scope, to) => to.macro(node, scope),
  InlineIf(node, scope, to) {
    const otherwise = node['else_'] === null ? '""' : to.expression(node['else_'], scope)
    return `(${to.expression(node['cond'], scope)}?${to.expression(node['body'], scope)}:${otherwise})`
  },
  Or: binary(' || '),
  And: binary(' && '),
  Add: binary(' + '),
  Concat: binary(' + "" + '),
  Sub: binary(' - '),
  Mul: binary(' * '),
  Div: binary(' / '),
  Mod: binary(' % '),
  Not: prefix('!'),
  Neg: prefix('-'),
  Pos: prefix('+'),
  FloorDiv: call('Math.floor', ' / '),
  Pow: call('Math.pow', ', '),
  In: call('isIn', ', '),
  Is: writeTest,
  Compare(node, scope, to) {
    const rest = (node['ops'] as Node[]).map((op) => ` ${op['type']} ${to.expression(op['expr'], scope)}`)
    return to.expression(node['expr'], scope) + rest.join('')
  },
  LookupVal: writeMember,
  FunCall: writeCall,
  Filter: writeFilter,
  Capture: (node, scope, to) => to.capture(node, scope),
}

function writeAll(nodes: Node[], scope: Scope, to: Generator): string {
  return nodes.map((node) => to.expression(node, scope)).join(', ')
}

function writeLiteral(node: Node): string {
  const value = node['value'] as string | number | boolean | RegExp | null
  if (typeof value === 'string') return JSON.stringify(value)
  return value === null ? 'null' : String(value)
}

function writeSymbol(node: Node, scope: Scope, to: Generator): string {
  const name = node['value'] as string
  const variable = scope.variable(name)
  if (variable !== undefined) return variable
  return lookUp(name, scope, to)
}

/** What nunjucks looks up in frames and then in the context. */
function lookUp(name: string, scope: Scope | undefined, to: Generator): string {
  const key = JSON.stringify(name)
  // Whatever is in the context hides a global, even a value that is undefined.
  const own = `(t = ctx[${key}]) !== undefined ? t : ${key} in ctx ? undefined : globals[${key}]`
  if (scope === undefined) return `(${own})`
  if (scope.real) return `lookup(frame, ctx, ${key})`
  if (scope.kind === 'root' || scope.kind === 'block') {
    return `(frame !== undefined ? lookup(frame, ctx, ${key}) : ${own})`
  }
  // Outside of a macro there are only its template's own values.
  const outside = scope.kind === 'macro' ? undefined : scope.parent
  const local = scope.locals.get(name)
  if (local !== undefined) return `(${local} !== undefined ? ${local} : ${lookUp(name, outside, to)})`
  if (name === 'loop' && scope.loop !== undefined) {
    // The loop declares it: a text captured here is a function of its own.
    scope.loop.object ??= to.fresh()
    return scope.loop.object
  }
  return lookUp(name, outside, to)
}

const LOOP: Record<string, (index: string, length: string) => string> = {
  index: (i) => `(${i} + 1)`,
  index0: (i) => i,
  revindex: (i, length) => `(${length} - ${i})`,
  revindex0: (i, length) => `(${length} - ${i} - 1)`,
  first: (i) => `(${i} === 0)`,
  last: (i, length) => `(${i} === ${length} - 1)`,
  length: (_, length) => length,
}

function writeMember(node: Node, scope: Scope, to: Generator): string {
  const target = node['target'] as Node
  const key = node['val'] as Node
  const own = ownLoop(target, scope)
  const known =
    own && key.typename === 'Literal' && Object.hasOwn(LOOP, key['value']) ? LOOP[key['value']] : undefined
  if (own !== undefined && known !== undefined) return known(own.index, own.length)
  if (key.typename !== 'Literal' || !/^(string|number)$/.test(typeof key['value'])) {
    return `member((${to.expression(target, scope)}), ${to.expression(key, scope)})`
  }
  const [object, value] = [to.variable(), to.variable()]
  const name = to.expression(key, scope)
  return (
    `((${object} = (${to.expression(target, scope)})) === undefined || ${object} === null ? undefined : ` +
    `typeof (${value} = ${object}[${name}]) === "function" ? bound(${object}, ${name}) : ${value})`
  )
}

/** The loop that `loop` means here, if it has no frame and nothing else is called so. */
function ownLoop(target: Node, scope: Scope): Scope['loop'] {
  if (target.typename !== 'Symbol' || target['value'] !== 'loop' || scope.variable('loop') !== undefined)
    return undefined
  for (let at: Scope | undefined = scope; at !== undefined && !at.real; at = at.parent) {
    if (at.locals.has('loop')) return undefined
    if (at.kind === 'for' && at.loop !== undefined) return at.loop
    if (at.kind === 'macro') return undefined
  }
  return undefined
}

function writeCall(node: Node, scope: Scope, to: Generator): string {
  const callee = node['name'] as Node
  const args = (node['args'] as Node).children
  const label = JSON.stringify(nodeName(callee))
  if (callee.typename === 'LookupVal') {
    const [object, method] = [to.variable(), to.variable()]
    const target = to.expression(callee['target'], scope)
    const key = to.expression(callee['val'], scope)
    const given = writeAll(args, scope, to)
    return (
      `(${object} = (${target}), ${method} = ${object} === undefined || ${object} === null ? undefined : ` +
      `${object}[${key}], callMethod(${method}, ${object}, ${label}, context, [${given}], ${to.place(node)}))`
    )
  }
  // The place is told last, after the arguments had theirs.
  const fn = to.expression(callee, scope)
  const given = args.map((arg) => to.expression(arg, scope))
  if (given.length > 3) return `callMany(${fn}, ${label}, context, [${given.join(', ')}], ${to.place(node)})`
  return `call${given.length}(${[fn, label, 'context', ...given, to.place(node)].join(', ')})`
}

/** How nunjucks names what could not be called. */
export function nodeName(node: Node): string {
  switch (node.typename) {
    case 'Symbol':
      return node['value']
    case 'FunCall':
      return `the return value of (${nodeName(node['name'])})`
    case 'LookupVal':
      return `${nodeName(node['target'])}["${nodeName(node['val'])}"]`
    case 'Literal':
      return String(node['value'])
    default:
      return '--expression--'
  }
}

function writeFilter(node: Node, scope: Scope, to: Generator): string {
  const args = (node['args'] as Node).children
  const find = `filter(${JSON.stringify(node['name'].value)})`
  const place = to.place(node['name'])
  const given = writeAll(args, scope, to)
  if (tellsPlaces(args)) return `(${place}, apply(${find}, context, [${given}], ${place}))`
  return `(${place}, ${find}.call(context, ${given}))`
}

/** Whether evaluating these moves the place that errors are reported at. */
export function tellsPlaces(nodes: Node[]): boolean {
  return nodes.some((node) => moves(node) || hasInFrame(node, moves))
}

function moves({ typename }: Node): boolean {
  return typename === 'FunCall' || typename === 'Filter' || typename === 'Capture'
}

function writeTest(node: Node, scope: Scope, to: Generator): string {
  const right = node['right'] as Node
  const name = JSON.stringify(String(right['name'] ? right['name'].value : right['value']))
  const args = [node['left'] as Node, ...((right['args'] as Node | undefined)?.children ?? [])]
  // Not in parentheses: `not x is y` has always negated the test's answer before comparing it.
  return `test(${name}).call(context, ${writeAll(args, scope, to)}) === true`
}
