import type { TemplateEngine } from '../templates/index.ts'
import type { Request } from './request.ts'

/** Adds to what every template sees: `(request) => ({ basket: ... })`, site-wide by `settings.templ.contextProcessors`. */
export type ContextProcessor = (
  request: Request,
) => Readonly<Record<string, unknown>> | Promise<Readonly<Record<string, unknown>>>

/**
 * Renders a template for a request: the view's own values first, then those of the context processors, then what
 * every template has. Synchronous as long as the processors are.
 */
export function renderTemplate(
  engine: TemplateEngine,
  processors: readonly ContextProcessor[],
  request: Request,
  name: string,
  own: Readonly<Record<string, unknown>>,
): string | Promise<string> {
  const base = {
    request,
    user: request.user,
    get session() {
      return request.session
    },
  }
  if (processors.length === 0) return engine.render(name, withGetters(base, own))
  const more = processors.map((processor) => processor(request))
  const isDone = more.every((values) => !(values instanceof Promise))
  if (isDone) {
    return engine.render(name, withGetters(base, Object.assign({}, ...more, own) as Record<string, unknown>))
  }
  return Promise.all(more.map((values) => Promise.resolve(values))).then((values) =>
    engine.render(name, withGetters(base, Object.assign({}, ...values, own) as Record<string, unknown>)),
  )
}

// The session is opened when a template reads it, not for every page: spreading would read it.
function withGetters(base: object, own: Readonly<Record<string, unknown>>): Record<string, unknown> {
  Object.defineProperties(base, Object.getOwnPropertyDescriptors(own))
  return base as Record<string, unknown>
}
