import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Settings } from '../project/index.ts'
import type { Overload } from './overload.ts'
import type { Pipeline } from './pipeline.ts'
import { securityHeaders } from './security/headers.ts'

export interface GateOptions {
  readonly settings: Pick<Settings, 'health' | 'overload' | 'security' | 'siteUrl'>
  /** Whether the server is about to stop. */
  readonly isClosing: () => boolean
  readonly overload: Overload | undefined
  /** Rejects when the database does not answer; `undefined` when nobody has asked it for anything so far. */
  readonly askDatabase: (always: boolean) => Promise<void> | undefined
}

/** Why a process is not ready. */
type Reason = 'stopping' | 'overloaded' | 'database'

/**
 * What is answered before anything of the site is asked: its health, for whoever watches over the process and by whatever
 * name it asks; and, when there is more to do than can be done, that one should come back later.
 */
export function createGate(options: GateOptions, pipeline: Pipeline): Pipeline {
  const { settings, isClosing, overload, askDatabase } = options
  const { live, ready, database } = settings.health
  const headers = [...securityHeaders(settings).lines, 'cache-control', 'no-store']
  const later = ['retry-after', String(settings.overload.retryAfter)]

  function answer(
    { method }: IncomingMessage,
    raw: ServerResponse,
    status: number,
    value: object,
    further: readonly string[] = [],
    requestId: string = randomUUID(),
  ): void {
    // The client may have gone while the database was asked.
    if (raw.destroyed) return
    const body = JSON.stringify(value)
    raw.writeHead(status, [
      ...headers,
      ...further,
      'x-request-id',
      requestId,
      'content-type',
      'application/json',
      'content-length',
      String(Buffer.byteLength(body)),
      ...(isClosing() ? ['connection', 'close'] : []),
    ])
    raw.end(method === 'HEAD' ? undefined : body)
  }

  function refuse(incoming: IncomingMessage, raw: ServerResponse, reason: Reason): void {
    const requestId = randomUUID()
    const told = { statusCode: 503, error: 'Service Unavailable', reason, requestId }
    answer(incoming, raw, 503, told, later, requestId)
  }

  function tellReady(incoming: IncomingMessage, raw: ServerResponse): void {
    if (isClosing()) return refuse(incoming, raw, 'stopping')
    if (overload?.now === true) return refuse(incoming, raw, 'overloaded')
    const asked = database === false ? undefined : askDatabase(database === true)
    if (asked === undefined) return answer(incoming, raw, 200, { status: 'ready' })
    asked.then(
      () => answer(incoming, raw, 200, { status: 'ready' }),
      () => refuse(incoming, raw, 'database'),
    )
  }

  return (incoming, raw) => {
    const url = incoming.url!
    if (isProbe(url, live, incoming)) return answer(incoming, raw, 200, { status: 'alive' })
    if (isProbe(url, ready, incoming)) return tellReady(incoming, raw)
    if (overload?.now === true) return refuse(incoming, raw, 'overloaded')
    pipeline(incoming, raw)
  }
}

function isProbe(url: string, path: string | false, { method }: IncomingMessage): boolean {
  if (path === false || !url.startsWith(path)) return false
  const isIt = url.length === path.length || url[path.length] === '?'
  return isIt && (method === 'GET' || method === 'HEAD')
}
