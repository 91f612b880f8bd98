import { readAsset } from './assets.ts'
import { editorLink } from './editor-link.ts'
import { Markup, markup } from './markup.ts'

/** A route as the page lists it. */
export interface ListedRoute {
  methods: readonly string[]
  path: string
  name: string | undefined
  file: string | undefined
  line: number | undefined
  /** Its place as a person reads it: `apps/blog/routes.ts:7`. */
  place: string | undefined
}

export interface MissingInfo {
  method: string
  path: string
  /** The routes that may have been meant, the likeliest first. */
  nearest: readonly ListedRoute[]
  /** All of the site's. */
  routes: readonly ListedRoute[]
  editor: string | undefined
}

/** The page for a path that no route answers, in development: what there is, what was nearly asked for, and where to add a route. */
export function renderMissingPage({ method, path, nearest, routes, editor }: MissingInfo): string {
  const title = `No route answers ${method} ${path}`
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>404 ${title}</title>
<link rel="icon" href="data:,">
<style>${new Markup(readAsset('debug/page.css'))}</style>
</head>
<body>
<header>
<p class="kicker">404 · ${method} ${path}</p>
<h1>${title}</h1>
<p class="after">${advice(path, routes)}</p>
</header>
<main>
${listHtml('Did you mean', nearest, editor)}
${listHtml('Routes', routes, editor)}
</main>
<footer><p>A template 404.html takes the place of this page. Shown in development only.</p></footer>
</body>
</html>
`.text
}

function advice(path: string, routes: readonly ListedRoute[]): Markup {
  if (routes.length === 0)
    return markup`The site has no routes yet: they are listed in <code>routes.ts</code>.`
  return markup`What a site answers is listed in its <code>routes.ts</code> and in those of its apps. <code>tao why ${path}</code> tells more.`
}

function listHtml(
  title: string,
  routes: readonly ListedRoute[],
  editor: string | undefined,
): Markup | undefined {
  if (routes.length === 0) return undefined
  return markup`<section>
    <h2>${title}</h2>
    <div class="source" tabindex="0" role="group" aria-label="${title}"><table class="routes">
      ${routes.map((route) => rowHtml(route, editor))}
    </table></div>
  </section>`
}

function rowHtml(
  { methods, path, name, file, line, place }: ListedRoute,
  editor: string | undefined,
): Markup {
  const canBeVisited = methods.includes('GET') && !path.includes('{')
  const opens = file === undefined ? undefined : editorLink(editor, { file, line })
  return markup`<tr>
    <td class="quiet">${methods.join(' ')}</td>
    <td>${canBeVisited ? markup`<a href="${path}">${path}</a>` : path}</td>
    <td class="quiet">${name}</td>
    <td class="quiet">${opens === undefined ? place : markup`<a href="${opens}">${place}</a>`}</td>
  </tr>`
}
