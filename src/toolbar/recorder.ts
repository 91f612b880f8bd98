import { AsyncLocalStorage } from 'node:async_hooks'
import { randomBytes } from 'node:crypto'
import { requestEvents, type RequestEvent } from '../base/events.ts'
import type { Handler, HttpResponse, Instruments, Middleware, Request } from '../http/index.ts'
import { describeError, type ReportFolders } from '../debug/index.ts'
import type { History } from './history.ts'
import { listenIn } from './listen-in.ts'
import { quietly } from './quietly.ts'
import { readBody } from './read-body.ts'
import { keep, type RequestKind, type RequestRecord, type Span, type SpanKind } from './record.ts'
import { showHeaders, showUrl } from './show-headers.ts'
import { showFields } from './show-value.ts'

/** Makes a record of every request, from what the site's route handlers and its event channels tell. */
export interface Recorder {
  readonly instruments: Instruments
  /** The record of a request; begun now for one that was refused before it came to a route. */
  recordOf(request: Request): RequestRecord
  /** Takes down an answer as it stands before it is sent. */
  answered(record: RequestRecord, response: HttpResponse): void
  readonly close: () => void
}

export function createRecorder(history: History, folders: ReportFolders): Recorder {
  const records = new WeakMap<Request, RequestRecord>()
  const known = new WeakSet<object>()
  const current = new AsyncLocalStorage<RequestRecord>()

  const recordOf = (request: Request): RequestRecord => {
    let record = records.get(request)
    if (record === undefined) {
      record = beginRecord(request)
      records.set(request, record)
      history.add(record)
    }
    return record
  }

  /** An error passes every middleware on its way out: it is taken down where it came from. */
  const fail = (record: RequestRecord, thrown: unknown, from: string): void => {
    if (typeof thrown === 'object' && thrown !== null) {
      if (known.has(thrown)) return
      known.add(thrown)
    }
    keep(record, 'failures', { report: describeError(thrown, folders), from })
  }

  const watch = <Result>(
    record: RequestRecord,
    kind: SpanKind,
    name: string,
    from: string,
    run: (span: Span) => Result | Promise<Result>,
  ): Result | Promise<Result> => {
    const depth = record.middleware.length
    const span: Span = { kind, name, start: now(record), end: Number.NaN, depth, failed: false }
    keep(record, 'spans', span)
    const end = (): void => {
      span.end = now(record)
    }
    const broken = (thrown: unknown): never => {
      end()
      span.failed = true
      fail(record, thrown, from)
      throw thrown
    }
    try {
      const result = run(span)
      if (!(result instanceof Promise)) {
        end()
        return result
      }
      return result.then((value: Result) => {
        end()
        return value
      }, broken)
    } catch (error) {
      return broken(error)
    }
  }

  const now = (record: RequestRecord): number => performance.now() - record.startedAt

  const instruments: Instruments = {
    route: (handler) => (request) => {
      const record = recordOf(request)
      const result = current.run(record, () => handler(request))
      if (!(result instanceof Promise)) return result
      return result.finally(() => {
        // Who took the socket gets no answer to be seen by anybody else.
        if (request.hijacked) Object.assign(record, { done: true, status: 101, ms: now(record) })
      })
    },
    middleware(one, owner) {
      const name = one.name || 'anonymous'
      const watched: Middleware = (request, next) => {
        const record = recordOf(request)
        return watch(record, 'middleware', name, `the middleware ${name}`, (span) => {
          const run = { name, owner, fn: one, span, wentOn: false }
          record.middleware.push(run)
          return one(request, () => {
            run.wentOn = true
            return next()
          })
        })
      }
      // Messages about a middleware call it by its name.
      return Object.defineProperty(watched, 'name', { value: one.name })
    },
    view(handler): Handler {
      return (request) => {
        const { route } = request
        const name = route ? (route.name ?? route.path) : 'no route'
        return watch(recordOf(request), 'view', name, route ? 'the view' : 'the search for a route', () =>
          handler(request),
        )
      }
    },
  }

  const stopListening = listenIn(() => current.getStore(), history)
  const stopFinishing = requestEvents.subscribe(
    quietly((event) => {
      const record = records.get(event.request as Request)
      if (record) finishRecord(record, event)
    }),
  )

  return {
    instruments,
    recordOf,
    answered(record, response) {
      record.status = response.status
      record.ms = now(record)
      record.type = response.headers.get('content-type') ?? undefined
      record.location = response.headers.get('location') ?? undefined
      record.outgoing = showHeaders(response.headers)
    },
    close() {
      stopListening()
      stopFinishing()
      history.clear()
    },
  }
}

function beginRecord(request: Request): RequestRecord {
  const { raw, startedAt } = request
  return {
    // Nobody who has not seen the page can guess it.
    id: randomBytes(9).toString('base64url'),
    requestId: request.id,
    at: Date.now() - (performance.now() - startedAt),
    startedAt,
    method: request.method,
    url: showUrl(raw.url ?? request.path),
    path: request.path,
    kind: kindOf(request),
    route: request.route,
    spans: [],
    middleware: [],
    queries: [],
    templates: [],
    logs: [],
    failures: [],
    dropped: 0,
    status: 0,
    ms: 0,
    type: undefined,
    location: undefined,
    held: false,
    done: false,
    incoming: {
      ip: request.ip,
      headers: showHeaders(rawLines(raw.rawHeaders)),
      params: showFields(request.params),
      query: showFields(request.query),
      cookies: showFields(request.cookies, { secret: true }),
    },
    outgoing: [],
    body: undefined,
    session: undefined,
    user: undefined,
    panels: new Map(),
  }
}

function finishRecord(record: RequestRecord, event: RequestEvent): void {
  const request = event.request as Request
  const { status } = event
  const headers = (event.response as HttpResponse | undefined)?.headers
  record.done = true
  record.ms = event.ms
  if (!record.held) {
    record.status = status
    const own = headers ? [...headers] : []
    const base = [...rawLines(event.headers)].filter(([name]) => !headers?.has(name))
    record.outgoing = showHeaders([...own, ...base])
  }
  if (request.openedSession)
    record.session = showFields(Object.fromEntries(Object.entries(request.openedSession)))
  if (request.user) record.user = showFields(Object.fromEntries(Object.entries(request.user)))
  void readBody(request).then((body) => {
    record.body = body
  })
}

function* rawLines(flat: readonly string[]): Iterable<[string, string]> {
  for (let i = 0; i < flat.length; i += 2) yield [flat[i]!, flat[i + 1]!]
}

function kindOf({ raw }: Request): RequestKind {
  const { headers } = raw
  switch (headers['sec-fetch-dest']) {
    case 'document':
      return 'page'
    case 'empty':
      return 'fetch'
    case 'iframe':
    case 'frame':
      return 'frame'
    case undefined:
      break
    default:
      return 'other'
  }
  if (headers['x-requested-with'] !== undefined) return 'fetch'
  return headers.accept?.includes('text/html') ? 'page' : 'other'
}
