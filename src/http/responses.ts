import { Readable } from 'node:stream'
import type { ReadableStream as WebStream } from 'node:stream/web'
import { HttpResponse, type ResponseOptions } from './response.ts'

function typed(body: HttpResponse['body'], type: string, options: ResponseOptions): HttpResponse {
  const response = new HttpResponse(body, options)
  if (!response.headers.has('content-type')) response.headers.set('content-type', type)
  return response
}

/** A page. The text is sent as it is: what comes from users has to be escaped, as templates do by themselves. */
export function html(body: string, options: ResponseOptions = {}): HttpResponse {
  return typed(body, 'text/html; charset=utf-8', options)
}

/** Plain text. */
export function text(body: string, options: ResponseOptions = {}): HttpResponse {
  return typed(body, 'text/plain; charset=utf-8', options)
}

/**
 * A value as JSON.
 *
 * @throws TypeError for what JSON cannot say (a cycle, a BigInt)
 */
export function json(value: unknown, options: ResponseOptions = {}): HttpResponse {
  return typed(JSON.stringify(value) ?? 'null', 'application/json; charset=utf-8', options)
}

/** Answers as its source produces; a client that goes away ends the source. */
export function stream(
  source: Readable | ReadableStream | AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
  options: ResponseOptions & { type?: string } = {},
): HttpResponse {
  return typed(toReadable(source), options.type ?? 'application/octet-stream', options)
}

function toReadable(source: Parameters<typeof stream>[0]): Readable {
  if (source instanceof Readable) return source
  if (source instanceof ReadableStream) return Readable.fromWeb(source as WebStream)
  return Readable.from(source, { objectMode: false })
}
