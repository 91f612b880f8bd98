/**
 * One JavaScript function being written. Pieces of output that follow each other become one concatenation.
 */
export class Writer {
  private readonly lines: string[] = []
  private readonly variables: string[] = []
  private parts: string[] = []
  private text = ''
  /** Nobody sees this output: it is the root's, and the template has a parent. */
  readonly silent: boolean

  constructor(silent = false) {
    this.silent = silent
  }

  statement(code: string): void {
    this.flush()
    this.lines.push(code)
  }

  /** Appends a constant text to the output. */
  literal(text: string): void {
    if (!this.silent) this.text += text
  }

  /** Appends an expression, which must be a string, to the output. */
  output(expression: string): void {
    this.flushText()
    this.parts.push(expression)
  }

  /** Declares a variable of this function. As nunjucks' own, it keeps its value from one turn of a loop to the next. */
  declare(name: string): string {
    this.variables.push(name)
    return name
  }

  body(): string {
    this.flush()
    const declared = this.variables.length === 0 ? '' : `var ${this.variables.join(', ')};\n`
    return declared + this.lines.join('\n')
  }

  private flushText(): void {
    if (this.text === '') return
    this.parts.push(JSON.stringify(this.text))
    this.text = ''
  }

  private flush(): void {
    this.flushText()
    if (this.parts.length === 0) return
    // One after the other, not the sum of them: a string whose right sides are all short is quicker to lay out flat.
    this.lines.push(`o = o + ${this.parts.join(' + ')};`)
    this.parts = []
  }
}
