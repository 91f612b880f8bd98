import type { RawData, WebSocket } from 'ws'
import { assertCloseFrame } from './close-code.ts'
import { toFrame, toJsonFrame, type Frame } from './frame.ts'
import { Inbox, type Message } from './inbox.ts'

export interface ConnectionOptions {
  /** Messages, and bytes of them, that may wait to be read before the other side is slowed down. */
  readonly highWater: number
  readonly maxWaiting: number
  /** Bytes that may wait for the other side to read. */
  readonly maxUnsent: number
  /** Told when the other side is let go because it does not read. */
  readonly onSlow?: ((unsent: number) => void) | undefined
}

/** How a WebSocket ended. Source: RFC 6455 section 7.4. */
export interface WebSocketClose {
  readonly code: number
  readonly reason: string
}

/**
 * An open WebSocket, as a view uses it: `for await (const message of socket)` reads until it is closed, `send`
 * answers. Messages nobody reads yet wait; when many do, the client's socket is not read from until some are taken.
 */
export class WebSocketConnection implements AsyncIterable<Message> {
  /** The socket of the `ws` package. */
  readonly raw: WebSocket
  /** The close code and reason, once it is closed by either side. */
  readonly whenClosed: Promise<WebSocketClose>
  readonly #options: ConnectionOptions
  readonly #inbox: Inbox
  #closed = false
  /** Why it is closed from here without the view's asking. */
  #letGo: WebSocketClose | undefined

  constructor(raw: WebSocket, options: ConnectionOptions) {
    this.raw = raw
    this.#options = options
    this.#inbox = new Inbox({
      messages: options.highWater,
      bytes: options.maxWaiting,
      pause: () => raw.pause(),
      resume: () => raw.resume(),
    })
    raw.on('message', (data, isBinary) => {
      // As in browsers, nothing is heard after the goodbye.
      if (!this.closed) this.#inbox.put(toMessage(data, isBinary))
    })
    this.whenClosed = new Promise((resolve) => {
      raw.once('close', (code, reason) => {
        this.#closed = true
        this.#inbox.end()
        resolve(this.#letGo ?? { code, reason: reason.toString() })
      })
    })
    // An error is always followed by 'close'; without a listener it would end the process.
    raw.on('error', () => {})
  }

  /** The sub-protocol agreed on, or ''. */
  get protocol(): string {
    return this.raw.protocol
  }

  /** Whether it is closed, or about to be. */
  get closed(): boolean {
    return this.#closed || this.raw.readyState > 1
  }

  /** Bytes that were sent and that the system has not taken yet, since the other side does not read. */
  get unsent(): number {
    return this.raw.bufferedAmount
  }

  /**
   * Sends text (a string), bytes, or any other value as JSON. Who awaits it sends no faster than the other side reads; who
   * does not, and gets too far ahead (`limits.unsent`), finds the socket closed with 1008.
   *
   * @returns resolves when the system took it; sending to a closed socket does nothing
   * @throws TAO_WEBSOCKET_MESSAGE, TypeError for what JSON cannot say
   */
  async send(data: unknown): Promise<void> {
    await this.deliver(toFrame(data))
  }

  /**
   * Sends a value as JSON, text too: `"hello"` goes out with its quotes.
   *
   * @throws as `send`
   */
  async sendJson(value: unknown): Promise<void> {
    await this.deliver(toJsonFrame(value))
  }

  /** Sends what is encoded already: bytes of UTF-8, too, as a text message. */
  deliver({ payload, isBinary }: Frame): Promise<void> {
    if (this.closed) return Promise.resolve()
    if (this.unsent > this.#options.maxUnsent) {
      this.#options.onSlow?.(this.unsent)
      this.#letGo = { code: 1008, reason: 'Reads too slowly' }
      // Behind all that waits, it is seen by a client that is slow; one that is stuck is cut after some seconds.
      this.#goodbye(this.#letGo)
      return Promise.resolve()
    }
    return new Promise((resolve) => this.raw.send(payload, { binary: isBinary }, () => resolve()))
  }

  /**
   * Closes it. The other side's answer is waited for, some seconds at most; what it sent meanwhile is not read.
   *
   * @param code of RFC 6455 section 7.4; your own are 4000 to 4999
   * @param reason at most 123 bytes
   * @throws TAO_WEBSOCKET_CLOSE_CODE, TAO_WEBSOCKET_CLOSE_REASON
   */
  async close(code: number = 1000, reason: string = ''): Promise<void> {
    assertCloseFrame(code, reason)
    if (!this.#closed) this.#goodbye({ code, reason })
    await this.whenClosed
  }

  /** The next message, or `undefined` when there will be none. */
  receive(): Promise<Message | undefined> {
    return this.#inbox.take()
  }

  /** The next message, parsed; `undefined` when there will be none. One that is no JSON closes with 1007. */
  async receiveJson(): Promise<unknown> {
    const message = await this.receive()
    if (message === undefined) return undefined
    try {
      return JSON.parse(message.toString()) as unknown
    } catch {
      await this.close(1007, 'JSON expected')
      return undefined
    }
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Message> {
    for (;;) {
      const message = await this.receive()
      if (message === undefined) return
      yield message
    }
  }

  /** The messages parsed as JSON; one that is none closes with 1007. */
  async *json(): AsyncGenerator<unknown> {
    for (;;) {
      const value = await this.receiveJson()
      if (value === undefined) return
      yield value
    }
  }

  #goodbye({ code, reason }: WebSocketClose): void {
    this.raw.close(code, reason)
    // The answer is behind all that nobody has read.
    if (this.raw.isPaused) this.raw.resume()
  }
}

function toMessage(data: RawData, isBinary: boolean): Message {
  const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.isBuffer(data) ? data : Buffer.from(data)
  return isBinary ? bytes : bytes.toString()
}
