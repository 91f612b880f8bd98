import type { Socket } from 'node:net'
import { HttpError } from './http-error.ts'

/** Tells those who work for a request that nobody waits for its answer any more. */
export class RequestEnd {
  readonly #controller = new AbortController()
  readonly #socket: Socket
  // 499 is nginx's number for it; nobody is there to see it.
  readonly #gone = (): void => this.abort(new HttpError(499, 'The client has gone.'))

  constructor(socket: Socket) {
    this.#socket = socket
    if (socket.destroyed) this.#gone()
    else socket.once('close', this.#gone)
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  abort(reason: Error): void {
    if (!this.signal.aborted) this.#controller.abort(reason)
  }

  /** Stops looking: the socket of a request outlives it. */
  dispose(): void {
    this.#socket.off('close', this.#gone)
  }
}
