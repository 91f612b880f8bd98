import { canonicalCharset, decodeText } from './decode-text.ts'
import { decodeUrlencoded } from './decode-urlencoded.ts'
import { bodyForm, bodyTooLarge, bodyTooMany } from './errors.ts'
import { formatBytes, type BodyLimits } from './limits.ts'

/**
 * The pairs of a url-encoded form, in order, as flat strings: `a[$gt]` is a name like any other.
 * @param charset the one the body's type names; UTF-8 when it names none
 * @throws TAO_BODY_TOO_MANY, TAO_BODY_TOO_LARGE (413), TAO_BODY_FORM, TAO_BODY_TEXT (400), TAO_BODY_CHARSET (415)
 */
export function parseUrlencoded(
  bytes: Buffer,
  limits: Pick<BodyLimits, 'fields' | 'fieldSize'>,
  charset?: string,
): [name: string, value: string][] {
  const unicode = charset === undefined || canonicalCharset(charset) === 'utf-8'
  const usual = unicode ? decodeUrlencoded(bytes, limits) : undefined
  if (usual !== undefined) return usual
  const text = unicode ? decodeText(bytes, undefined, 'The form') : bytes.toString('latin1')
  const pairs: [string, string][] = []
  for (let start = 0; start < text.length;) {
    const found = text.indexOf('&', start)
    const end = found === -1 ? text.length : found
    if (end > start) {
      if (pairs.length >= limits.fields) throw bodyTooMany('fields', limits.fields)
      const middle = text.indexOf('=', start)
      const split = middle === -1 || middle > end ? end : middle
      const name = decode(text.slice(start, split), unicode ? undefined : charset)
      const value = decode(text.slice(split + 1, end), unicode ? undefined : charset)
      // A UTF-16 unit is at most three bytes: most values need no counting.
      if (value.length * 3 > limits.fieldSize && Buffer.byteLength(value) > limits.fieldSize) {
        throw bodyTooLarge(`The field ${JSON.stringify(name.slice(0, 60))}`, formatBytes(limits.fieldSize))
      }
      pairs.push([name, value])
    }
    start = end + 1
  }
  return pairs
}

function decode(text: string, charset: string | undefined): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text
  if (charset !== undefined) return decodeText(percentBytes(spaced), charset, 'The form')
  if (!spaced.includes('%')) return spaced
  try {
    return decodeURIComponent(spaced)
  } catch (error) {
    throw bodyForm(`${JSON.stringify(text.slice(0, 60))} is not percent-encoded UTF-8`, {
      cause: error,
      hint: 'A percent sign itself is sent as %25.',
    })
  }
}

/** The bytes of text whose units are bytes, percent-escapes resolved. */
function percentBytes(text: string): Buffer {
  if (/%(?![\da-fA-F]{2})/.test(text)) {
    throw bodyForm(`${JSON.stringify(text.slice(0, 60))} has a percent sign that starts no escape`)
  }
  const resolved = text.replace(/%([\da-fA-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return Buffer.from(resolved, 'latin1')
}
