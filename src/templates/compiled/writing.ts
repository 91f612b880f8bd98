import type { Node } from '../nunjucks.ts'
import type { Scope } from './scope.ts'
import type { Writer } from './writer.ts'

/** Everything the pieces of the code generator share while one template is written. */
export interface Generator {
  writer: Writer
  readonly inBlock: boolean
  /** Frames have to be as nunjucks has them: a caller's body sees the variables of the macro that calls it. */
  readonly strict: boolean
  readonly block: string | undefined
  expression(node: Node, scope: Scope): string
  statement(node: Node, scope: Scope): void
  macro(node: Node, scope: Scope | undefined): string
  capture(node: Node, scope: Scope): string
  /** An expression that stands for itself, its place told first. */
  placed(node: Node, scope: Scope): string
  /** `p = 7`: from here on errors are this node's. */
  place(node: Node): string
  /** A name nothing else has. */
  fresh(): string
  /** A fresh variable of the function being written. */
  variable(): string
  /** A reference to another template, found once if its name is a constant. */
  link(node: Node, eager: boolean, ignoreMissing: boolean, scope: Scope): string
  /** Runs with another function to write to. */
  inside<T>(writer: Writer, work: () => T): T
}
