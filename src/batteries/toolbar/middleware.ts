import { NotFound, type Middleware } from '../../http/index.ts'
import { PAGE_POLICY, toolbarOf } from '../../toolbar/index.ts'

/** To whom the toolbar is not shown, it is not there. */
const onlyForDevelopers: Middleware = async (request, next) => {
  if (!toolbarOf(request.app).mayBeSeenBy(request)) throw new NotFound()
  return next()
}

/** The pages live in a frame of the site's own pages, whatever those demand of what they frame. */
const framed: Middleware = async (_request, next) => {
  const response = await next()
  const { headers } = response
  headers.set('content-security-policy', PAGE_POLICY)
  headers.set('x-frame-options', 'SAMEORIGIN')
  headers.set('cross-origin-embedder-policy', 'require-corp')
  headers.set('cross-origin-resource-policy', 'same-origin')
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store, no-transform')
  return response
}

const middleware: readonly Middleware[] = [onlyForDevelopers, framed]

export default middleware
