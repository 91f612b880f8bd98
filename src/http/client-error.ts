import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { Settings } from '../project/index.ts'
import { securityHeaders } from './security/headers.ts'

const STATUSES: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
}

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
  const status = STATUSES[error.code ?? ''] ?? 400
  const title = STATUS_CODES[status]!
  const body = JSON.stringify({ type: 'about:blank', title, status })
  const headers = [
    ...pairs(securityHeaders(settings).lines),
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  socket.end(`HTTP/1.1 ${status} ${title}\r\n${headers.join('\r\n')}\r\n\r\n${body}`)
}

function pairs(flat: readonly string[]): string[] {
  return flat.flatMap((name, i) => (i % 2 === 0 ? [`${name}: ${flat[i + 1]}`] : []))
}
