import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import { parametersOf, parseHeaderValue } from './content-type.ts'
import { decodeText } from './decode-text.ts'
import type { BodyLimits } from './limits.ts'
import { readBytes } from './read-bytes.ts'

/**
 * The body as text, of whatever type it says it is, in the charset it names (UTF-8 when it names none).
 * @throws what readBytes throws; TAO_BODY_TEXT (400), TAO_BODY_CHARSET (415)
 */
export async function readText(
  stream: Readable,
  headers: IncomingHttpHeaders,
  limits: Pick<BodyLimits, 'body'>,
): Promise<string> {
  const bytes = await readBytes(stream, headers, limits)
  const type = parseHeaderValue(headers['content-type'] ?? '')
  return decodeText(bytes, type && parametersOf(type, 'charset')[0], 'The body')
}
