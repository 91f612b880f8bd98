import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { Settings } from '../project/index.ts'
import { securityHeaders } from './security/headers.ts'

const STATUSES: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
}

const MOST_DROPPED = 16 << 20
const LONGEST_LINGER = 5000

/** Answers what is no HTTP, too large a header or too slow a request; there is no request to give to the pipeline. */
export function answerClientError(
  error: NodeJS.ErrnoException,
  socket: Socket,
  settings: Pick<Settings, 'security' | 'siteUrl'>,
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  if (hasBegunToAnswer(socket)) {
    socket.end()
    linger(socket)
    return
  }
  const status = STATUSES[error.code ?? ''] ?? 400
  const title = STATUS_CODES[status]!
  const requestId = randomUUID()
  const body = JSON.stringify({ statusCode: status, error: title, requestId })
  const headers = [
    `x-request-id: ${requestId}`,
    ...pairs(securityHeaders(settings).lines),
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  socket.end(`HTTP/1.1 ${status} ${title}\r\n${headers.join('\r\n')}\r\n\r\n${body}`)
  linger(socket)
}

/** Whether a request that turns out to be malformed has an answer on its way: a second one would be read as part of it. */
function hasBegunToAnswer(socket: Socket): boolean {
  const answer = Reflect.get(socket, '_httpMessage') as { headersSent: boolean } | null | undefined
  return answer?.headersSent === true
}

/**
 * Reads and drops what still comes, for a while: a socket closed with unread data is reset, and the client, still
 * sending, would never see the answer (RFC 9112 section 9.6).
 */
export function linger(socket: Socket): void {
  // The parser is one of the listeners, and would complain of every further piece.
  socket.removeAllListeners('data')
  let left = MOST_DROPPED
  socket.on('data', (chunk: Buffer) => {
    left -= chunk.length
    if (left < 0) socket.destroy()
  })
  socket.resume()
  const timer = setTimeout(() => socket.destroy(), LONGEST_LINGER)
  socket.once('close', () => clearTimeout(timer))
}

function pairs(flat: readonly string[]): string[] {
  return flat.flatMap((name, i) => (i % 2 === 0 ? [`${name}: ${flat[i + 1]}`] : []))
}
