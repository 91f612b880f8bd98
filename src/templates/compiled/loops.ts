import type { Node } from '../nunjucks.ts'
import { loopNames } from './coverage.ts'
import type { Generator } from './writing.ts'
import { observesFrame } from './tree.ts'
import { Scope } from './scope.ts'
import { Writer } from './writer.ts'

/**
 * `for`, its variables as long-lived as in nunjucks: they are the function's, so that an `else` can see those of an
 * earlier run of the same loop.
 */
export function writeLoop(node: Node, around: Scope, to: Generator): void {
  const scope = new Scope('for', to.strict || observesFrame(node['body']) || observesElse(node), around)
  const [list, index, length] = [to.variable(), to.variable(), to.variable()]
  const names = loopNames(node).map((name) => name['value'] as string)
  if (scope.real) to.writer.statement('frame = new Frame(frame);')
  // Its own variables and `loop` are not there yet while the list is told.
  to.writer.statement(`${list} = ${to.placed(node['arr'], scope)};`)
  to.writer.statement(`if (${list}) {\n${list} = fromIterator(${list});`)
  const run = { list, index, length }

  if (node['name'].typename === 'Array') {
    to.writer.statement(`if (isArray(${list})) {`)
    const items = names.map((name) => [name, to.variable()] as const)
    const reads = items.map(([, variable], at) => `${variable} = ${list}[${index}][${at}];`)
    for (const [name, variable] of items) scope.names.set(name, variable)
    // nunjucks never puts the names of a list's parts in the frame.
    writeTurns(node, scope, to, run, overList(run), reads)
    to.writer.statement('} else {')
    const [key, value] = [to.variable(), to.variable()]
    scope.names.set(names[0]!, key)
    scope.names.set(names[1]!, value)
    const kept = scope.real ? [keep(names[0]!, key), keep(names[1]!, value)] : []
    const head = [
      `${index} = -1;`,
      `${length} = keys(${list}).length;`,
      `for (${key} in ${list}) {`,
      `${index}++;`,
    ]
    writeTurns(node, scope, to, run, head, [`${value} = ${list}[${key}];`, ...kept])
    to.writer.statement('}')
  } else {
    const item = to.variable()
    scope.names.set(names[0]!, item)
    const kept = scope.real ? [keep(names[0]!, item)] : []
    writeTurns(node, scope, to, run, overList(run), [`${item} = ${list}[${index}];`, ...kept])
  }
  to.writer.statement('}')
  if (node['else_']) {
    to.writer.statement(`if (!${length}) {`)
    to.statement(node['else_'], scope)
    to.writer.statement('}')
  }
  if (scope.real) to.writer.statement('frame = frame.parent;')
}

interface Run {
  list: string
  index: string
  length: string
}

function observesElse(node: Node): boolean {
  return node['else_'] !== null && observesFrame(node['else_'])
}

function keep(name: string, variable: string): string {
  return `frame.variables[${JSON.stringify(name)}] = ${variable};`
}

function overList({ list, index, length }: Run): string[] {
  return [`${length} = ${list}.length;`, `for (${index} = 0; ${index} < ${list}.length; ${index}++) {`]
}

/** The turns of the loop. Whether anything uses `loop` as an object is known once the body has been written. */
function writeTurns(
  node: Node,
  scope: Scope,
  to: Generator,
  run: Run,
  head: string[],
  reads: string[],
): void {
  const { index, length } = run
  const body = new Writer(to.writer.silent)
  scope.loop = scope.real ? undefined : { index, length, object: undefined }
  const code = to.inside(body, () => {
    to.statement(node['body'], scope)
    return body.body()
  })
  const object = scope.loop?.object
  scope.loop = undefined
  if (object !== undefined) to.writer.statement(`${to.writer.declare(object)} = {};`)
  for (const line of [...head, ...reads]) to.writer.statement(line)
  if (scope.real) to.writer.statement(`loopIn(frame, ${index}, ${length});`)
  else if (object !== undefined) to.writer.statement(`tellLoop(${object}, ${index}, ${length});`)
  to.writer.statement(code)
  to.writer.statement('}')
}
