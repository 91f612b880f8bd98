import { HttpResponse, type ResponseOptions } from './response.ts'
import type { TemplateName } from './template-names.ts'

/** What a template's answer needs from its request. */
export interface TemplateRequest {
  readonly render: (
    name: TemplateName,
    context: Readonly<Record<string, unknown>>,
  ) => string | Promise<string>
}

/**
 * An answer that is a template still to be rendered: that happens after the view has returned and before any
 * middleware sees it, so that context processors may be asynchronous and a view's error is the view's.
 */
export class TemplateResponse extends HttpResponse {
  readonly name: TemplateName
  readonly context: Readonly<Record<string, unknown>>
  readonly #request: TemplateRequest

  constructor(
    name: TemplateName,
    request: TemplateRequest,
    context: Readonly<Record<string, unknown>>,
    options: ResponseOptions,
  ) {
    super(undefined, options)
    this.name = name
    this.context = context
    this.#request = request
    if (!this.headers.has('content-type')) this.headers.set('content-type', contentTypeOf(name))
  }

  override finish(): void | Promise<void> {
    if (this.body !== undefined) return undefined
    const rendered = this.#request.render(this.name, this.context)
    if (typeof rendered === 'string') {
      this.body = rendered
      return undefined
    }
    return rendered.then((text) => {
      this.body = text
    })
  }
}

/**
 * A page from a template.
 *
 * @param name `blog:index` for apps/blog/templ/index.html, `index` for templ/index.html
 * @param request the request it answers
 * @param context the values the template sees, beside `request`, `session`, `user`, `settings.public`, `url` and `static`
 */
export function templ(
  name: TemplateName,
  request: TemplateRequest,
  context: Readonly<Record<string, unknown>> = {},
  options: ResponseOptions = {},
): HttpResponse {
  return new TemplateResponse(name, request, context, options)
}

// A template that is no page has its whole name in the call: `blog:feed.xml`.
const TYPES: Readonly<Record<string, string>> = {
  xml: 'application/xml; charset=utf-8',
  rss: 'application/rss+xml; charset=utf-8',
  atom: 'application/atom+xml; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  md: 'text/markdown; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml; charset=utf-8',
  ics: 'text/calendar; charset=utf-8',
  webmanifest: 'application/manifest+json; charset=utf-8',
}

function contentTypeOf(name: string): string {
  const extension = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? ''
  return TYPES[extension] ?? 'text/html; charset=utf-8'
}
