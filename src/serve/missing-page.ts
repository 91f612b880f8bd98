import { relative } from 'node:path'
import { renderMissingPage, type ListedRoute } from '../debug/index.ts'
import { HttpResponse, type Request } from '../http/index.ts'
import { nearestRoutes } from '../routing/index.ts'
import { formatPlace } from '../base/errors.ts'

type Entry = Request['app']['routes']['entries'][number]

/**
 * The page of development for a path that no route answers.
 *
 * @param root the project's folder
 * @returns `undefined` where another page says more: the site's own, or that of a file that is not there
 */
export function missingPage(
  request: Request,
  root: string,
  editor: string | undefined,
): HttpResponse | undefined {
  const { app, route, method, path } = request
  if (route !== undefined || path.startsWith(app.settings.static.url) || app.templ.has('404'))
    return undefined
  // Tao's own pages are not the site's.
  const entries = app.routes.entries.filter((entry) => !entry.path.startsWith('/__'))
  const listed = (found: readonly Entry[]): ListedRoute[] => found.map((entry) => describe(entry, root))
  const html = renderMissingPage({
    method,
    path,
    nearest: listed(nearestRoutes({ entries }, path)),
    routes: listed(entries),
    editor,
  })
  return new HttpResponse(html, {
    status: 404,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
  })
}

function describe({ methods, path, name, place }: Entry, root: string): ListedRoute {
  const file = place?.file
  const short = file === undefined ? undefined : relative(root, file).replaceAll('\\', '/')
  return {
    methods,
    path,
    name,
    file,
    line: place?.line,
    place: short === undefined ? undefined : formatPlace({ file: short, line: place?.line }),
  }
}
