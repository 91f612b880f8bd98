import { templ, type Request } from 'tao1'

export function index(request: Request) {
  return templ('index', request, { pages: appPages(request) })
}

/** The pages of apps that can be visited as they are: asked for by GET, nothing variable in their path. */
function appPages({ app }: Request) {
  return app.routes.entries.filter(
    (route) => route.app !== undefined && route.methods.includes('GET') && !route.path.includes('{'),
  )
}
