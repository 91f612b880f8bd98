import { Readable } from 'node:stream'
import type { ReadableStream as WebStream } from 'node:stream/web'
import { badViewResult } from './errors.ts'
import { HttpResponse, type Body } from './response.ts'

/**
 * Makes an answer of what a view returned: nothing is 204, a string text/plain, bytes and streams
 * application/octet-stream, a plain object or array JSON, a web `Response` itself.
 *
 * @param view names the view in the error for what is no answer
 * @throws TAO_VIEW_RESULT
 */
export function toResponse(result: unknown, view: string): HttpResponse {
  if (result instanceof HttpResponse) return result
  if (result === undefined || result === null) return new HttpResponse(undefined, { status: 204 })
  if (typeof result === 'string') return withType(result, 'text/plain; charset=utf-8')
  if (typeof result === 'object') {
    const prototype: unknown = Object.getPrototypeOf(result)
    if (prototype === Object.prototype || prototype === null || Array.isArray(result)) return toJson(result)
    return fromInstance(result, view)
  }
  throw badViewResult(view, describe(result), {
    hint: 'A view returns an object or array (JSON), a string (plain text), bytes, a stream, or what templ(), html(), json(), redirect() ... make.',
  })
}

function describe(result: unknown): string {
  return typeof result === 'number' || typeof result === 'boolean' || typeof result === 'bigint'
    ? `a ${typeof result} (${result})`
    : `a ${typeof result}`
}

export function toJson(value: unknown): HttpResponse {
  return withType(JSON.stringify(value) ?? 'null', 'application/json; charset=utf-8')
}

function withType(body: Body, type: string): HttpResponse {
  const response = new HttpResponse(body)
  response.headers.set('content-type', type)
  return response
}

function fromInstance(result: object, view: string): HttpResponse {
  if (result instanceof Uint8Array) return withType(result, 'application/octet-stream')
  if (result instanceof Readable) return withType(result, 'application/octet-stream')
  if (result instanceof Response) return fromWebResponse(result)
  if (result instanceof ReadableStream) return withType(fromWebStream(result), 'application/octet-stream')
  if (isGenerator(result))
    return withType(Readable.from(result, { objectMode: false }), 'application/octet-stream')
  if ('toJSON' in result && typeof result.toJSON === 'function') return toJson(result)
  const name = result.constructor?.name ?? 'object'
  if ('toArray' in result) {
    throw badViewResult(view, `a ${name}`, { hint: 'Ask for its documents first: await cursor.toArray().' })
  }
  if (
    result instanceof Map ||
    result instanceof Set ||
    result instanceof Error ||
    result instanceof Promise
  ) {
    throw badViewResult(view, `a ${name}`, { hint: 'Make a plain object or an array of it first.' })
  }
  return toJson(result)
}

function isGenerator(value: object): value is AsyncGenerator<string | Uint8Array> {
  return Object.prototype.toString.call(value) === '[object AsyncGenerator]'
}

/** A web `Response` as ours; its body is streamed. */
function fromWebResponse(source: Response): HttpResponse {
  const body = source.body === null ? undefined : fromWebStream(source.body)
  return new HttpResponse(body, { status: source.status, headers: source.headers })
}

function fromWebStream(stream: ReadableStream): Readable {
  return Readable.fromWeb(stream as WebStream)
}
