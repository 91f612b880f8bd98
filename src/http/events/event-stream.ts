import { Readable } from 'node:stream'
import type { Channel, Delivery, Joiner } from '../../channels/index.ts'
import { formatEvent, type ServerEvent } from './server-event.ts'

export interface EventStreamOptions {
  readonly channels: readonly Channel[]
  /** What is sent beside the channels' messages, or, `before` them, while those wait. */
  readonly source: AsyncIterable<ServerEvent> | Iterable<ServerEvent> | undefined
  readonly map: (message: unknown) => ServerEvent | undefined
  readonly about: unknown
  /** Seconds. */
  readonly retry: number | undefined
  readonly keepAlive: number
  /** Bytes that may wait for a client that does not read. */
  readonly maxUnsent: number
  readonly onSlow: (unsent: number) => void
}

/**
 * The body of an event stream. It joins its channels when somebody begins to read it, and leaves them when it ends,
 * whichever way: so an answer that is never sent is in no channel.
 */
export class EventStream extends Readable implements Joiner {
  readonly whenClosed: Promise<void>
  readonly #options: EventStreamOptions
  /** Messages that came while the source is not at its end. */
  #held: string[] | undefined = []
  #heldBytes = 0
  #hasBegun = false
  #isWanted: (() => void) | undefined
  #comments: NodeJS.Timeout | undefined

  constructor(options: EventStreamOptions) {
    super({ highWaterMark: 1 << 14 })
    this.#options = options
    this.whenClosed = new Promise((resolve) => this.once('close', resolve))
  }

  deliver({ value }: Delivery): void {
    const event = this.#options.map(value)
    if (event === undefined || this.destroyed) return
    const text = formatEvent(event)
    this.#guard(text.length)
    if (this.destroyed) return
    if (this.#held === undefined) this.push(text)
    else {
      this.#held.push(text)
      this.#heldBytes += text.length
    }
  }

  override _read(): void {
    this.#isWanted?.()
    if (this.#hasBegun) return
    this.#hasBegun = true
    this.#run().catch((error: unknown) => this.destroy(error as Error))
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearInterval(this.#comments)
    for (const channel of this.#options.channels) channel.leave(this)
    this.#isWanted?.()
    done(error)
  }

  async #run(): Promise<void> {
    const { channels, about, retry, keepAlive, source } = this.#options
    // Something at once: the client knows that it is connected, and a proxy passes the headers on.
    this.push(`:\n\n${formatEvent({ retry })}`)
    if (keepAlive > 0) this.#comments = setInterval(() => this.#comment(), keepAlive * 1000).unref()
    await Promise.all(channels.map((channel) => channel.join(this, about)))
    for await (const event of source ?? []) {
      if (this.destroyed) return
      if (!this.push(formatEvent(event))) await this.#wanted()
    }
    if (this.destroyed) return
    const held = this.#held ?? []
    this.#held = undefined
    this.#heldBytes = 0
    for (const text of held) this.push(text)
    if (channels.length === 0) this.push(null)
  }

  #wanted(): Promise<void> {
    return new Promise((resolve) => {
      this.#isWanted = () => {
        this.#isWanted = undefined
        resolve()
      }
    })
  }

  #comment(): void {
    this.#guard(3)
    if (!this.destroyed) this.push(':\n\n')
  }

  #guard(more: number): void {
    const unsent = this.readableLength + this.#heldBytes
    if (unsent <= this.#options.maxUnsent || this.destroyed) return
    this.#options.onSlow(unsent + more)
    this.destroy()
  }
}
