import type { Callback, Context, Environment, Frame, Node, Program } from '../nunjucks.ts'
import { generate } from './generator.ts'
import { createLibrary, type Callable, type Direct, type Ground } from './library.ts'

/** What is different for the host that runs the program. */
export interface ProgramHost extends Omit<Ground, 'fail'> {
  /** Makes, or adds to, the error that leaves the template, from what was thrown and the place it was thrown at. */
  fail: (error: unknown, line: number, column: number) => unknown
  /** Where nunjucks' own code called this program from, when it did. */
  calledFrom: (failure: unknown) => unknown
}

/** Makes a template's program with the code generator here; `root` is its syntax tree, and fully covered. */
export function compile(root: Node, host: ProgramHost): Program {
  const { code, places, blocks } = generate(root)
  const library = createLibrary({
    ...host,
    fail(error, place) {
      const [line, column] = places[place] ?? [1, 1]
      return host.fail(error, line, column)
    },
  })
  const names = Object.keys(library)
  const functions = ['root', ...blocks.map((name) => `b_${name}`)]
  const wrapped = functions.map((name) => `${name}: wrap(${name})`).join(', ')
  // oxlint-disable-next-line typescript/no-implied-eval -- Running what was generated is what a template engine does.
  const load = new Function('wrap', ...names, `${code}\nconst blocks = { ${wrapped} };\nreturn blocks;`)
  const wrap = (direct: Direct): Callable => forNunjucks(direct, host)
  return load(wrap, ...names.map((name) => library[name])) as Program
}

/** A direct function in the form nunjucks' own code calls. */
function forNunjucks(direct: Direct, host: ProgramHost): Callable {
  const callable = (
    _env: Environment,
    context: Context,
    frame: Frame,
    _runtime: unknown,
    cb: Callback<string>,
  ): void => {
    let text: string
    try {
      text = direct(context, frame, true)
    } catch (error) {
      cb(host.calledFrom(error))
      return
    }
    cb(null, text)
  }
  return Object.assign(callable, { direct })
}
