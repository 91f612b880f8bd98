import { randomInt, randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { ClientAddress } from './client-address.ts'

/** Any odd number walks through all of 32 bits; this one, of the golden ratio, makes neighbours look unlike each other. */
const STEP = 0x9e3779b1

/** The numbers of one byte as text. */
const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/**
 * Makes ids: UUIDs of version 8 (RFC 9562 section 5.8), 32 bits that are never the same twice and 90 random ones, which are
 * drawn anew when those are used up. An id tells requests apart; it is no secret, which random bits for each would cost more for.
 */
export function makeRequestIds(): () => string {
  // Else the ids of every process would begin alike, and people tell them apart by their first digits.
  const mask = randomInt(2 ** 32)
  let count = 0
  let rest = ''
  return () => {
    if (count === 0) rest = `${randomUUID().slice(8, 14)}8${randomUUID().slice(15)}`
    count = (count + 1) >>> 0
    const bits = Math.imul(count, STEP) ^ mask
    return HEX[bits >>> 24]! + HEX[(bits >>> 16) & 255]! + HEX[(bits >>> 8) & 255]! + HEX[bits & 255]! + rest
  }
}

/** The `X-Request-Id` that a trusted proxy gave, if it looks like one. */
export function givenRequestId(raw: IncomingMessage, client: ClientAddress): string | undefined {
  const given = raw.headers['x-request-id']
  if (given === undefined || !client.isTrusted(raw)) return undefined
  return typeof given === 'string' && /^[\w-]{8,64}$/.test(given) ? given : undefined
}
