/** How a loop without a frame of its own reaches `loop`. */
export interface LoopVariables {
  index: string
  length: string
  /** The object's variable; set once it is known that the object itself is used. */
  object: string | undefined
}

/**
 * What names mean at a place of the template. There are two sorts of meaning in nunjucks, and both are kept: names
 * its compiler ties to a JavaScript variable (`names`: loop variables, macro arguments, macros, imports), and
 * names it looks up in frames at run time. A frame that nobody can observe is left out (`real` is false), and what it
 * would have held are variables too (`locals`).
 */
export class Scope {
  readonly kind: 'root' | 'block' | 'macro' | 'caller' | 'for'
  /** Whether there is a frame at run time, in the variable `frame`. */
  readonly real: boolean
  readonly parent: Scope | undefined
  readonly names: Map<string, string> = new Map()
  readonly locals: Map<string, string> = new Map()
  loop: LoopVariables | undefined = undefined

  constructor(kind: Scope['kind'], real: boolean, parent?: Scope) {
    this.kind = kind
    this.real = real
    this.parent = parent
  }

  /** The variable nunjucks' compiler would have tied a name to. */
  variable(name: string): string | undefined {
    return this.names.get(name) ?? this.parent?.variable(name)
  }

  /** Whether nunjucks would be inside a pushed frame here, so that macros and imports are not the template's own. */
  get nested(): boolean {
    return this.parent !== undefined
  }
}
