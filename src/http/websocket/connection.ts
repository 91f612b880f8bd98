import type { RawData, WebSocket } from 'ws'

/** A text message is a string, a binary one a Buffer. */
export type Message = string | Buffer

/** How many bytes may wait for a client that does not read before it is let go. */
const MAX_BUFFERED = 16 << 20

/**
 * An open WebSocket, as a view uses it: `for await (const message of socket)` reads until it is closed, `send`
 * answers. Messages nobody reads yet wait; when many do, the client's socket is not read from until some are taken.
 */
export class WebSocketConnection implements AsyncIterable<Message> {
  /** The socket of the `ws` package. */
  readonly raw: WebSocket
  readonly #waiting: Message[] = []
  readonly #highWater: number
  #wake: (() => void) | undefined
  #closed = false

  constructor(raw: WebSocket, highWater: number) {
    this.raw = raw
    this.#highWater = highWater
    raw.on('message', (data, isBinary) => this.#receive(data, isBinary))
    raw.once('close', () => {
      this.#closed = true
      this.#wake?.()
    })
    // An error is always followed by 'close'; without a listener it would end the process.
    raw.on('error', () => {})
  }

  /** The sub-protocol agreed on, or ''. */
  get protocol(): string {
    return this.raw.protocol
  }

  get closed(): boolean {
    return this.#closed || this.raw.readyState > 1
  }

  /** The close code and reason, once it is closed by either side. */
  readonly whenClosed: Promise<{ code: number; reason: string }> = new Promise((resolve) => {
    queueMicrotask(() =>
      this.raw.once('close', (code, reason) => resolve({ code, reason: reason.toString() })),
    )
  })

  /**
   * Sends text (a string), bytes, or any other value as JSON.
   *
   * @returns resolves when it was handed to the operating system; sending to a closed socket does nothing
   */
  send(data: unknown): Promise<void> {
    if (this.closed) return Promise.resolve()
    if (this.raw.bufferedAmount > MAX_BUFFERED) {
      this.raw.terminate()
      return Promise.resolve()
    }
    const payload = typeof data === 'string' || data instanceof Uint8Array ? data : JSON.stringify(data)
    return new Promise((resolve) => this.raw.send(payload, () => resolve()))
  }

  /** Closes with a code of RFC 6455 section 7.4 (1000 when left out); the client's answer is waited for. */
  async close(code: number = 1000, reason: string = ''): Promise<void> {
    if (this.#closed) return
    this.raw.close(code, reason)
    this.#resume()
    await this.whenClosed
  }

  /** The next message, or `undefined` when there will be none. */
  async receive(): Promise<Message | undefined> {
    while (this.#waiting.length === 0) {
      if (this.#closed) return undefined
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    const message = this.#waiting.shift()
    if (this.#waiting.length < this.#highWater) this.#resume()
    return message
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
    for await (const message of this) {
      let value: unknown
      try {
        value = JSON.parse(message.toString())
      } catch {
        await this.close(1007, 'JSON expected')
        return
      }
      yield value
    }
  }

  #receive(data: RawData, isBinary: boolean): void {
    const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.isBuffer(data) ? data : Buffer.from(data)
    this.#waiting.push(isBinary ? bytes : bytes.toString())
    if (this.#waiting.length >= this.#highWater) this.raw.pause()
    const wake = this.#wake
    this.#wake = undefined
    wake?.()
  }

  #resume(): void {
    if (this.raw.isPaused) this.raw.resume()
  }
}
