import { STATUS_CODES } from 'node:http'
import { brandInstances } from '../base/brand.ts'

export interface HttpErrorOptions {
  headers?: Readonly<Record<string, string>> | undefined
  cause?: unknown
  /** Further members of what a JSON client gets. */
  details?: Readonly<Record<string, unknown>> | undefined
}

/**
 * An error that is an answer: thrown anywhere while a request is answered, it ends as a page (or JSON) with
 * its status. The message of a status below 500 is shown to the client; from 500 on it goes to the log alone.
 */
export class HttpError extends Error {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly details: Readonly<Record<string, unknown>>

  /**
   * @param status an error status, 400 to 599
   * @param message for the client; the status's own phrase when left out
   * @throws RangeError for a status that is no error
   */
  constructor(status: number, message?: string, options: HttpErrorOptions = {}) {
    super(
      message ?? STATUS_CODES[status] ?? 'Error',
      options.cause === undefined ? undefined : { cause: options.cause },
    )
    if (!Number.isInteger(status) || status < 400 || status > 599) {
      throw new RangeError(`An HttpError has a status from 400 to 599, not ${status}.`)
    }
    this.name = new.target.name
    this.status = status
    this.headers = options.headers ?? {}
    this.details = options.details ?? {}
  }
}

brandInstances(HttpError, 'tao1.http-error')

/** Its constructor takes a message and options; its status is in its name. */
export interface HttpErrorClass {
  new (message?: string, options?: HttpErrorOptions): HttpError
}

function withStatus(status: number, name: string): HttpErrorClass {
  const made = class extends HttpError {
    constructor(message?: string, options?: HttpErrorOptions) {
      super(status, message, options)
    }
  }
  Object.defineProperty(made, 'name', { value: name })
  return made
}

export const BadRequest: HttpErrorClass = withStatus(400, 'BadRequest')
export const Unauthorized: HttpErrorClass = withStatus(401, 'Unauthorized')
export const PaymentRequired: HttpErrorClass = withStatus(402, 'PaymentRequired')
export const Forbidden: HttpErrorClass = withStatus(403, 'Forbidden')
export const NotFound: HttpErrorClass = withStatus(404, 'NotFound')
export const NotAcceptable: HttpErrorClass = withStatus(406, 'NotAcceptable')
export const RequestTimeout: HttpErrorClass = withStatus(408, 'RequestTimeout')
export const Conflict: HttpErrorClass = withStatus(409, 'Conflict')
export const Gone: HttpErrorClass = withStatus(410, 'Gone')
export const PreconditionFailed: HttpErrorClass = withStatus(412, 'PreconditionFailed')
export const ContentTooLarge: HttpErrorClass = withStatus(413, 'ContentTooLarge')
export const UnsupportedMediaType: HttpErrorClass = withStatus(415, 'UnsupportedMediaType')
export const UnprocessableContent: HttpErrorClass = withStatus(422, 'UnprocessableContent')
export const TooManyRequests: HttpErrorClass = withStatus(429, 'TooManyRequests')
export const InternalServerError: HttpErrorClass = withStatus(500, 'InternalServerError')
export const NotImplemented: HttpErrorClass = withStatus(501, 'NotImplemented')
export const BadGateway: HttpErrorClass = withStatus(502, 'BadGateway')
export const ServiceUnavailable: HttpErrorClass = withStatus(503, 'ServiceUnavailable')
export const GatewayTimeout: HttpErrorClass = withStatus(504, 'GatewayTimeout')

/** 405, with the methods the path does have in `Allow` (RFC 9110 section 15.5.6). */
export class MethodNotAllowed extends HttpError {
  constructor(allowed: readonly string[], message?: string) {
    super(405, message ?? `This path takes ${allowed.join(', ')}.`, {
      headers: { allow: allowed.join(', ') },
    })
  }
}
