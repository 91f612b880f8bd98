import { templ, type Request } from 'tao1'

export function index(request: Request) {
  return templ('index', request, { pages: appPages(request) })
}

/** The pages of apps that can be visited as they are: asked for by GET, nothing variable in their path, not tao's own. */
function appPages({ app }: Request) {
  return app.routes.entries.filter(
    ({ app, methods, path }) =>
      app !== undefined && methods.includes('GET') && !path.includes('{') && !path.startsWith('/__'),
  )
}
