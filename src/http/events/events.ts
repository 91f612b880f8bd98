import type { Channel } from '../../channels/index.ts'
import { HttpResponse } from '../response.ts'
import type { Request } from '../request.ts'
import type { HeadersInput } from '../headers.ts'
import { EventStream } from './event-stream.ts'
import type { ServerEvent } from './server-event.ts'

type EventSource = AsyncIterable<ServerEvent> | Iterable<ServerEvent>

export interface EventsOptions<Message = unknown> {
  /** Makes an event of a channel's message; nothing leaves it out. Default: the message is its data. */
  map?: ((message: Message) => ServerEvent | undefined) | undefined
  /** Sent first, while what the channels bring waits: what a client has missed since its `Last-Event-ID`. */
  first?: EventSource | undefined
  /** What the members of the channels are told of this client. */
  about?: unknown
  /** Seconds until a client that lost the connection tries again; browsers wait about 3. */
  retry?: number | undefined
  /** Seconds between comments that keep the connection open. Default `timeouts.ping`. */
  keepAlive?: number | undefined
  headers?: HeadersInput | undefined
}

/**
 * Answers with server-sent events: what is sent to channels, for as long as the client listens, or what an iterable gives,
 * to its end. Source: the HTML standard, section "Server-sent events".
 *
 * @param source a channel, several, or an (async) iterable of events
 * @throws TAO_EVENT, in the stream, for an event that cannot be written
 */
export function events<Message = unknown>(
  request: Request,
  source: Channel<Message, never> | readonly Channel<Message, never>[] | Channel<Message> | EventSource,
  options: EventsOptions<Message> = {},
): HttpResponse {
  const { settings } = request.app
  const given = [source].flat() as (Channel | EventSource)[]
  const channels = given.filter(isChannel)
  const own = channels.length > 0 ? options.first : (source as EventSource)
  const stream = new EventStream({
    channels,
    source: own,
    map: (options.map ?? toEvent) as (message: unknown) => ServerEvent | undefined,
    about: options.about ?? null,
    retry: options.retry,
    keepAlive: options.keepAlive ?? settings.timeouts.ping,
    maxUnsent: settings.limits.unsent,
    onSlow: (unsent) =>
      request.log.warn(
        { unsent },
        `The event stream ${request.path} was cut: its client does not read what it is sent`,
      ),
  })
  const response = new HttpResponse(stream, options.headers ? { headers: options.headers } : {})
  response.headers.set('content-type', 'text/event-stream')
  response.headers.set('cache-control', 'no-cache, no-transform')
  // nginx would hold back what it thinks too little to pass on.
  response.headers.set('x-accel-buffering', 'no')
  return response
}

function isChannel(source: Channel | EventSource): source is Channel {
  return 'join' in source
}

function toEvent(data: unknown): ServerEvent {
  return { data }
}
