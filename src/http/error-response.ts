import { STATUS_CODES } from 'node:http'
import type { Fate } from './classify-error.ts'
import { HttpResponse } from './response.ts'

/** What clients ask for when something goes wrong. */
export type ErrorFormat = 'html' | 'json'

/**
 * Whether a client wants its errors as a page or as JSON: by `Accept`, by what is named there first; a client that
 * takes anything gets JSON if it sent JSON.
 */
export function errorFormat(accept: string | undefined, contentType: string | undefined): ErrorFormat {
  const accepted = accept ?? '*/*'
  const json = accepted.search(/application\/(?:[\w.-]+\+)?json/i)
  const html = accepted.search(/text\/html|application\/xhtml\+xml/i)
  if (json >= 0 && (html < 0 || json < html)) return 'json'
  if (html >= 0) return 'html'
  return /application\/(?:[\w.-]+\+)?json/i.test(contentType ?? '') ? 'json' : 'html'
}

/** What JSON clients are told: `{ statusCode, error, message?, requestId }`, as Fastify words it, and what the error adds. */
export function jsonErrorResponse(fate: Fate, requestId: string): HttpResponse {
  const error = STATUS_CODES[fate.status] ?? 'Error'
  const told = {
    statusCode: fate.status,
    error,
    ...(fate.message === error ? {} : { message: fate.message }),
    ...fate.details,
    requestId,
  }
  const response = new HttpResponse(JSON.stringify(told), { status: fate.status, headers: fate.headers })
  response.headers.set('content-type', 'application/json; charset=utf-8')
  return response
}

/** The page that stands where neither the site nor the app has a template of that status. */
export function plainErrorPage(fate: Fate, requestId: string): HttpResponse {
  const title = STATUS_CODES[fate.status] ?? 'Error'
  const page = errorPageText({
    status: String(fate.status),
    title,
    message: fate.message === title ? undefined : fate.message,
    requestId,
  })
  const response = new HttpResponse(page, { status: fate.status, headers: fate.headers })
  response.headers.set('content-type', 'text/html; charset=utf-8')
  return response
}

/** The text of that page. */
export function errorPageText(told: {
  status: string
  title: string
  message?: string | undefined
  requestId: string
}): string {
  const [status, title, requestId] = [told.status, told.title, told.requestId].map(escape)
  const detail = told.message === undefined ? '' : `<p>${escape(told.message)}</p>\n`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${status} ${title}</title>
<style>
:root { color-scheme: light dark }
body { font: 1rem/1.6 system-ui, sans-serif; max-width: 34rem; margin: 18vh auto 0; padding: 0 1.5rem }
h1 { font-size: 1.6rem; line-height: 1.3; margin: 0 0 .5rem }
h1 span { opacity: .5; font-weight: 400 }
small { opacity: .6 }
</style>
</head>
<body>
<h1><span>${status}</span> ${title}</h1>
${detail}<p><small>Request ${requestId}</small></p>
</body>
</html>
`
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
}
