import { deepenStacks, renderErrorPage } from '../debug/index.ts'
import { HttpResponse, type Decorator, type DevelopmentPage } from '../http/index.ts'
import type { DevelopmentHooks } from '../site/index.ts'
import { describeRequest, type FindRecord } from './describe-request.ts'
import { injectLive } from './inject-live.ts'
import { missingPage } from './missing-page.ts'

export interface DevelopmentOptions {
  /** The project's folder. */
  root: string
  editor: string | undefined
  /** The start that this is, when pages are to get the live browser's script. */
  generation: number | undefined
}

/** What a site in development shows besides its pages: why one failed, the toolbar, and the script that reloads it. */
export async function developmentHooks({
  root,
  editor,
  generation,
}: DevelopmentOptions): Promise<DevelopmentHooks> {
  deepenStacks()
  // Loaded in development only: nothing of it is there for production to pay for.
  const { findRecord, startToolbar } = await import('../toolbar/index.ts')
  return {
    errorPage: makeErrorPage(root, editor, findRecord),
    decorators: generation === undefined ? [] : [makeLiveDecorator(generation)],
    watch: (site) => startToolbar(site, editor),
  }
}

function makeErrorPage(root: string, editor: string | undefined, findRecord: FindRecord): DevelopmentPage {
  return (error, request, fate, format) => {
    if (fate.status === 404 && format === 'html') return missingPage(request, root, editor)
    if (fate.status < 500) return undefined
    const page = renderErrorPage(error, {
      ...describeRequest(request, findRecord(request), root),
      root,
      editor,
      status: fate.status,
    })
    const [type, body] =
      format === 'json' ? ['application/json', JSON.stringify(page.json)] : ['text/html', page.html]
    const response = new HttpResponse(body, { status: fate.status, headers: fate.headers })
    response.headers.set('content-type', `${type}; charset=utf-8`)
    response.headers.set('cache-control', 'no-store')
    return response
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
