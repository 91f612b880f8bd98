import { renderErrorPage, taoVersion, type PageInfo } from '../debug/index.ts'
import { HttpResponse, type Decorator, type DevelopmentPage, type Request } from '../http/index.ts'
import type { DevelopmentHooks } from '../site/index.ts'
import { injectLive } from './inject-live.ts'

export interface DevelopmentOptions {
  /** The project's folder. */
  root: string
  editor: string | undefined
  /** The start that this is, when pages are to get the live browser's script. */
  generation: number | undefined
}

/** What a site in development shows besides its pages: why one failed, and the script that reloads it. */
export function developmentHooks({ root, editor, generation }: DevelopmentOptions): DevelopmentHooks {
  return {
    errorPage: makeErrorPage(root, editor),
    decorators: generation === undefined ? [] : [makeLiveDecorator(generation)],
    // Loaded in development only: nothing of it is there for production to pay for.
    watch: async (site) => (await import('../toolbar/index.ts')).startToolbar(site, editor),
  }
}

function makeErrorPage(root: string, editor: string | undefined): DevelopmentPage {
  return (error, request, fate, format) => {
    if (fate.status < 500) return undefined
    const page = renderErrorPage(error, { ...describeRequest(request), root, editor, status: fate.status })
    const [type, body] =
      format === 'json' ? ['application/json', JSON.stringify(page.json)] : ['text/html', page.html]
    const response = new HttpResponse(body, { status: fate.status, headers: fate.headers })
    response.headers.set('content-type', `${type}; charset=utf-8`)
    response.headers.set('cache-control', 'no-store')
    return response
  }
}

function describeRequest(request: Request): Omit<PageInfo, 'root'> {
  const { method, path, raw, route, id, params } = request
  return {
    request: {
      method,
      url: raw.url ?? path,
      id,
      ip: attempt(() => request.ip),
      headers: raw.headers,
      params,
      query: attempt(() => request.query),
      cookies: attempt(() => request.cookies),
    },
    route: route && { method: route.methods.join(' '), path: route.path, name: route.name, app: route.app },
    session: attempt(() => Object.fromEntries(Object.entries(request.session))),
    versions: { node: process.version, tao1: taoVersion() },
  }
}

/** What failed may be the very thing that is to be shown. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

function makeLiveDecorator(generation: number): Decorator {
  return (_request, response) => {
    const { headers, body } = response
    if (typeof body !== 'string' || headers.has('content-encoding')) return
    if (!String(headers.get('content-type')).startsWith('text/html')) return
    // What is to stay as it is: the toolbar's own pages.
    if (headers.get('cache-control')?.includes('no-transform')) return
    const nonce = /'nonce-([^']+)'/.exec(headers.get('content-security-policy') ?? '')?.[1]
    response.body = injectLive(body, generation, nonce)
    headers.delete('content-length')
  }
}
