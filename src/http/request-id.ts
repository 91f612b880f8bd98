import { compile } from '@fastify/proxy-addr'
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/**
 * Makes the giver of request ids: a new UUID, or the `X-Request-Id` of a proxy that is trusted if it looks like one.
 *
 * @param trustProxy addresses and networks, as in `settings.trustProxy`
 */
export function makeRequestId(trustProxy: readonly string[]): (raw: IncomingMessage) => string {
  if (trustProxy.length === 0) return () => randomUUID()
  const isTrusted = compile([...trustProxy])
  return (raw) => {
    const given = raw.headers['x-request-id']
    const address = raw.socket.remoteAddress
    if (
      typeof given === 'string' &&
      /^[\w-]{8,64}$/.test(given) &&
      address !== undefined &&
      isTrusted(address, 0)
    ) {
      return given
    }
    return randomUUID()
  }
}
