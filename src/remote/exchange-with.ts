import { request as httpRequest, type Agent, type ClientRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { ContentTooLarge, GatewayTimeout, type Request } from '../http/index.ts'
import { forwardedHeaders } from './forwarded-headers.ts'

export interface Peer {
  /** `http://10.0.0.2:8000` */
  readonly origin: string
  readonly agent: Agent
  /** Milliseconds until the head of an answer is there, and in which nothing may come of its rest. */
  readonly timeout: number
  /** Bytes of a request's body. */
  readonly limit: number
}

/** Milliseconds to connect in. */
const CONNECT = 5000

/**
 * Sends a request on, its body as it comes, and waits for the head of the answer.
 *
 * @throws 413, 504; what Node says of a server that cannot be reached or answers no HTTP; the reason of `request.signal`
 */
export async function exchangeWith(peer: Peer, request: Request): Promise<IncomingMessage> {
  try {
    return await once(peer, request)
  } catch (error) {
    // A kept connection that the server was just closing: nothing of the request was seen (RFC 9112 section 9.3.1).
    if (!(error instanceof StaleConnection)) throw error
    return once(peer, request)
  }
}

class StaleConnection extends Error {}

function once({ origin, agent, timeout, limit }: Peer, request: Request): Promise<IncomingMessage> {
  const { raw, method, signal } = request
  const send = origin.startsWith('https:') ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error)
    const outgoing = send(origin, {
      method,
      // As it came: a URL put together and taken apart again would be another one.
      path: raw.url!,
      headers: forwardedHeaders(request),
      agent,
      // An answer without its head is not to fill the memory.
      maxHeaderSize: 65_536,
    })
    const late = (what: string): void => void outgoing.destroy(new GatewayTimeout(what))
    const connecting = setTimeout(() => late('It could not be connected to in time.'), CONNECT)
    const waiting = setTimeout(() => late('It did not answer in time.'), timeout)
    const gone = (): void => void outgoing.destroy(signal.reason as Error)
    const settle = (): void => {
      clearTimeout(connecting)
      clearTimeout(waiting)
    }
    signal.addEventListener('abort', gone)
    outgoing.once('socket', (socket) => {
      if (!socket.connecting) return clearTimeout(connecting)
      socket.once(origin.startsWith('https:') ? 'secureConnect' : 'connect', () => clearTimeout(connecting))
    })
    outgoing.once('response', (response) => {
      settle()
      watchIdle(response, timeout)
      resolve(response)
    })
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      settle()
      const isStale = outgoing.reusedSocket && error.code === 'ECONNRESET' && !hasBody(raw)
      reject(isStale && !signal.aborted ? new StaleConnection() : error)
    })
    outgoing.once('close', () => signal.removeEventListener('abort', gone))
    if (hasBody(raw)) sendBody(raw, outgoing, limit, () => waiting.refresh())
    else outgoing.end()
  })
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

/** Not `pipeline`: the visitor's connection has to outlive the other, for the answer that tells of it. */
function sendBody(raw: IncomingMessage, outgoing: ClientRequest, limit: number, onSent: () => void): void {
  let left = limit
  const tooLarge = (): void => void outgoing.destroy(new ContentTooLarge(`A body may have ${limit} bytes.`))
  if (Number(raw.headers['content-length'] ?? 0) > limit) tooLarge()
  const pass = (chunk: Buffer): void => {
    left -= chunk.length
    if (left < 0) return tooLarge()
    onSent()
    if (outgoing.write(chunk)) return
    raw.pause()
    outgoing.once('drain', () => raw.resume())
  }
  const end = (): void => void outgoing.end()
  raw.on('data', pass).once('end', end)
  outgoing.once('close', () => {
    raw.off('data', pass).off('end', end)
    // The rest is read and dropped, or the visitor would never see the answer.
    raw.resume()
  })
}

/** An answer that stops in its middle holds a connection on each side; only event streams may be quiet for long. */
function watchIdle(response: IncomingMessage, timeout: number): void {
  // Whoever reads it hears of it; until then nobody does, and nobody listening would end the process.
  response.on('error', () => {})
  if (/^text\/event-stream/i.test(response.headers['content-type'] ?? '')) return
  const { socket } = response
  const look = (): void => {
    // It waits for the visitor, not for the remote.
    if (response.readableLength > 0) socket.setTimeout(timeout)
    else response.destroy(new GatewayTimeout('The rest of its answer did not come in time.'))
  }
  // Before the connection is kept for the next request.
  const stop = (): void => void socket.setTimeout(0).off('timeout', look)
  socket.setTimeout(timeout).on('timeout', look)
  response.once('end', stop).once('close', stop)
}
