import { SyntaxFailure } from './failure.ts'
import type { Program } from './nunjucks.ts'
import { parseTemplate } from './parse.ts'
import type { ProgramMaker } from './template.ts'
import { generateTracked } from './tracked-compiler.ts'

/** Makes programs with nunjucks' own code generator, places added. */
export const makeTracked: ProgramMaker = (template, env) => {
  const code = generateTracked(parseTemplate(template.text, template, env))
  try {
    // oxlint-disable-next-line typescript/no-implied-eval -- Running what was generated is what a template engine does.
    const load = new Function('template', code) as (self: typeof template) => Program
    return load(template)
  } catch (error) {
    throw new SyntaxFailure(template, (error as Error).message, {})
  }
}
