import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import { parametersOf, parseHeaderValue } from './content-type.ts'
import { canonicalCharset, decodeText } from './decode-text.ts'
import { discard } from './discard.ts'
import { bodyCharset, bodyJson, bodyType } from './errors.ts'
import type { BodyLimits } from './limits.ts'
import { parseJson } from './parse-json.ts'
import { readBytes } from './read-bytes.ts'

const JSON_TYPE = /^(?:application|text)\/(?:[\w.-]+\+)?json$/

/**
 * The value of a JSON body.
 * @throws what readBytes throws; TAO_BODY_TYPE, TAO_BODY_CHARSET (415), TAO_BODY_TEXT, TAO_BODY_JSON (400)
 */
export async function readJson(
  stream: Readable,
  headers: IncomingHttpHeaders,
  limits: Pick<BodyLimits, 'body' | 'jsonDepth' | 'jsonOperators'>,
): Promise<unknown> {
  try {
    checkType(headers['content-type'])
  } catch (error) {
    discard(stream)
    throw error
  }
  const bytes = await readBytes(stream, headers, limits)
  if (bytes.length === 0) throw bodyJson(1, 1, 'the body is empty')
  return parseJson(decodeText(bytes, undefined, 'The body'), limits.jsonDepth, limits.jsonOperators)
}

function checkType(header: string | undefined): void {
  const type = parseHeaderValue(header ?? '')
  if (type === undefined || !JSON_TYPE.test(type.value)) throw bodyType(header, 'application/json')
  for (const charset of parametersOf(type, 'charset')) {
    // RFC 8259 section 8.1: JSON between systems is UTF-8.
    if (canonicalCharset(charset) !== 'utf-8') throw bodyCharset(charset, 'utf-8, as JSON is')
  }
}
