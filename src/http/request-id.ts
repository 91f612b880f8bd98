import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { ClientAddress } from './client-address.ts'

/** A new UUID; or the `X-Request-Id` that a trusted proxy gives, if it looks like one. */
export function requestId(raw: IncomingMessage, client: ClientAddress): string {
  const given = raw.headers['x-request-id']
  if (given === undefined || !client.isTrusted(raw)) return randomUUID()
  return typeof given === 'string' && /^[\w-]{8,64}$/.test(given) ? given : randomUUID()
}
