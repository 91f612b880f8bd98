import { placeOf } from '../parse.ts'
import { nunjucks, type Node } from '../nunjucks.ts'
import { writeExpression } from './expressions.ts'
import { writeMacro } from './macros.ts'
import { Scope } from './scope.ts'
import { writeStatement } from './statements.ts'
import { hasInFrame, hasInFunction } from './tree.ts'
import { Writer } from './writer.ts'
import type { Generator } from './writing.ts'

/** What was generated: the body of a function of the library, and the places it refers to by number. */
export interface Generated {
  code: string
  /** Line and column of each place, by its number. */
  places: readonly (readonly [line: number, column: number])[]
  blocks: readonly string[]
}

/** Writes the functions of one template: its root, and one for each block. */
export function generate(root: Node): Generated {
  const places: [number, number][] = []
  const numbers = new Map<string, number>()
  const links: string[] = []
  let ids = 0

  function place(node: Node): string {
    const { line, column } = placeOf(node)
    const key = `${line}:${column}`
    let number = numbers.get(key)
    if (number === undefined) {
      number = places.push([line, column]) - 1
      numbers.set(key, number)
    }
    return `p = ${number}`
  }

  function generator(node: Node, block?: string, silent = false): Generator {
    const strict = ['Macro', 'Caller'].every((kind) =>
      hasInFunction(node, ({ typename }) => typename === kind),
    )
    const self: Generator = {
      writer: new Writer(silent),
      block,
      inBlock: block !== undefined,
      strict,
      expression: (child, scope) => writeExpression(child, scope, self),
      placed: (child, scope) => `(${place(child)}, ${self.expression(child, scope)})`,
      statement: (child, scope) => writeStatement(child, scope, self),
      macro: (child, scope) => writeMacro(child, scope, self),
      capture(child, scope) {
        const writer = new Writer()
        self.inside(writer, () => self.statement(child['body'], scope))
        return `(() => { let o = "";\n${writer.body()}\nreturn o; })()`
      },
      place,
      fresh: () => `t${ids++}`,
      variable: () => self.writer.declare(self.fresh()),
      link(child, eager, ignoreMissing, scope) {
        const options = `${eager}, ${ignoreMissing}`
        if (child.typename !== 'Literal' || typeof child['value'] !== 'string') {
          return `find(${self.expression(child, scope)}, ${options})`
        }
        const name = `link${links.length}`
        links.push(`const ${name} = link(${JSON.stringify(child['value'])}, ${options});`)
        return `${name}()`
      },
      inside(writer, work) {
        const before = self.writer
        self.writer = writer
        try {
          return work()
        } finally {
          self.writer = before
        }
      },
    }
    return self
  }

  function writeRoot(): string {
    const to = generator(root, undefined, hasFixedParent(root))
    const sets = writesFrame(root)
    const scope = new Scope('root', to.strict || sets)
    const own = scope.real
      ? 'if (!own) { frame = new Frame(frame, true); own = true; }\nframe.topLevel = true;\n'
      : ''
    to.statement(root, scope)
    const end =
      'if (parent !== null) { p = extended; return callRoot(parent, context, frame, own); }\nreturn o;'
    return wrap(
      'root(context, frame, own)',
      `${own}${to.writer.body()}\n${end}`,
      'let parent = null, extended = 0;\n',
    )
  }

  function writeBlock(block: Node): string {
    const name = block['name'].value as string
    const body = block['body'] as Node
    const to = generator(body, name)
    const scope = new Scope('block', to.strict || writesFrame(body))
    const own = scope.real ? 'frame = new Frame(frame, true);\n' : ''
    to.statement(body, scope)
    return wrap(`b_${name}(context, frame)`, `${own}${to.writer.body()}\nreturn o;`)
  }

  const blocks = root.findAll(nunjucks.nodes['Block']!)
  const functions = [writeRoot(), ...blocks.map(writeBlock)]
  const names = blocks.map((block) => block['name'].value as string)
  return { code: [...links, ...functions].join('\n'), places, blocks: names }
}

function wrap(head: string, body: string, first = ''): string {
  const start = `let p = 0, o = "", t;\n${first}const ctx = context.ctx;\n`
  return `function ${head} {\n${start}try {\n${body}\n} catch (e) { throw fail(e, p); }\n}`
}

/** Whether the function itself sets variables, so that it needs a frame of its own to keep them in. */
function writesFrame(node: Node): boolean {
  return hasInFrame(node, ({ typename }) => typename === 'Set')
}

/** `extends` with a constant name at the very beginning: nothing else of the root's output is ever seen. */
function hasFixedParent(root: Node): boolean {
  const first = root.children.find((child) => !isText(child))
  return first?.typename === 'Extends'
}

function isText(node: Node): boolean {
  return node.typename === 'Output' && node.children.every((child) => child.typename === 'TemplateData')
}
