import type { Callback, Context, Environment, Frame, RenderFunction, Runtime } from './nunjucks.ts'

/** The context of one render; nunjucks has the same but does not let it out. */
export class TemplateContext implements Context {
  readonly env: Environment
  readonly ctx: Record<string, unknown>
  readonly blocks: Record<string, RenderFunction[]>
  readonly exported: string[] = []

  constructor(values: object, blocks: Record<string, RenderFunction>, env: Environment) {
    this.env = env
    this.ctx = env.copyValues === undefined ? { ...values } : env.copyValues(values)
    this.blocks = Object.create(null) as Record<string, RenderFunction[]>
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
