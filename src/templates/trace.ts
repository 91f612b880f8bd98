/** A place in a template; lines and columns count from 1. */
export interface TemplatePlace {
  name: string
  file: string
  line: number
  column: number
}

/** What a place is shown of: anything that has a template's name and file. */
export interface TemplateIdentity {
  readonly name: string
  readonly file: string
}

/** Of an endless recursion the beginning is enough. */
export const LONGEST_CHAIN = 41

/**
 * Where rendering is at this moment. nunjucks' own line numbers are per function and its functions call each other
 * from within their `try`, so that an error is reported at a line of whichever template happened to be innermost
 * (nunjucks issues 807, 1316, 1332); here one register follows the execution across templates, macros and blocks.
 */
export class Trace {
  private template: TemplateIdentity | undefined = undefined
  private line = 0
  private column = 0
  private callers: (TemplatePlace | undefined)[] = []

  at(template: TemplateIdentity, line: number, column: number): void {
    this.template = template
    this.line = line
    this.column = column
  }

  /** The template that is running. */
  get name(): string | undefined {
    return this.template?.name
  }

  /** Goes into another template, block or macro; returns what `leave` needs to come back here. */
  enter(): number {
    const depth = this.callers.push(this.here()) - 1
    this.template = undefined
    return depth
  }

  leave(depth: number): void {
    this.goTo(this.callers[depth])
    this.callers.length = depth
  }

  /** Runs a page of its own; one rendered from inside another does not count the other's places as its own. */
  apart<T>(work: () => T): T {
    const { callers } = this
    const before = this.here()
    this.callers = []
    this.template = undefined
    try {
      return work()
    } finally {
      this.callers = callers
      this.goTo(before)
    }
  }

  /** The places on the way to here, the innermost first; of an endless recursion only the beginning. */
  chain(): TemplatePlace[] {
    const nearest = this.callers.slice(1 - LONGEST_CHAIN).toReversed()
    return [this.here(), ...nearest].filter((place) => place !== undefined)
  }

  private goTo(place: TemplatePlace | undefined): void {
    this.template = place
    this.line = place?.line ?? 0
    this.column = place?.column ?? 0
  }

  private here(): TemplatePlace | undefined {
    if (this.template === undefined) return undefined
    const { name, file } = this.template
    return { name, file, line: this.line, column: this.column }
  }
}
