import type { ServerResponse } from 'node:http'
import { pipeline, type Readable } from 'node:stream'
import type { HttpResponse } from './response.ts'

/**
 * Sends an answer.
 *
 * @param base headers every answer carries: name, value, name, value ...; a response's own header replaces one of them
 * @param done called once when all is sent or the client is gone
 */
export function writeResponse(
  response: HttpResponse,
  base: readonly string[],
  to: { raw: ServerResponse; method: string; closing: boolean },
  done: (failure?: Error | null) => void,
): void {
  const { raw, method, closing } = to
  const { body, headers, status } = response
  const lines: (string | string[])[] = []
  for (let i = 0; i < base.length; i += 2) {
    if (!headers.has(base[i]!)) lines.push(base[i]!, base[i + 1]!)
  }
  const bodyless = status === 204 || status === 304 || status < 200
  if (bodyless) headers.delete('content-length')
  else if (!headers.has('content-length') && !headers.has('transfer-encoding')) {
    const length = lengthOf(body)
    if (length !== undefined) lines.push('content-length', String(length))
  }
  headers.pushTo(lines)
  if (closing) lines.push('connection', 'close')
  raw.writeHead(status, lines)
  if (bodyless || method === 'HEAD') {
    if (isStream(body)) body.destroy()
    raw.end()
  } else if (isStream(body)) {
    pipeline(body, raw, (failure) => done(failure))
    return
  } else {
    raw.end(body)
  }
  done()
}

function lengthOf(body: HttpResponse['body']): number | undefined {
  if (body === undefined) return 0
  if (typeof body === 'string') return Buffer.byteLength(body)
  return body instanceof Uint8Array ? body.byteLength : undefined
}

function isStream(body: HttpResponse['body']): body is Readable {
  return typeof body === 'object' && !(body instanceof Uint8Array)
}
