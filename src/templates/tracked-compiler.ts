import { placeOf } from './parse.ts'
import { nunjucks, type Frame, type Node } from './nunjucks.ts'

/** The parts of nunjucks' compiler that generated code goes through; its own types leave them out. */
interface Inside {
  buffer: string
  inBlock: boolean
  throwOnUndefined: boolean
  init(name: string, throwOnUndefined?: boolean): void
  compile(node: Node, frame?: Frame): void
  fail(message: string, lineno?: number, colno?: number): never
  assertType(node: Node, ...types: unknown[]): void
  compileLiteral(node: Node, frame?: Frame): void
  compileBlock(node: Node, frame?: Frame): void
  compileExtends(node: Node, frame?: Frame): void
  compileSuper(node: Node, frame?: Frame): void
  compileCapture(node: Node, frame?: Frame): void
  compileIs(node: Node, frame?: Frame): void
  getCode(): string
  _emit(code: string): void
  _emitLine(code: string): void
  _tmpid(): string
  _addScopeLevel(): void
  _makeCallback(result?: string): string
  _compileAggregate(node: Node, frame: Frame | undefined, start?: string, end?: string): void
  _compileExpression(node: Node, frame?: Frame): void
  _compileMacro(node: Node, frame?: Frame): string
  _compileGetTemplate(node: Node, frame: Frame | undefined, eager: boolean, ignoreMissing: boolean): string
  _emitFuncBegin(node: Node, name: string): void
  _emitFuncEnd(noReturn?: boolean): void
  _getNodeName(node: Node): string
  _templateName(): string
}

const NunjucksCompiler = nunjucks.compiler.Compiler as unknown as new (
  name: string,
  throwOnUndefined?: boolean,
) => Inside

/**
 * nunjucks' code generator with one thing added: generated code says where it is (`runtime.at`) before whatever can
 * throw. The template itself is in the scope of the generated code as `template`.
 */
class TrackedCompiler extends NunjucksCompiler {
  /** Inside an expression the place has been told already, once for the whole of it. */
  private inside = false

  override _templateName(): string {
    return 'template'
  }

  override _compileExpression(node: Node, frame?: Frame): void {
    if (this.inside) return super._compileExpression(node, frame)
    this.within(true, () => {
      this._emit(`(${this.at(node)}, `)
      super._compileExpression(node, frame)
      this._emit(')')
    })
  }

  compileOutput(node: Node, frame: Frame): void {
    for (const child of node.children) {
      if (child.typename === 'TemplateData') {
        if (!child['value']) continue
        this._emit(`${this.buffer} += `)
        this.compileLiteral(child, frame)
        this._emitLine(';')
      } else {
        const [open, close] = this.throwOnUndefined
          ? ['runtime.ensureDefined(', `,${node.lineno},${node.colno})`]
          : ['', '']
        this._emit(`${this.at(child)};\n`)
        this._emit(`${this.buffer} += runtime.suppressValue(${open}`)
        this.within(true, () => this.compile(child, frame))
        this._emit(`${close}, env.opts.autoescape);\n`)
      }
    }
  }

  compileSwitch(node: Node, frame: Frame): void {
    this._emit('switch (')
    this._compileExpression(node['expr'], frame)
    this._emit(') {')
    for (const branch of node['cases'] as Node[]) {
      this._emit('case ')
      this._compileExpression(branch['cond'], frame)
      this._emit(': ')
      this.compile(branch['body'], frame)
      // A case without a body falls through to the next.
      if (branch['body'].children.length > 0) this._emitLine('break;')
    }
    if (node['default']) {
      this._emit('default:')
      this.compile(node['default'], frame)
    }
    this._emit('}')
  }

  compileFunCall(node: Node, frame: Frame): void {
    const name = JSON.stringify(this._getNodeName(node['name']))
    this._emit('runtime.callWrap(')
    this._compileExpression(node['name'], frame)
    this._emit(`, ${name}, context, `)
    this._compileAggregate(node['args'], frame, '[', ']')
    this._emit(`, ${this.where(node)})`)
  }

  compileFilter(node: Node, frame: Frame): void {
    const name = node['name'] as Node
    this.assertType(name, nunjucks.nodes['Symbol'])
    const at = this.where(name)
    this._emit(`runtime.applyFilter(runtime.filter(env, ${JSON.stringify(name['value'])}, ${at}), context, `)
    this._compileAggregate(node['args'], frame, '[', ']')
    this._emit(`, ${at})`)
  }

  override compileCapture(node: Node, frame?: Frame): void {
    this.within(false, () => super.compileCapture(node, frame))
  }

  override _compileMacro(node: Node, frame?: Frame): string {
    return this.within(false, () => super._compileMacro(node, frame))
  }

  override compileBlock(node: Node, frame?: Frame): void {
    this._emitLine(`${this.at(node)};`)
    super.compileBlock(node, frame)
  }

  override compileSuper(node: Node, frame?: Frame): void {
    this._emitLine(`${this.at(node)};`)
    super.compileSuper(node, frame)
  }

  override _emitLine(code: string): void {
    if (code.startsWith('parentTemplate.rootRenderFunc(')) {
      super._emitLine('runtime.at(template, ...extended);')
      super._emitLine('runtime.enter();')
    }
    super._emitLine(code)
  }

  override _emitFuncBegin(node: Node, name: string): void {
    super._emitFuncBegin(node, name)
    this._emitLine(name === 'root' ? 'var extended = [1, 1];' : 'var depth = runtime.enter();')
  }

  override _emitFuncEnd(noReturn?: boolean): void {
    if (noReturn !== true) this._emitLine('runtime.leave(depth);')
    super._emitFuncEnd(noReturn)
  }

  override compileExtends(node: Node, frame?: Frame): void {
    const { line, column } = placeOf(node['template'])
    this._emitLine(`extended = [${line}, ${column}];`)
    super.compileExtends(node, frame)
    this._emitLine("runtime.used(template.name, parentTemplate, 'extends');")
  }

  compileFromImport(node: Node, frame: Frame): void {
    const imported = this._compileGetTemplate(node, frame, false, false)
    this._addScopeLevel()
    const withContext = node['withContext'] ? 'context.getVariables(), frame, ' : ''
    this._emitLine(`${imported}.getExported(${withContext}${this._makeCallback(imported)}`)
    this._addScopeLevel()
    for (const child of node['names'].children as Node[]) {
      const [from, to] = child.typename === 'Pair' ? [child['key'], child['value']] : [child, child]
      const name = JSON.stringify(from.value)
      const alias = JSON.stringify(to.value)
      const id = this._tmpid()
      this._emitLine(`${this.at(from)};`)
      this._emitLine(`var ${id} = runtime.imported(${imported}, ${name});`)
      frame.set(to.value, id)
      if (frame.parent) this._emitLine(`frame.set(${alias}, ${id});`)
      else this._emitLine(`context.setVariable(${alias}, ${id});`)
    }
  }

  private where(node: Node): string {
    const { line, column } = placeOf(node)
    return `template, ${line}, ${column}`
  }

  private at(node: Node): string {
    return `runtime.at(${this.where(node)})`
  }

  private within<T>(inside: boolean, work: () => T): T {
    const before = this.inside
    this.inside = inside
    try {
      return work()
    } finally {
      this.inside = before
    }
  }
}

/** The code nunjucks would run for a syntax tree, with places: the body of a function of `template`. */
export function generateTracked(root: Node, throwOnUndefined: boolean): string {
  const compiler = new TrackedCompiler('', throwOnUndefined)
  compiler.compile(root)
  return compiler.getCode()
}
