import { compile } from '@fastify/proxy-addr'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'

/** What is known of whoever sent a request. */
export interface ClientAddress {
  ip(raw: IncomingMessage): string
  /** Name and port the client asked for. */
  host(raw: IncomingMessage): string
  isSecure(raw: IncomingMessage): boolean
  /** Whether the peer at the other end of the socket is a proxy whose word counts. */
  isTrusted(raw: IncomingMessage): boolean
  /** Whether no proxy's word counts: what a request says of its way is not looked at. */
  readonly trustsNobody: boolean
}

/**
 * Reads `X-Forwarded-For`, `-Host` and `-Proto`, but only when the peer is in `trustProxy`, and of the addresses only as
 * far back as every hop is. Whoever comes by a socket file counts as the loopback.
 *
 * @param trustProxy addresses and networks, as in `settings.trustProxy`
 */
export function makeClientAddress(trustProxy: readonly string[]): ClientAddress {
  const trusts = trustProxy.length === 0 ? () => false : compile([...trustProxy])
  const peer = ({ socket }: IncomingMessage): string =>
    socket.remoteAddress ?? (isSocketFile(socket) ? '127.0.0.1' : '')
  const isTrusted = (raw: IncomingMessage): boolean => trusts(peer(raw), 0)
  return {
    isTrusted,
    trustsNobody: trustProxy.length === 0,
    ip(raw) {
      let address = peer(raw)
      if (trustProxy.length === 0) return address
      const hops = forwarded(raw, 'x-forwarded-for')
      for (let i = 0; trusts(address, i) && hops.length > 0; i++) address = hops.pop()!
      return address
    },
    host(raw) {
      const told = isTrusted(raw) ? forwarded(raw, 'x-forwarded-host').at(-1) : undefined
      return told ?? raw.headers.host ?? ''
    },
    isSecure(raw) {
      if ('encrypted' in raw.socket) return true
      return isTrusted(raw) && forwarded(raw, 'x-forwarded-proto').at(-1) === 'https'
    },
  }
}

/**
 * Whether a connection came by a socket file, and so from this machine. It has no address, but nor has one that was
 * reset meanwhile, whose word must not count: only the handle tells them apart, and it is gone once a socket is closed.
 */
function isSocketFile(socket: Socket): boolean {
  const handle = Reflect.get(socket, '_handle') as { getpeername?: unknown } | null | undefined
  return handle !== null && handle !== undefined && handle.getpeername === undefined
}

function forwarded(raw: IncomingMessage, name: string): string[] {
  const value = raw.headers[name]
  if (value === undefined) return []
  return String(value)
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}
