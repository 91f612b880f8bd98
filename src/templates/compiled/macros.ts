import type { Node } from '../nunjucks.ts'
import type { Generator } from './writing.ts'
import { Scope } from './scope.ts'
import { observesFrame } from './tree.ts'
import { Writer } from './writer.ts'

/** A macro, or the body of a call block (which sees the variables around it), as an expression. */
export function writeMacro(node: Node, around: Scope | undefined, to: Generator): string {
  const all = node['args'].children as Node[]
  const last = all.at(-1)
  const keywords = last !== undefined && /^(Dict|KeywordArgs)$/.test(last.typename) ? last.children : []
  const args = keywords.length > 0 || last?.typename === 'Dict' ? all.slice(0, -1) : all
  const isCaller = around !== undefined
  const real = to.strict || observesFrame(node['body'])
  const scope = new Scope(isCaller ? 'caller' : 'macro', real, around)
  const writer = new Writer()
  const parameters = args.map((arg) => [arg['value'] as string, to.fresh()] as const)

  const body = to.inside(writer, () => {
    if (real) writer.statement('if (hasOwn(kwargs, "caller")) frame.variables.caller = kwargs.caller;')
    else {
      const caller = to.variable()
      writer.statement(`${caller} = hasOwn(kwargs, "caller") ? kwargs.caller : undefined;`)
      scope.locals.set('caller', caller)
    }
    for (const [name, variable] of parameters) {
      if (real) writer.statement(`frame.variables[${JSON.stringify(name)}] = ${variable};`)
      scope.names.set(name, variable)
    }
    for (const pair of keywords) {
      const name = pair['key'].value as string
      const key = JSON.stringify(name)
      const fallback = `(${to.place(pair['value'])}, ${to.expression(pair['value'], scope)})`
      const value = `hasOwn(kwargs, ${key}) ? kwargs[${key}] : ${fallback}`
      if (real) writer.statement(`frame.variables[${key}] = ${value};`)
      else {
        const local = to.variable()
        writer.statement(`${local} = ${value};`)
        scope.locals.set(name, local)
      }
    }
    to.statement(node['body'], scope)
    if (real) writer.statement(leaveFrame(scope, to))
    writer.statement('return new SafeString(o);')
    return writer.body()
  })

  const argNames = JSON.stringify(parameters.map(([name]) => name))
  const keywordNames = JSON.stringify(keywords.map((pair) => pair['key'].value as string))
  const head = ['let p = 0, o = "", t;', 'kwargs = kwargs || {};', real ? enterFrame(scope, to) : ''].join(
    '\n',
  )
  const list = [...parameters.map(([, variable]) => variable), 'kwargs'].join(', ')
  return (
    `macro(${argNames}, ${keywordNames}, function (${list}) {\n${head}\n` +
    `try {\n${body}\n} catch (e) { throw fail(e, p); }\n})`
  )
}

function enterFrame({ kind }: Scope, to: Generator): string {
  // The variable is the whole function's, as in nunjucks: what is called from in here finds this frame in it.
  if (kind === 'caller') return 'frame = new Frame(frame, true);'
  return to.strict ? 'const outside = frame;\nframe = new Frame();' : 'let frame = new Frame();'
}

function leaveFrame({ kind }: Scope, to: Generator): string {
  if (kind === 'caller') return 'frame = frame.parent;'
  return to.strict ? 'frame = outside;' : ''
}
