import type { Callback, Context, Environment, Frame, RenderFunction, Runtime } from './nunjucks.ts'

/** Blocks by name, and nothing else under any name. Unlike objects without a prototype these are all of one kind to V8. */
// oxlint-disable-next-line typescript/no-extraneous-class -- an object with a kind of its own
class Blocks {
  [name: string]: RenderFunction[]
}
Object.setPrototypeOf(Blocks.prototype, null)
Reflect.deleteProperty(Blocks.prototype, 'constructor')

/** The context of one render; nunjucks has the same but does not let it out. */
export class TemplateContext implements Context {
  readonly env: Environment
  readonly ctx: Record<string, unknown>
  readonly blocks: Record<string, RenderFunction[]>
  readonly exported: string[] = []

  /** @param under values that are there unless `values` has others of their names */
  constructor(values: object, blocks: Record<string, RenderFunction>, env: Environment, under?: object) {
    this.env = env
    this.ctx = env.copyValues === undefined ? { ...under, ...values } : env.copyValues(values, under)
    this.blocks = new Blocks()
    for (const name of Object.keys(blocks)) this.blocks[name] = [blocks[name]!]
  }

  lookup(name: string): unknown {
    if (name in this.env.globals && !(name in this.ctx)) return this.env.globals[name]
    return this.ctx[name]
  }

  setVariable(name: string, value: unknown): void {
    this.ctx[name] = value
  }

  getVariables(): Record<string, unknown> {
    return this.ctx
  }

  addBlock(name: string, block: RenderFunction): this {
    const blocks = (this.blocks[name] ??= [])
    blocks.push(block)
    return this
  }

  getBlock(name: string): RenderFunction {
    const block = this.blocks[name]?.[0]
    if (block === undefined) throw new Error(`unknown block "${name}"`)
    return block
  }

  getSuper(
    env: Environment,
    name: string,
    block: RenderFunction,
    frame: Frame,
    runtime: Runtime,
    cb: Callback<string>,
  ): void {
    const blocks = this.blocks[name] ?? []
    const index = blocks.indexOf(block)
    const above = blocks[index + 1]
    if (index === -1 || above === undefined) throw new Error(`no super block available for "${name}"`)
    above(env, this, frame, runtime, cb)
  }

  addExport(name: string): void {
    this.exported.push(name)
  }

  getExported(): Record<string, unknown> {
    return Object.fromEntries(this.exported.map((name) => [name, this.ctx[name]]))
  }
}
