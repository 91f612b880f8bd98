import { badCloseCode, badCloseReason } from '../errors.ts'

/** What a close frame has room for beside the code. Source: RFC 6455 section 5.5. */
const LONGEST_REASON = 123

/**
 * @throws TAO_WEBSOCKET_CLOSE_CODE for a code that is not sent, TAO_WEBSOCKET_CLOSE_REASON for a reason of more than 123
 *   bytes. Source: RFC 6455 section 7.4 and IANA's registry of close codes.
 */
export function assertCloseFrame(code: number, reason: string): void {
  const isOurs = Number.isInteger(code) && code >= 3000 && code <= 4999
  const isStandard = Number.isInteger(code) && code >= 1000 && code <= 1014 && !(code >= 1004 && code <= 1006)
  if (!isOurs && !isStandard)
    throw badCloseCode(String(code), { hint: 'Codes of your own are 4000 to 4999; 1000 is a plain goodbye.' })
  const bytes = Buffer.byteLength(reason)
  if (bytes > LONGEST_REASON) throw badCloseReason(bytes)
}
