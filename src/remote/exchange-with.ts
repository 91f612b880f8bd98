import { request as httpRequest, type Agent, type ClientRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { ContentTooLarge, GatewayTimeout, type Request } from '../http/index.ts'
import { forwardedHeaders } from './forwarded-headers.ts'

export interface Peer {
  /** `http://10.0.0.2:8000` */
  readonly origin: string
  readonly agent: Agent
  /** Of https: the name the certificate has to have, and who vouches for it. */
  readonly tls: { readonly servername: string; readonly ca: Buffer | undefined } | undefined
  /** Says in `Via` that a request has been passed on to this server. */
  readonly via: string
  /** Milliseconds until the head of an answer is there, and in which nothing may come of its rest. 0 is for ever. */
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

function once({ origin, agent, tls, via, timeout, limit }: Peer, request: Request): Promise<IncomingMessage> {
  const { raw, method, signal } = request
  const send = origin.startsWith('https:') ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error)
    const outgoing = send(origin, {
      method,
      // As it came: a URL put together and taken apart again would be another one.
      path: raw.url!,
      headers: forwardedHeaders(request, via),
      agent,
      // Node would take the name from Host, which is the visitor's.
      ...(tls && { servername: tls.servername }),
      // An answer without its head is not to fill the memory.
      maxHeaderSize: 65_536,
    })
    const late = (what: string): void => void outgoing.destroy(new GatewayTimeout(what))
    const connecting = setTimeout(() => late('It could not be connected to in time.'), CONNECT)
    let isSettled = false
    let waiting: NodeJS.Timeout | undefined
    // Only while it is the remote's turn: for a visitor who sends slowly, it is not to blame.
    const wait = (isItsTurn: boolean): void => {
      clearTimeout(waiting)
      if (isItsTurn && timeout > 0 && !isSettled)
        waiting = setTimeout(() => late('It did not answer in time.'), timeout)
    }
    const gone = (): void => void outgoing.destroy(signal.reason as Error)
    const settle = (): void => {
      isSettled = true
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
      const { statusCode = 0 } = response
      if (statusCode >= 200) return resolve(response)
      outgoing.destroy()
      reject(new Error(`It answered with ${statusCode}, which is the status of no answer.`))
    })
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      settle()
      const isStale = outgoing.reusedSocket && error.code === 'ECONNRESET' && !hasBody(raw)
      reject(isStale && !signal.aborted ? new StaleConnection() : error)
    })
    // It would change the protocol, which nobody asked for; Node only closes the connection.
    outgoing.once('upgrade', (_response, socket) => {
      settle()
      socket.destroy()
      reject(new Error('It answered 101, and was not asked to switch protocols.'))
    })
    outgoing.once('close', () => signal.removeEventListener('abort', gone))
    if (hasBody(raw)) return sendBody(raw, outgoing, limit, wait)
    outgoing.end()
    wait(true)
  })
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

/** Not `pipeline`: the visitor's connection has to outlive the other, for the answer that tells of it. */
function sendBody(
  raw: IncomingMessage,
  outgoing: ClientRequest,
  limit: number,
  wait: (isItsTurn: boolean) => void,
): void {
  let left = limit
  const tooLarge = (): void => void outgoing.destroy(new ContentTooLarge(`A body may have ${limit} bytes.`))
  if (Number(raw.headers['content-length'] ?? 0) > limit) tooLarge()
  const pass = (chunk: Buffer): void => {
    left -= chunk.length
    if (left < 0) return tooLarge()
    if (outgoing.write(chunk)) return
    raw.pause()
    wait(true)
    outgoing.once('drain', () => {
      wait(false)
      raw.resume()
    })
  }
  const end = (): void => {
    outgoing.end()
    wait(true)
  }
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
  if (timeout === 0) return
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
