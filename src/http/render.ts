import type { TemplateEngine } from '../templates/index.ts'
import type { Request } from './request.ts'

/** Adds to what every template sees: `(request) => ({ basket: ... })`, site-wide by `settings.templ.contextProcessors`. */
export type ContextProcessor = (
  request: Request,
) => Readonly<Record<string, unknown>> | Promise<Readonly<Record<string, unknown>>>

/**
 * Renders a template for a request: the view's own values first, then those of the context processors, then what
 * every template has (session and user are asked for by the engine, when a template does). Synchronous as long as the processors are.
 */
export function renderTemplate(
  engine: TemplateEngine,
  processors: readonly ContextProcessor[],
  request: Request,
  name: string,
  own: Readonly<Record<string, unknown>>,
): string | Promise<string> {
  const base = { request }
  if (processors.length === 0) return engine.render(name, own, base)
  const more = processors.map((processor) => processor(request))
  const isDone = more.every((values) => !(values instanceof Promise))
  if (isDone) return engine.render(name, own, merge(base, more))
  return Promise.all(more.map((values) => Promise.resolve(values))).then((values) =>
    engine.render(name, own, merge(base, values)),
  )
}

function merge(base: object, more: readonly object[]): Record<string, unknown> {
  return Object.assign({}, base, ...more) as Record<string, unknown>
}
