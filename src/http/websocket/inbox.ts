/** A text message is a string, a binary one a Buffer. */
export type Message = string | Buffer

export interface InboxOptions {
  /** How many messages, and how many bytes of them, may wait before the source is paused. */
  readonly messages: number
  readonly bytes: number
  readonly pause: () => void
  readonly resume: () => void
}

/** Messages that came and that nobody has read yet, and readers for whom none has come yet. */
export class Inbox {
  readonly #options: InboxOptions
  readonly #waiting: Message[] = []
  readonly #readers: ((message: Message | undefined) => void)[] = []
  #bytes = 0
  #ended = false

  constructor(options: InboxOptions) {
    this.#options = options
  }

  put(message: Message): void {
    if (this.#ended) return
    const reader = this.#readers.shift()
    if (reader) return reader(message)
    this.#waiting.push(message)
    this.#bytes += message.length
    if (this.#isFull) this.#options.pause()
  }

  /** The next message; `undefined` when there will be none. */
  take(): Promise<Message | undefined> {
    const wasFull = this.#isFull
    const message = this.#waiting.shift()
    if (message === undefined) {
      if (this.#ended) return Promise.resolve(undefined)
      return new Promise((resolve) => this.#readers.push(resolve))
    }
    this.#bytes -= message.length
    if (wasFull && !this.#isFull) this.#options.resume()
    return Promise.resolve(message)
  }

  /** Nothing comes any more: what waits can still be read. */
  end(): void {
    this.#ended = true
    for (const reader of this.#readers.splice(0)) reader(undefined)
  }

  get #isFull(): boolean {
    return this.#waiting.length >= this.#options.messages || this.#bytes >= this.#options.bytes
  }
}
