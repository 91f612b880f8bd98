import type { ServerResponse } from 'node:http'
import { requestEvents } from '../base/events.ts'
import type { StaticFiles } from '../static/index.ts'
import { commitSession } from './commit-session.ts'
import type { CompiledRoute } from './compile-routes.ts'
import type { ErrorAnswers } from './error-answers.ts'
import type { OpenStreams } from './events/open-streams.ts'
import { publishRequest } from './publish-request.ts'
import type { Request, RequestHost } from './request.ts'
import { release } from './release.ts'
import { HttpResponse } from './response.ts'
import type { Upgrades } from './websocket/upgrades.ts'
import { writeResponse, type Destination } from './write.ts'

/** Has a last look at every answer of a view, in development: the toolbar, the live browser. */
export type Decorator = (request: Request, response: HttpResponse) => void | Promise<void>

/** What answering needs of the server. */
export interface ExchangeParts {
  readonly host: RequestHost
  readonly fallback: CompiledRoute
  readonly errors: ErrorAnswers
  readonly statics: StaticFiles
  readonly upgrades: Upgrades
  readonly streams: OpenStreams
  readonly decorators: readonly Decorator[]
  /** Whether the server is about to stop: answers then end their connections. */
  readonly isClosing: () => boolean
}

/** A request and its answer: from the view, or from what was thrown on the way, to the last byte. */
export class Exchange implements Destination {
  readonly request: Request
  readonly raw: ServerResponse
  readonly #parts: ExchangeParts
  #route: CompiledRoute

  constructor(parts: ExchangeParts, route: CompiledRoute, request: Request, raw: ServerResponse) {
    this.#parts = parts
    this.#route = route
    this.request = request
    this.raw = raw
  }

  get id(): string {
    return this.request.id
  }

  get method(): string {
    return this.request.method
  }

  get closing(): boolean {
    return this.#parts.isClosing()
  }

  /** Lets the route answer: middleware, view. */
  answer(): void {
    const result = this.#route.handler(this.request)
    if (result instanceof Promise) {
      result
        .then(
          (response) => this.finish(response),
          (error: unknown) => this.fail(error),
        )
        .catch((error: unknown) => this.#giveUp(error))
    } else {
      this.finish(result)
    }
  }

  /** Goes on when a step of the way is done; what it fails with becomes the answer. */
  follow(step: Promise<void>): void {
    step.catch((error: unknown) => this.fail(error)).catch((error: unknown) => this.#giveUp(error))
  }

  /** Answers with what an error has to say. */
  fail(error: unknown): void {
    if (this.request.hijacked) this.#abandon(error)
    else this.#tell(error, (response) => this.finish(response))
  }

  /** Answers with a file: no view made it, nothing is added to it. */
  finishStatic(response: HttpResponse): void {
    this.#route = this.#parts.fallback
    if (this.#isOpen()) this.#send(response)
    else this.#drop(response)
  }

  finish(response: HttpResponse): void {
    const { request } = this
    if (request.hijacked) void this.#parts.upgrades.of(request.raw)?.close(1000)
    if (!this.#isOpen()) return this.#drop(response)
    const { decorators } = this.#parts
    if (decorators.length === 0) return this.#send(response)
    let waiting: Promise<void> | undefined
    for (const decorate of decorators) {
      if (waiting) waiting = waiting.then(() => decorate(request, response))
      else waiting = decorate(request, response) ?? undefined
    }
    if (!waiting) return this.#send(response)
    waiting
      .catch((error: unknown) =>
        request.log.error({ err: error }, 'A development page could not be decorated'),
      )
      .then(() => this.#send(response))
      .catch(() => this.raw.destroy())
  }

  #isOpen(): boolean {
    return !this.request.hijacked && !this.raw.headersSent && !this.raw.destroyed
  }

  /** Nobody is there to be answered. */
  #drop(response: HttpResponse): void {
    release(response)
    this.request.dispose()
  }

  /** A view that took the socket and then threw: there is no answer to give any more. */
  #abandon(error: unknown): void {
    const { request, raw } = this
    request.log.error(
      { err: error },
      `${request.method} ${request.path} failed after it had taken the socket`,
    )
    const connection = this.#parts.upgrades.of(request.raw)
    if (connection) void connection.close(1011)
    else raw.destroy()
    request.dispose()
  }

  #send(response: HttpResponse): void {
    const { request } = this
    const session = request.openedSession
    if (session === undefined) return this.#write(response)
    commitSession(
      this.#parts.host,
      session,
      { request, response },
      () => this.#write(response),
      (error) => this.#refuse(response, error),
    )?.catch((error: unknown) => this.#giveUp(error))
  }

  /** Sends an error in place of an answer whose session cannot be kept. */
  #refuse(response: HttpResponse, error: unknown): void {
    release(response)
    // Else the page of the error would fail as its cause did.
    this.request.forgetSession()
    this.#tell(error, (answer) => {
      answer.headers.addToList('vary', 'Cookie')
      this.finish(answer)
    })
  }

  #write(response: HttpResponse, isRefusal = false): void {
    const { raw } = this
    // Sealing takes a moment, in which the client may have gone.
    if (raw.destroyed) return this.#drop(response)
    try {
      writeResponse(response, this.#route.headers, this, (failure) => this.#done(response, failure))
      this.#parts.streams.track(response, raw, this.request.route?.app)
    } catch (error) {
      if (isRefusal || raw.headersSent) return this.#giveUp(error)
      // A status or a header that cannot be sent; Node keeps the words of a status it refused to send the rest of.
      raw.statusMessage = ''
      release(response)
      this.#tell(error, (answer) => this.#write(answer, true))
    }
  }

  #done(response: HttpResponse, failure: Error | null | undefined): void {
    const { request } = this
    request.dispose()
    if (failure) logBrokenStream(request, failure)
    if (requestEvents.hasSubscribers) {
      const headers = ['x-request-id', request.id, ...this.#route.headers.lines]
      publishRequest(request, response.status, response, headers)
    }
  }

  /** What the client is told of an error: at once, unless its page has to wait for something. */
  #tell(thrown: unknown, use: (answer: HttpResponse) => void): void {
    const answer = this.#parts.errors.answer(thrown, this.request)
    if (answer instanceof Promise) answer.then(use).catch((failure: unknown) => this.#giveUp(failure))
    else use(answer)
  }

  #giveUp(error: unknown): void {
    this.request.log.error({ err: error }, 'An answer could not be sent')
    this.raw.destroy()
  }
}

const CLIENT_GONE = new Set(['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE'])

/** The client sees a cut connection and no reason; a client that went away itself is no failure. */
function logBrokenStream(request: Request, failure: NodeJS.ErrnoException): void {
  if (CLIENT_GONE.has(failure.code ?? '')) return
  request.log.error({ err: failure }, `${request.method} ${request.path} failed while its answer was sent`)
}
