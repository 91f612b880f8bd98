import { file } from '../file-response.ts'
import { HttpError } from '../http-error.ts'
import type { Middleware } from '../view.ts'

/**
 * Serves a folder of files under a path, beside the static folders of the site and its apps; what is not there goes on
 * to the routes.
 *
 * @param url `/downloads/`
 * @param folder nothing outside of it is served, nor what begins with a dot
 */
export function serveFolder(url: string, folder: string): Middleware {
  const base = url.endsWith('/') ? url : `${url}/`
  return async function serveFolder(request, next) {
    if ((request.method !== 'GET' && request.method !== 'HEAD') || !request.path.startsWith(base))
      return next()
    try {
      const response = file(decodeURIComponent(request.path.slice(base.length)), { root: folder })
      await response.finish(request)
      return response
    } catch (error) {
      if ((error instanceof HttpError && error.status === 404) || error instanceof URIError) return next()
      throw error
    }
  }
}
