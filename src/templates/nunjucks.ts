import nunjucksModule from 'nunjucks'
import type { Environment as PublicEnvironment } from 'nunjucks'
import transformerModule from 'nunjucks/src/transformer.js'

/*
 * The one place that knows what nunjucks 3.2 looks like inside: its types describe little more than `render`.
 * Everything here is a cast of something nunjucks exports, and the rest of the folder speaks in these types.
 */

export type AnyFunction = (...args: any[]) => any

/** A node of nunjucks' syntax tree. Positions count from 0. */
export interface Node {
  typename: string
  lineno: number | undefined
  colno: number | undefined
  fields: string[]
  children: Node[]
  findAll(type: NodeType): Node[]
  // Each kind of node has its own fields.
  [field: string]: any
}
export type NodeType = new (lineno?: number, colno?: number, ...fields: any[]) => Node

export interface Tokenizer {
  lineno: number
  colno: number
}

export interface Token {
  type: string
  value: string
  lineno: number
  colno: number
}

export interface Parser {
  tokens: Tokenizer
  extensions: unknown[]
  peekToken(): Token | null
  parseAsRoot(): Node
}

export interface Frame {
  variables: Record<string, unknown>
  parent: Frame | undefined
  topLevel: boolean
  isolateWrites: boolean | undefined
  set(name: string, value: unknown, resolveUp?: boolean): void
  get(name: string): unknown
  lookup(name: string): unknown
  resolve(name: string, forWrite?: boolean): Frame | undefined
  push(isolateWrites?: boolean): Frame
  pop(): Frame
}

export type Callback<T> = (error: unknown, result?: T) => void

/** What nunjucks makes of a template: one function for the whole and one for each block. */
export type RenderFunction = (
  env: Environment,
  context: Context,
  frame: Frame,
  runtime: Runtime,
  cb: Callback<string>,
) => void

export interface Program {
  root: RenderFunction
  [block: `b_${string}`]: RenderFunction
}

/** The context of one render, as compiled templates and filters (`this`) see it. */
export interface Context {
  env: Environment
  ctx: Record<string, unknown>
  blocks: Record<string, RenderFunction[]>
  exported: string[]
  lookup(name: string): unknown
  setVariable(name: string, value: unknown): void
  getVariables(): Record<string, unknown>
  addBlock(name: string, block: RenderFunction): Context
  getBlock(name: string): RenderFunction
  getSuper(
    env: Environment,
    name: string,
    block: RenderFunction,
    frame: Frame,
    runtime: Runtime,
    cb: Callback<string>,
  ): void
  addExport(name: string): void
  getExported(): Record<string, unknown>
}

export interface SafeString {
  val: string
  length: number
}

export interface Runtime {
  Frame: new (parent?: Frame, isolateWrites?: boolean) => Frame
  SafeString: new (value: string) => SafeString
  makeMacro: (argNames: string[], kwargNames: string[], body: AnyFunction) => AnyFunction
  makeKeywordArgs: <T extends object>(from: T) => T
  suppressValue: (value: unknown, autoescape: boolean) => unknown
  memberLookup: (target: unknown, key: unknown) => unknown
  callWrap: (callee: unknown, name: string, context: unknown, args: unknown[]) => unknown
  contextOrFrameLookup: (context: Context, frame: Frame, name: string) => unknown
  handleError: (error: unknown, lineno?: number, colno?: number) => unknown
  fromIterator: (value: unknown) => unknown
  inOperator: (key: unknown, container: unknown) => boolean
  markSafe: (value: unknown) => unknown
  copySafeness: (from: unknown, text: unknown) => unknown
  isArray: (value: unknown) => value is unknown[]
  keys: (value: unknown) => string[]
}

export interface Environment extends Omit<PublicEnvironment, 'getTemplate' | 'getFilter'> {
  opts: {
    autoescape: boolean
    throwOnUndefined: boolean
    trimBlocks: boolean
    lstripBlocks: boolean
    tags?: Readonly<Record<string, string>> | undefined
  }
  globals: Record<string, unknown>
  filters: Record<string, AnyFunction>
  tests: Record<string, AnyFunction>
  asyncFilters: string[]
  extensions: Record<string, unknown>
  extensionsList: { preprocess?: (source: string) => string; tags?: string[] }[]
  /** Makes a context's own values from those given, where there is more to it than a copy. */
  copyValues?: ((values: object, under?: object) => Record<string, unknown>) | undefined
  emit(event: 'load', name: string, source: { src: string; path: string; noCache: boolean }): unknown
  getFilter(name: string): AnyFunction
  getTest(name: string): AnyFunction
  getTemplate(
    name: unknown,
    eagerCompile?: boolean,
    parent?: unknown,
    ignoreMissing?: boolean,
    cb?: Callback<Template>,
  ): Template
}

export interface Template {
  env: Environment
  path: string
  tmplStr: string
  compiled: boolean
  blocks: Record<string, RenderFunction>
  rootRenderFunc: RenderFunction
  compile(): void
  render(context?: unknown, parentFrame?: unknown, cb?: Callback<string>): unknown
  getExported(context?: unknown, parentFrame?: unknown, cb?: Callback<Record<string, unknown>>): void
}

/** The code generator of nunjucks, as a subclass may use it. */
export interface Compiler {
  buffer: string
  codebuf: string[]
  inBlock: boolean
  compile(node: Node, frame?: Frame): void
  getCode(): string
  fail(message: string, lineno?: number, colno?: number): never
}

interface Internals {
  Environment: new (loaders: unknown[], opts: object) => Environment
  Template: new (source: string, env: Environment, path: string, eagerCompile?: boolean) => Template
  compiler: { Compiler: new (name: string, throwOnUndefined?: boolean) => Compiler }
  parser: { Parser: new (tokens: Tokenizer) => Parser }
  lexer: { lex(source: string, opts: object): Tokenizer }
  nodes: Record<string, NodeType>
  runtime: Runtime
}

const internals = nunjucksModule as unknown as Internals

export const nunjucks: Internals = internals
export const transform: (root: Node, asyncFilters: string[]) => Node = (
  transformerModule as { transform: (root: Node, asyncFilters: string[]) => Node }
).transform
