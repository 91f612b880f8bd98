import type { Callback, Context, Environment, Frame, Node, Program } from '../nunjucks.ts'
import { generate, type Generated } from './generator.ts'
import { createLibrary, type Callable, type Direct, type Ground } from './library.ts'

/** What is different for the host that runs the program. */
export interface ProgramHost extends Omit<Ground, 'fail'> {
  /** Makes, or adds to, the error that leaves the template, from what was thrown and the place it was thrown at. */
  fail: (error: unknown, line: number, column: number) => unknown
  /** Where nunjucks' own code called this program from, when it did. */
  calledFrom: (failure: unknown) => unknown
}

/** Generated code as a function: of what makes callables of its functions, and of the library it calls. */
export type Loader = (wrap: (direct: Direct) => Callable, library: Record<string, unknown>) => unknown

/** Makes a template's program with the code generator here; `root` is its syntax tree, and fully covered. */
export function compile(root: Node, host: ProgramHost): Program {
  const generated = generate(root)
  return link(generated.places, (library) => evaluate(loaderBody(generated, Object.keys(library))), host)
}

/** @throws SyntaxError when what was generated is no valid code */
export function evaluate(body: string): Loader {
  // oxlint-disable-next-line typescript/no-implied-eval -- Running what was generated is what a template engine does.
  return new Function('wrap', 'library', body) as Loader
}

/** What a loader consists of, as source text; `names` are those of the library. */
export function loaderBody({ code, blocks }: Generated, library: readonly string[]): string {
  const words = new Set(code.match(/[\w$]+/g))
  const names = library.filter((name) => words.has(name))
  const functions = ['root', ...blocks.map((name) => `b_${name}`)]
  const wrapped = functions.map((name) => `${name}: wrap(${name})`).join(', ')
  return `const { ${names.join(', ')} } = library;\n${code}\nconst blocks = { ${wrapped} };\nreturn blocks;`
}

/**
 * Joins generated code with the host it runs in.
 * @param loaderFor gets the library, and gives the code
 */
export function link(
  places: Generated['places'],
  loaderFor: (library: Record<string, unknown>) => Loader,
  host: ProgramHost,
): Program {
  const library = createLibrary({
    ...host,
    fail(error, place) {
      const [line, column] = places[place] ?? [1, 1]
      return host.fail(error, line, column)
    },
  })
  return loaderFor(library)((direct) => forNunjucks(direct, host), library) as Program
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
