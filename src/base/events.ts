import diagnostics from 'node:diagnostics_channel'

/** One answered request; for one that became a WebSocket, when that is over. */
export interface RequestEvent {
  id: string
  method: string
  path: string
  route: string | undefined
  app: string | undefined
  status: number
  /** Milliseconds from the first header to the answer's being handed to the socket, or the WebSocket's end. */
  ms: number
  /** The request itself, for a listener that knows its class. */
  request: unknown
  /** The answer, likewise; `undefined` for a WebSocket. */
  response: unknown
  /** The headers it went out with beside its own: name, value, name, value ... */
  headers: readonly string[]
}

/** One command to the database, after its answer. */
export interface QueryEvent {
  database: string
  command: string
  collection: string | undefined
  document: unknown
  /** `performance.now()` when it was sent. */
  startedAt: number
  ms: number
  /** What the server answered; `undefined` for a failure. */
  reply: unknown
  failure: unknown
  /** Made where the command was sent: its stack leads to the view, when somebody reads it. */
  origin: Error
}

/** One template rendered, includes and parents counted in. */
export interface TemplateEvent {
  name: string
  file: string
  ms: number
  context: Record<string, unknown>
}

/** A template that another one asked for while a page was rendered; it comes before the page's own event. */
export interface TemplatePartEvent {
  name: string
  file: string
  /** The template that asked. */
  from: string
  how: 'extends' | 'include'
}

/** One line of the site's log, as the logger writes it: JSON. */
export interface LogEvent {
  line: string
}

/** The site's code or its files changed under `serve --reload`. */
export interface ReloadEvent {
  files: readonly string[]
  what: 'restart' | 'template' | 'style' | 'static'
  ms: number
}

/** A named stream of events that costs one property read while nobody listens. */
export interface EventChannel<Event extends object> {
  readonly hasSubscribers: boolean
  publish(event: Event): void
  /** @returns a function that ends the subscription */
  subscribe(listener: (event: Event) => void): () => void
}

function channel<Event extends object>(name: string): EventChannel<Event> {
  const underlying = diagnostics.channel(name)
  return {
    get hasSubscribers() {
      return underlying.hasSubscribers
    },
    publish: (event) => underlying.publish(event),
    subscribe(listener) {
      const receive = (message: unknown): void => listener(message as Event)
      diagnostics.subscribe(name, receive)
      return () => void diagnostics.unsubscribe(name, receive)
    },
  }
}

export const requestEvents: EventChannel<RequestEvent> = channel('tao:request')
export const queryEvents: EventChannel<QueryEvent> = channel('tao:query')
export const templateEvents: EventChannel<TemplateEvent> = channel('tao:template')
export const templatePartEvents: EventChannel<TemplatePartEvent> = channel('tao:template-part')
export const logEvents: EventChannel<LogEvent> = channel('tao:log')
export const reloadEvents: EventChannel<ReloadEvent> = channel('tao:reload')
