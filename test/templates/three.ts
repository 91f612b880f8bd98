import nunjucks from 'nunjucks'
import { TaoError } from '../../src/base/errors.ts'
import type { TemplateEngine } from '../../src/templates/index.ts'
import { makeSite } from './site.ts'

export type Templates = Record<string, string>
export type MakeContext = () => Record<string, unknown>

/** What a render came to: a text, or an error told so that two can be compared. */
export interface Outcome {
  text?: string
  error?: { code: string; message: string; hint: string | undefined; chain: string[] }
}

export interface Engines {
  /** nunjucks as it comes, from its own environment. */
  pristine: (name: string, context: Record<string, unknown>) => Outcome
  /** tao with nunjucks' code generator. */
  tracked: (name: string, context: Record<string, unknown>) => Outcome
  /** tao with its own. */
  compiled: (name: string, context: Record<string, unknown>) => Outcome
  explain: TemplateEngine['explain']
}

export interface Extras {
  globals?: () => Record<string, unknown>
  filters?: Record<string, (...args: any[]) => unknown>
}

/** The same templates in three engines. */
export function makeThree(
  templates: Templates,
  { globals = () => ({}), filters = {} }: Extras = {},
): Engines {
  const files = Object.fromEntries(
    Object.entries(templates).map(([name, text]) => [`templ/${name}.html`, text]),
  )
  const site = (generator: 'tao' | 'nunjucks') =>
    makeSite(files, { globals: globals(), filters, generator, cache: true }).engine
  const loader = { getSource: (name: string) => ({ src: templates[name]!, path: name, noCache: false }) }
  const known = {
    getSource: (name: string) => (name in templates ? loader.getSource(name) : (null as never)),
  }
  const plain = new nunjucks.Environment(known, { autoescape: true })
  for (const [name, value] of Object.entries(globals())) plain.addGlobal(name, value)
  for (const [name, filter] of Object.entries(filters)) plain.addFilter(name, filter)
  const compiled = site('tao')
  const tracked = site('nunjucks')
  return {
    pristine: (name, context) => attempt(() => plain.render(name, context)),
    tracked: (name, context) => attempt(() => tracked.render(name, context)),
    compiled: (name, context) => attempt(() => compiled.render(name, context)),
    explain: (name) => compiled.explain(name),
  }
}

function attempt(render: () => string): Outcome {
  try {
    return { text: render() }
  } catch (error) {
    if (!(error instanceof TaoError)) return { error: { code: '', message: '', hint: undefined, chain: [] } }
    const chain = (error.details?.['chain'] ?? []) as { name: string; line: number; column: number }[]
    return {
      error: {
        code: error.code,
        // The two sites lie in different folders.
        message: error.message.replaceAll(/\S*tao-templates-\w+/g, ''),
        hint: error.hint,
        chain: chain.map(({ name, line, column }) => `${name} ${line}:${column}`),
      },
    }
  }
}
