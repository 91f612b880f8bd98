import Module, { createRequire } from 'node:module'
import { makeCompiled } from '../../../src/templates/compiled.ts'
import type { Callable } from '../../../src/templates/compiled/library.ts'
import { TemplateFailure } from '../../../src/templates/failure.ts'
import { nunjucks, type Environment, type Program, type Template } from '../../../src/templates/nunjucks.ts'
import { createRuntime } from '../../../src/templates/runtime.ts'
import { tellPart, type Made } from '../../../src/templates/template.ts'
import { makeTracked } from '../../../src/templates/tracked.ts'
import { Trace } from '../../../src/templates/trace.ts'

/*
 * Loaded before nunjucks' own tests: hands them the nunjucks of this package, in which tao's generator compiles every
 * template that it covers. How many those were is told at the end.
 */

interface OwnTemplate {
  readonly env: Environment
  readonly path: string | undefined
  readonly tmplStr: unknown
  blocks: Record<string, unknown>
  rootRenderFunc: unknown
  compiled: boolean
  _compile(): void
  _getBlocks(program: Program): Record<string, unknown>
}

type GetTemplate = (this: Environment, name: unknown, ...more: unknown[]) => Template

const require = createRequire(import.meta.url)
const counts = { tao: 0, nunjucks: 0 }
process.on('exit', () => process.stderr.write(`compiled ${JSON.stringify(counts)}\n`))

const modules = Module as unknown as { _resolveFilename(request: string, ...more: unknown[]): string }
const resolve = modules._resolveFilename.bind(modules)
modules._resolveFilename = (request, ...more) => {
  const own = /^\.\.\/nunjucks(\/.*)$/.exec(request)?.[1]
  return own === undefined
    ? resolve(request, ...more)
    : require.resolve(`nunjucks${own.replace(/^\/index(\.js)?$/, '')}`)
}

const { prototype } = nunjucks.Template as unknown as { prototype: OwnTemplate }
const { _compile: compile } = prototype
prototype._compile = function _compile() {
  const made = makeWith(this)
  if (made === undefined || made.uncovered.length > 0) {
    counts.nunjucks++
    compile.call(this)
    return
  }
  counts.tao++
  this.blocks = this._getBlocks(made.program)
  this.rootRenderFunc = tellingPlaces(made.program.root)
  this.compiled = true
}

function makeWith({ env, path: name = '(unknown path)', tmplStr: text }: OwnTemplate): Made | undefined {
  // With asynchronous filters a page is rendered with a callback, and that is left to nunjucks' generator.
  if (typeof text !== 'string' || env.asyncFilters.length > 0) return undefined
  const trace = new Trace()
  const runtime = createRuntime(trace, tellPart)
  const host = { env, runtime, trace, makeProgram: makeCompiled, makeWaiting: makeTracked }
  try {
    return makeCompiled({ name, app: undefined, path: name, file: name, text }, host)
  } catch {
    // How a mistake in a text is told is tested with tao's own environment.
    return undefined
  }
}

/** nunjucks' environment tells where an error was in its own way. */
function tellingPlaces(root: Callable): Callable {
  const callable: Callable = (env, context, frame, runtime, cb) =>
    root(env, context, frame, runtime, (error, text) => {
      if (!(error instanceof TemplateFailure)) return cb(error, text)
      const { line, column } = error.chain[0] ?? { line: 1, column: 1 }
      return cb(nunjucks.runtime.handleError(error.thrown, line, column))
    })
  return root.direct === undefined ? callable : Object.assign(callable, { direct: root.direct })
}

// The templates of ours say who they are where nunjucks' code gives a name.
const environment = nunjucks.Environment.prototype as unknown as { getTemplate: GetTemplate }
const { getTemplate } = environment
environment.getTemplate = function (name, ...more) {
  return getTemplate.call(this, name, ...more.map((given) => (isSource(given) ? given.name : given)))
}

function isSource(given: unknown): given is { readonly name: string } {
  return typeof given === 'object' && given !== null && 'text' in given
}
