import type { IncomingMessage } from 'node:http'
import { WebSocket, type RawData } from 'ws'
import { GatewayTimeout, type Request, type WebSocketConnection } from '../http/index.ts'
import type { Peer } from './exchange-with.ts'
import { forwardedHeaders } from './forwarded-headers.ts'

/** Bytes of one message; the remote bounds what it takes itself. */
const LARGEST = 16 << 20

/** Bytes that may wait for a visitor before the remote is not read from for a while. */
const HIGH_WATER = 1 << 20

/**
 * Opens a WebSocket to the remote app, then accepts the visitor's, and passes messages on until either is closed. Message by
 * message, not byte by byte: so each side is closed with a code when the other one goes.
 *
 * @returns the remote's answer when it accepts no WebSocket
 * @throws what Node and `ws` say of a server that cannot be reached
 */
export async function relayWebSocket(peer: Peer, request: Request): Promise<IncomingMessage | undefined> {
  const upstream = await open(peer, request)
  if (!(upstream instanceof WebSocket)) return upstream
  try {
    const protocols = upstream.protocol === '' ? [] : [upstream.protocol]
    const client = await request.websocket({ protocols, maxMessage: LARGEST, maxUnsent: 2 * LARGEST })
    toClient(upstream, client)
    upstream.resume()
    for await (const message of client) {
      if (upstream.readyState !== WebSocket.OPEN) break
      await new Promise<void>((resolve) => upstream.send(message, () => resolve()))
    }
    const { code, reason } = await client.whenClosed
    close(upstream, code, reason)
  } catch (error) {
    upstream.terminate()
    throw error
  }
  return undefined
}

function open({ origin, tls, via, timeout }: Peer, request: Request): Promise<WebSocket | IncomingMessage> {
  const { raw, signal } = request
  const offered = (raw.headers['sec-websocket-protocol'] ?? '')
    .split(/\s*,\s*/)
    .filter((protocol) => protocol !== '')
  const headers = Object.entries(forwardedHeaders(request, via)).filter(
    ([name]) => !name.startsWith('sec-websocket-'),
  )
  return new Promise((resolve, reject) => {
    const upstream = new WebSocket(origin.replace(/^http/, 'ws') + raw.url!, offered, {
      headers: Object.fromEntries(headers) as Record<string, string>,
      ...(timeout > 0 && { handshakeTimeout: timeout }),
      ...tls,
      maxPayload: LARGEST,
      followRedirects: false,
    })
    const gone = (): void => upstream.terminate()
    signal.addEventListener('abort', gone)
    upstream
      .once('open', () => {
        signal.removeEventListener('abort', gone)
        // What it says before the visitor is there waits in the connection.
        upstream.pause()
        resolve(upstream)
      })
      .once('unexpected-response', (_request, response: IncomingMessage) => resolve(response))
      // Every failure is one, also after it was open; without a listener it would end the process.
      .on('error', (error) => reject(signal.aborted ? (signal.reason as Error) : late(error)))
  })
}

/** The package has no code for it. */
function late(error: Error): Error {
  return error.message.includes('timed out') ? new GatewayTimeout('It did not answer in time.') : error
}

function toClient(upstream: WebSocket, client: WebSocketConnection): void {
  upstream.on('message', (data: RawData, isBinary) => {
    const bytes = Buffer.isBuffer(data) ? data : Buffer.from(data as ArrayBuffer)
    const sent = client.send(isBinary ? bytes : bytes.toString())
    if (client.raw.bufferedAmount < HIGH_WATER) return
    upstream.pause()
    void sent.then(() => upstream.resume())
  })
  upstream.once('close', (code, reason) => close(client.raw, code, reason.toString()))
}

/** With the code that the other side was closed with; 1014 when it went without one, 1000 when it gave none. */
function close(socket: WebSocket, code: number, reason: string): void {
  if (code === 1006) socket.close(1014)
  else if (code === 1005) socket.close()
  else socket.close(code, reason)
}
