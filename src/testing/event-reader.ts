import { get, type IncomingMessage } from 'node:http'

/** An event as a browser's EventSource gives it. */
export interface ReceivedEvent {
  /** `message` where the server named none. */
  readonly event: string
  readonly data: string
  /** The last id the server gave, with this event or before. */
  readonly id: string
}

/** A stream of server-sent events, read as a browser reads it. */
export class EventReader implements AsyncIterable<ReceivedEvent> {
  readonly headers: IncomingMessage['headers']
  /** Milliseconds, when the server said so. */
  retry: number | undefined
  readonly #response: IncomingMessage
  readonly #events: AsyncGenerator<ReceivedEvent>

  constructor(response: IncomingMessage) {
    this.#response = response
    this.headers = response.headers
    this.#events = this.#read()
  }

  /** The next event, or `undefined` when the stream has ended. */
  async receive(): Promise<ReceivedEvent | undefined> {
    const { value, done } = await this.#events.next()
    return done ? undefined : value
  }

  /** The next event's data, parsed. */
  async receiveJson(): Promise<unknown> {
    const event = await this.receive()
    return event && (JSON.parse(event.data) as unknown)
  }

  [Symbol.asyncIterator](): AsyncIterator<ReceivedEvent> {
    return this.#events
  }

  /** Goes away, as a page that is closed. */
  close(): void {
    this.#response.destroy()
  }

  async *#read(): AsyncGenerator<ReceivedEvent> {
    let rest = ''
    let id = ''
    try {
      for await (const chunk of this.#response.setEncoding('utf8')) {
        const blocks = (rest + String(chunk)).split('\n\n')
        rest = blocks.pop()!
        for (const block of blocks) {
          const fields = block.split('\n').map((line) => /^([^:]*)(?:: ?(.*))?$/.exec(line)!)
          const last = (name: string): string | undefined =>
            fields.findLast((field) => field[1] === name)?.[2]
          id = last('id') ?? id
          if (last('retry') !== undefined) this.retry = Number(last('retry'))
          const data = fields.filter((field) => field[1] === 'data').map((field) => field[2] ?? '')
          if (data.length > 0) yield { event: last('event') ?? 'message', data: data.join('\n'), id }
        }
      }
    } catch (error) {
      // Cut, from here or from there: either way it is over.
      if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error
    }
  }
}

/** @throws Error with the status of an answer that is no event stream */
export async function openEvents(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<EventReader> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { agent: false, headers: { accept: 'text/event-stream', ...headers } }, resolve).once(
      'error',
      reject,
    )
  })
  if (response.statusCode === 200 && response.headers['content-type']?.startsWith('text/event-stream'))
    return new EventReader(response)
  response.destroy()
  throw new Error(`The request for events was answered with ${response.statusCode}.`)
}
