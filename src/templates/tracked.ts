import type { Environment, Node, Program } from './nunjucks.ts'
import { explainSyntax, parseTemplate } from './parse.ts'
import type { TemplateSource } from './store.ts'
import type { ProgramMaker } from './template.ts'
import { generateTracked } from './tracked-compiler.ts'

/** Makes programs with nunjucks' own code generator, places added. */
export const makeTracked: ProgramMaker = (template, { env }) => ({
  program: makeProgram(parseTemplate(template.text, template, env), template, env),
  uncovered: [],
})

/** The program of a syntax tree. @throws SyntaxFailure for what can be read but has no meaning */
export function makeProgram(root: Node, template: TemplateSource, { opts }: Environment): Program {
  try {
    const code = generateTracked(root, opts.throwOnUndefined)
    // oxlint-disable-next-line typescript/no-implied-eval -- Running what was generated is what a template engine does.
    const load = new Function('template', code) as (self: typeof template) => Program
    return load(template)
  } catch (error) {
    throw explainSyntax(error, template)
  }
}
