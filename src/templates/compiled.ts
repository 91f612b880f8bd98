import type { ReadyPrograms } from './built-templates.ts'
import { changedOptions } from './changed-options.ts'
import { compile, link } from './compiled/make.ts'
import { findUncovered, type Uncovered } from './compiled/coverage.ts'
import { TemplateFailure } from './failure.ts'
import { nunjucks, type Environment } from './nunjucks.ts'
import { parseTemplate } from './parse.ts'
import type { TemplateSource } from './store.ts'
import { tellPart, type ProgramMaker, type TemplateHost } from './template.ts'
import { makeProgram } from './tracked.ts'

/** Makes programs with the code generator of tao, and with nunjucks' for templates that have what it leaves out. */
export const makeCompiled: ProgramMaker = (template, host) => {
  const { env } = host
  const root = parseTemplate(template.text, template, env)
  const uncovered = leftAltogether(env) ?? findUncovered(root)
  if (uncovered.length > 0) return { program: makeProgram(root, template, env), uncovered }
  try {
    return { program: compile(root, hostFor(template, host)), uncovered }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    // It has no meaning to nunjucks either, which then says so; or else it has one that was overlooked here.
    const what = `something that gives no valid code (${error.message})`
    return { program: makeProgram(root, template, env), uncovered: [{ what, line: 1, column: 1 }] }
  }
}

/** As `makeCompiled`, but first among the programs that a build has made. */
export function makeReady(ready: ReadyPrograms): ProgramMaker {
  return (template, host) => {
    const isOther = isJinjaMode() || changedOptions(host.env).length > 0
    const found = isOther ? undefined : ready.get(template.file)
    if (found === undefined) return makeCompiled(template, host)
    const { places, make } = found
    return { program: link(places, () => make, hostFor(template, host)), uncovered: [] }
  }
}

/** What leaves every template to nunjucks, whatever is in it. */
function leftAltogether({ opts }: Environment): Uncovered[] | undefined {
  const what = isJinjaMode()
    ? 'the Jinja mode of nunjucks'
    : opts.throwOnUndefined
      ? 'the option throwOnUndefined of nunjucks'
      : undefined
  return what === undefined ? undefined : [{ what, line: 1, column: 1 }]
}

/** Whether `nunjucks.installJinjaCompat` has given members to values, and names to whatever has none, in the process. */
function isJinjaMode(): boolean {
  return nunjucks.runtime.memberLookup([], 'append') !== undefined
}

function hostFor(
  template: TemplateSource,
  { env, runtime, trace }: TemplateHost,
): Parameters<typeof compile>[1] {
  const { name, file } = template
  return {
    env,
    runtime,
    self: template,
    used: (part, how) => tellPart(name, part, how),
    apart: (work) => trace.apart(work),
    fail(error, line, column) {
      const failure = error instanceof TemplateFailure ? error : new TemplateFailure(error, [])
      failure.add({ name, file, line, column })
      return failure
    },
    calledFrom: (failure) => TemplateFailure.from(failure, trace),
  }
}
