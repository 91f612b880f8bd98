import { stringifySetCookie, type SerializeOptions } from 'cookie'
import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { brandInstances } from '../base/brand.ts'
import type { RouteTable } from '../routing/index.ts'
import { ResponseHeaders, type HeadersInput } from './headers.ts'

export interface ResponseOptions {
  status?: number
  headers?: HeadersInput
}

export interface CookieOptions {
  /** Seconds until it expires. */
  maxAge?: number
  expires?: Date
  domain?: string
  /** Default `/`. */
  path?: string
  /** Default true: a script that needs the value says so. */
  httpOnly?: boolean
  secure?: boolean
  /** Default `lax`. */
  sameSite?: 'lax' | 'strict' | 'none'
  partitioned?: boolean
}

export type Body = string | Uint8Array | Readable | undefined

/** What an answer may need from the request it answers, when it is finished. */
export interface AnswerContext {
  readonly raw: IncomingMessage
  readonly app: {
    readonly routes: Pick<RouteTable, 'named' | 'reverse'>
  }
}

/** An answer. Middleware may change all of it until it is sent. */
export class HttpResponse {
  status: number
  readonly headers: ResponseHeaders
  body: Body

  constructor(body?: Body, options: ResponseOptions = {}) {
    this.status = options.status ?? 200
    this.headers = new ResponseHeaders(options.headers)
    this.body = body
  }

  /**
   * Sets a cookie: HttpOnly, SameSite=Lax and for the whole site unless told otherwise.
   *
   * @param value any text; it is percent-encoded
   * @throws TypeError for a name or an option that no cookie can have (RFC 6265)
   */
  cookie(name: string, value: string, options: CookieOptions = {}): this {
    const settings: SerializeOptions = { path: '/', httpOnly: true, sameSite: 'lax', ...options }
    this.headers.append('set-cookie', stringifySetCookie(name, value, settings))
    return this
  }

  /** Makes the browser forget a cookie; `path` and `domain` have to be those it was set with. */
  deleteCookie(name: string, options: Pick<CookieOptions, 'path' | 'domain'> = {}): this {
    return this.cookie(name, '', { ...options, maxAge: 0, expires: new Date(0) })
  }

  /** Called once after the view, before any middleware sees the answer: what could not be known without the request. */
  finish(_context: AnswerContext): void | Promise<void> {}
}

brandInstances(HttpResponse, 'tao1.response')
