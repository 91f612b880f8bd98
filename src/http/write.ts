import type { ServerResponse } from 'node:http'
import { pipeline, type Readable } from 'node:stream'
import { discard } from './body/discard.ts'
import { PreparedResponse } from './prepared-response.ts'
import type { HttpResponse } from './response.ts'
import type { SharedHeaders } from './security/headers.ts'

/** Where an answer goes. */
export interface Destination {
  readonly raw: ServerResponse
  /** The request's id: `X-Request-Id`. */
  readonly id: string
  readonly method: string
  /** Whether the server is about to stop. */
  readonly closing: boolean
}

/**
 * Sends an answer.
 *
 * @param shared headers every answer carries; a response's own header replaces one of them
 * @param done called once when all is sent or the client is gone
 */
export function writeResponse(
  response: HttpResponse,
  shared: SharedHeaders,
  { raw, id, method, closing }: Destination,
  done: (failure?: Error | null) => void,
): void {
  const { body, headers, status } = response
  const bodyless = status === 204 || status === 304 || status < 200
  const lines: (string | string[])[] = []
  if (closing) lines.push('connection', 'close')
  let length: number | undefined
  if (bodyless) headers.delete('content-length')
  else if (!headers.has('content-length') && !headers.has('transfer-encoding')) {
    length = lengthOf(body)
    if (length !== undefined) lines.push('content-length', String(length))
  }
  headers.pushTo(lines)
  const isPrepared =
    raw instanceof PreparedResponse && PreparedResponse.isPossible && !headers.hasAnyOf(shared.names)
  if (isPrepared) raw.writePreparedHead(status, lines, `x-request-id: ${id}\r\n${shared.text}`)
  else {
    lines.push('x-request-id', id)
    pushOthers(lines, shared, response)
    raw.writeHead(status, lines)
  }
  const isHead = bodyless || method === 'HEAD'
  if (isStream(body) && !isHead) {
    pipeline(body, raw, (failure) => done(failure))
    return
  }
  if (isStream(body)) body.destroy()
  const rest = isHead || isStream(body) ? undefined : body
  if (!raw.req.complete && (!raw.shouldKeepAlive || closing)) endAfterRequest(raw, rest)
  // As many bytes as characters: every one of them is ASCII.
  else if (isPrepared && typeof rest === 'string' && length !== undefined)
    raw.endText(rest, length === rest.length)
  else raw.end(rest)
  done()
}

/**
 * Node closes a connection that is not to be kept as soon as the answer has ended. Closed in the middle of a request it
 * is reset, and the client, still sending, would never see the answer: so the answer goes out and ends with the request.
 */
function endAfterRequest(raw: ServerResponse, body: string | Uint8Array | undefined): void {
  const { req } = raw
  if (body !== undefined && body.length > 0) raw.write(body)
  else raw.flushHeaders()
  const end = (): void => void raw.end()
  req.once('end', end).once('close', end)
  if (!req.readableDidRead) discard(req)
}

/** The shared headers that the response says nothing about. */
function pushOthers(lines: (string | string[])[], shared: SharedHeaders, { headers }: HttpResponse): void {
  for (let i = 0; i < shared.lines.length; i += 2) {
    if (!headers.has(shared.lines[i]!)) lines.push(shared.lines[i]!, shared.lines[i + 1]!)
  }
}

function lengthOf(body: HttpResponse['body']): number | undefined {
  if (body === undefined) return 0
  if (typeof body === 'string') return Buffer.byteLength(body)
  return body instanceof Uint8Array ? body.byteLength : undefined
}

function isStream(body: HttpResponse['body']): body is Readable {
  return typeof body === 'object' && !(body instanceof Uint8Array)
}
